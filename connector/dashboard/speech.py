"""How stored times, states and reasons are told to the merchant, in her language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from babel.dates import format_skeleton, format_time, format_timedelta, get_datetime_format
from markupsafe import Markup

from connector import clock, texts

_SAID = (
    (r"bought( in the meantime)?|already bought", "bought"),
    (r"already bought \(the store's order (?P<order>.+)\)", "bought_there"),
    (r"nobody to write to: no address, no telephone", "nobody"),
    (r"left before Askback was switched on", "too_early"),
    (r"the store is (disconnected|not connected( \(.*\))?)", "store_gone"),
    (r"too long ago when we came to look|too late: it would be worthless now", "too_late"),
    (r"asked a short while ago", "asked_lately"),
    (r"a newer checkout took its place", "replaced"),
    (r"the case is closed", "case_closed"),
    (r"the address of the checkout was changed", "moved_on"),
    (r"frequency cap: (?P<count>\d+) a day", "cap_day"),
    (r"frequency cap: (?P<count>\d+) a week", "cap_week"),
    (r"called off while it was being prepared", "called_off"),
    (r"the worker stopped while sending: perhaps sent, not sent again", "doubtful"),
    (r"perhaps sent, not sent again: .+", "doubtful"),
    (r"\w+ while preparing or sending", "our_fault"),
    (r"no address on this channel", "no_address"),
    (r"unsubscribed", "unsubscribed"),
    (r"consent withdrawn", "withdrawn"),
    (r"no lawful basis \(.*\)", "no_basis"),
    (r"without a benefit: the merchant gives no benefits", "no_benefits"),
    (r"without a benefit: had a benefit less than (?P<days>\d+) days ago", "benefit_lately"),
    (r"without a benefit: the merchant's benefit has no amount", "no_amount"),
    (r"without a benefit: the store refused it \((?P<why>.*)\)", "benefit_refused"),
    (r"the store could not be asked: (?P<why>.+)", "store_silent"),
    (r"the store no longer lets us in: (?P<why>.+)", "access_lost"),
    (r"the store's list lacks most of what it told before, so nothing .+", "list_lacks"),
    (r"the store knows hardly anything of what it told before, so nothing .+", "list_lacks"),
    (r"the store has moved: (?P<why>.+)", "store_moved"),
    (r"holdout window over", "holdout_over"),
    (r"the journey is over", "journey_over"),
    (r"no order within a week", "no_order"),
    (r"no answer within two weeks", "no_answer"),
    (r"checkout removed", "checkout_removed"),
    (r"the app was removed in the store", "app_removed"),
    (r"the store has not let us in for (?P<days>\d+) days", "shut_out"),
    (r"disconnected by the merchant", "by_merchant"),
    (r"disconnected by the host", "by_host"),
    (r"switched off in the settings", "switched_off"),
    (r"this platform shows its customers no notes", "no_customer_notes"),
    (r"a guest: the store keeps no consent of hers", "guest_consent"),
    (r"a guest without an order: the store has no record of hers", "guest_without_order"),
    (r"the order is gone", "order_gone"),
    (r"the order is in the store's trash", "order_in_trash"),
    (r"already bought, or there is nothing left in the cart", "nothing_to_order"),
    (r"this cart cannot be ordered from here as it was left", "no_order_link"),
    (r"too old when the store could be reached again", "write_too_old"),
    (r"too old when the store could be reached again: (?P<why>.+)", "write_too_old_after"),
    (r"the coupon was never made", "no_coupon"),
    (r"given up after (?P<tries>\d+) tries: (?P<why>.*)", "given_up"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), name) for pattern, name in _SAID)
"""Reasons are stored as the rules say them; a reason that is new here is shown as it is."""


def because(locale: str, reasons: str | Iterable[str]) -> str:
    """Stored reasons in the merchant's language, each once."""
    stored = [reasons] if isinstance(reasons, str) else reasons
    return "; ".join(dict.fromkeys(_reason(locale, one) for one in stored))


def _reason(locale: str, stored: str) -> str:
    for pattern, name in _PATTERNS:
        if said := pattern.fullmatch(stored):
            return texts.text(f"app.because.{name}", locale, **said.groupdict())
    return texts.clean(stored)


def word(locale: str, table: str, name: str) -> str:
    """Our word for a stored name; a name that has none yet is shown as it is."""
    key = f"{table}.{name.replace('.', '_').lower()}"
    return texts.catalog(locale).get(key, name.replace("_", " "))


def at(locale: str, moment: datetime, zone: str) -> str:
    """A moment by the store's clock ("21 Nov, 14:05") as its readers write it."""
    local = moment.astimezone(clock.zone(zone))
    day = format_skeleton("MMMd", local, locale=locale)
    time = format_time(local, "short", locale=locale)
    return str(get_datetime_format("short", locale=locale)).format(time, day)


def when(locale: str, moment: datetime, zone: str, *, since: datetime | None = None) -> Markup:
    """The same in HTML, with how long ago where it is asked since when."""
    ago = Markup("")
    if since is not None:
        spoken = format_timedelta(moment - since, add_direction=True, locale=locale)
        ago = Markup(" <small>{}</small>").format(spoken)
    said = at(locale, moment, zone)
    return Markup('<time datetime="{}"><bdi>{}</bdi>{}</time>').format(
        moment.isoformat(), said, ago
    )


def lasts(locale: str, span: timedelta) -> str:
    """How long something takes ("3 minutes")."""
    return str(format_timedelta(span, locale=locale))
