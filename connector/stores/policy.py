"""What the merchant decided: when, how often, in which words, and what she gives away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from connector.records import OrderState

SHORTEST_SILENCE_MINUTES = 2
"""A guest needs up to two minutes to confirm an order (mission M003)."""


MEANINGS = (OrderState.PLACED, OrderState.PENDING, OrderState.CANCELLED)
"""What a status of the store's own may be said to mean: bought, not bought yet, cancelled."""


class Basis(StrEnum):
    """On what ground we write at all (mission M094, complaint C12)."""

    OPT_IN = "opt_in"
    SOFT_OPT_IN = "soft_opt_in"
    LEGITIMATE_INTEREST = "legitimate_interest"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitPolicy:
    """What may be offered after an answered reason; `kind` "none" offers nothing.

    `percent` is whole percent; `amount` and `minimum` are decimal texts in the store's currency.
    """

    kind: str = "none"
    percent: int = 5
    amount: str = "0"
    minimum: str = "0"
    valid_days: int = 7
    cooldown_days: int = 180
    cart_only: bool = False
    """Good for the products that she left, and for no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One store's settings; every field has a default that offends nobody."""

    silence_minutes: int = 60
    early_wait_hours: int = 0
    """So long at least is let alone who left in stages 1 to 3 (mission M021)."""
    latest_hours: int = 48
    case_cooldown_days: int = 7
    sender_name: str = ""
    reply_to: str = ""
    alert_email: str = ""
    postal_address: str = ""
    locales: tuple[str, ...] = ("en", "he", "ar", "ru")
    default_locale: str = ""
    reasons_off: tuple[str, ...] = ()
    wording: dict[str, dict[str, str]] = field(default_factory=dict)
    """The merchant's own words: locale, then text key, then the text."""
    advantages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    benefit: BenefitPolicy = field(default_factory=BenefitPolicy)
    holdout_percent: int = 10
    quiet_from: time | None = None
    quiet_until: time | None = None
    basis: Basis = Basis.LEGITIMATE_INTEREST
    write_tags: bool = True
    write_notes: bool = True
    customer_notes: bool = False
    """A note that the customer sees: the store sends it to her by mail."""
    statuses: dict[str, OrderState] = field(default_factory=dict)
    """What order statuses of the store's own mean; those that are not named: what the adapter
    takes them for (bought)."""
    cap_per_day: int = 1
    cap_per_week: int = 3
    """Marketing messages to one person over all journeys; 0: no cap."""


def _whole(lowest: int, highest: int) -> validate.Range:
    return validate.Range(min=lowest, max=highest)


def _amount(text: str) -> None:
    if not text.replace(".", "", 1).isascii() or not text.replace(".", "", 1).isdigit():
        raise ValidationError("Write an amount like 10 or 10.50.")


def _address(text: str) -> None:
    if text:
        # Slow to load, and needed by processes that take a merchant's settings alone.
        from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 # see above

        try:
            validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError as problem:
            raise ValidationError(f"Not a mail address: {problem}") from problem


class _BenefitSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    kind = fields.String(validate=validate.OneOf(("none", "percent", "fixed", "free_shipping")))
    percent = fields.Integer(validate=_whole(1, 100))
    amount = fields.String(validate=(validate.Length(max=12), _amount))
    minimum = fields.String(validate=(validate.Length(max=12), _amount))
    valid_days = fields.Integer(validate=_whole(1, 365))
    cooldown_days = fields.Integer(validate=_whole(0, 3650))
    cart_only = fields.Boolean()

    @post_load
    def _build(self, data: dict[str, Any], **_: object) -> BenefitPolicy:
        return BenefitPolicy(**data)


def _line(longest: int) -> tuple[validate.Validator, ...]:
    return (
        validate.Length(max=longest),
        validate.Regexp(r"[^\x00-\x1f\x7f]*\Z", error="One line of plain text, please."),
    )


class _PolicySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    silence_minutes = fields.Integer(
        validate=validate.Range(
            min=SHORTEST_SILENCE_MINUTES,
            max=7 * 24 * 60,
            error="Between 2 minutes and 7 days: a guest needs up to two minutes to pay.",
        )
    )
    early_wait_hours = fields.Integer(validate=_whole(0, 72))
    latest_hours = fields.Integer(validate=_whole(1, 24 * 14))
    case_cooldown_days = fields.Integer(validate=_whole(0, 365))
    sender_name = fields.String(validate=_line(100))
    reply_to = fields.String(validate=(*_line(320), _address))
    alert_email = fields.String(validate=(*_line(320), _address))
    postal_address = fields.String(validate=_line(300))
    locales = fields.List(fields.String(validate=validate.OneOf(("en", "he", "ar", "ru"))))
    default_locale = fields.String(validate=validate.OneOf(("", "en", "he", "ar", "ru")))
    reasons_off = fields.List(fields.String(validate=validate.Length(max=40)))
    wording = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String())
    )
    advantages = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    benefit = fields.Nested(_BenefitSchema)
    holdout_percent = fields.Integer(validate=_whole(0, 50))
    quiet_from = fields.Time(format="%H:%M", allow_none=True)
    quiet_until = fields.Time(format="%H:%M", allow_none=True)
    basis = fields.Enum(Basis, by_value=True)
    write_tags = fields.Boolean()
    write_notes = fields.Boolean()
    customer_notes = fields.Boolean()
    statuses = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=64)),
        values=fields.Enum(OrderState, by_value=True, validate=validate.OneOf(MEANINGS)),
        validate=validate.Length(max=100),
    )
    cap_per_day = fields.Integer(validate=_whole(0, 100))
    cap_per_week = fields.Integer(validate=_whole(0, 100))

    @validates_schema
    def _asks_in_time(self, data: dict[str, Any], **_: object) -> None:
        early = data.get("early_wait_hours", 0)
        if early >= data.get("latest_hours", 48):
            raise ValidationError(
                "Nobody would be asked: wait less than the hours after which it is too late.",
                "early_wait_hours",
            )

    @post_load
    def _build(self, data: dict[str, Any], **_: object) -> Policy:
        for name in ("locales", "reasons_off"):
            if name in data:
                data[name] = tuple(data[name])
        if "advantages" in data:
            data["advantages"] = {k: tuple(v) for k, v in data["advantages"].items()}
        return Policy(**data)


_SCHEMA = _PolicySchema()


def load(stored: dict[str, Any]) -> Policy:
    """Read a stored or posted policy; raises marshmallow's ValidationError by field."""
    policy: Policy = _SCHEMA.load(stored)
    return policy


def dump(policy: Policy) -> dict[str, Any]:
    """The policy as it is stored."""
    stored: dict[str, Any] = _SCHEMA.dump(policy)
    return stored
