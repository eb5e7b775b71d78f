"""A store's settings as its REST API lists them: groups, switches of its mails, statuses.

In the shape of WooCommerce's own source, which the recordings do not show:
https://github.com/woocommerce/woocommerce/tree/trunk/plugins/woocommerce/includes/rest-api
(class-wc-rest-settings-v2-controller, class-wc-rest-setting-options-controller,
class-wc-rest-report-orders-totals-controller).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.woocommerce.answers import Refusal

_STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
}


@dataclass(slots=True)
class Mail:
    """One mail of the store's, by the id of its class; `automated` None: it has no such switch."""

    label: str
    enabled: bool = False
    automated: bool | None = None


@dataclass(slots=True)
class Options:
    """What a merchant has switched in her WordPress."""

    mails: dict[str, Mail] = field(
        default_factory=lambda: {
            "new_order": Mail("New order", enabled=True),
            "customer_cancelled_order": Mail("Cancelled order"),
            "customer_failed_order": Mail("Failed order"),
        }
    )
    plugins: dict[str, str] = field(
        default_factory=lambda: {"woocommerce/woocommerce.php": "WooCommerce"}
    )
    statuses: dict[str, str] = field(default_factory=dict)
    """Order statuses that plugins registered, by slug, with their names."""
    may_be_read: bool = True

    def groups(self, base_url: str) -> list[dict[str, Any]]:
        self._guard()
        pages = [("general", "General", ""), ("email", "Emails", "")]
        mails = [(f"email_{name}", mail.label, "email") for name, mail in self.mails.items()]
        root = f"{base_url}/wp-json/wc/v3/settings"
        return [
            {
                "id": name,
                "label": label,
                "description": "",
                "parent_id": parent,
                "sub_groups": [one for one, _, above in mails if above == name],
                "_links": {"options": [{"href": f"{root}/{name}"}]},
            }
            for name, label, parent in [*pages, *mails]
        ]

    def group(self, name: str, base_url: str) -> list[dict[str, Any]]:
        self._guard()
        mail = self.mails.get(name.removeprefix("email_"))
        if mail is None:
            raise Refusal(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
        switches = {"enabled": mail.enabled}
        if mail.automated is not None:
            switches["automated"] = mail.automated
        root = f"{base_url}/wp-json/wc/v3/settings/{name}"
        told = [
            _setting(root, name, one, "checkbox", "yes" if on else "no")
            for one, on in switches.items()
        ]
        return [*told, _setting(root, name, "subject", "text", "")]

    def order_totals(self, there: Iterable[str], names: Mapping[str, str]) -> list[dict[str, Any]]:
        """Every registered status, WooCommerce's own first and by the `names` of the store's
        language, with how many orders have it."""
        counted = Counter(there)
        return [
            {"slug": slug, "name": name, "total": counted[slug]}
            for slug, name in {**_STATUSES, **names, **self.statuses}.items()
        ]

    def active_plugins(self) -> list[dict[str, Any]]:
        return [
            {
                "plugin": file,
                "name": name,
                "version": "10.5.0",
                "version_latest": "10.5.0",
                "url": "https://plugins.example.com/",
                "author_name": "Somebody",
                "author_url": "https://plugins.example.com/",
                "network_activated": False,
            }
            for file, name in self.plugins.items()
        ]

    def _guard(self) -> None:
        if not self.may_be_read:
            raise Refusal(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")


def _setting(root: str, group: str, name: str, kind: str, value: str) -> dict[str, Any]:
    return {
        "id": name,
        "label": name.capitalize(),
        "description": "",
        "type": kind,
        "default": "no" if kind == "checkbox" else "",
        "value": value,
        "group_id": group,
        "_links": {"self": [{"href": f"{root}/{name}"}], "collection": [{"href": root}]},
    }
