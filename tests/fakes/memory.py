"""One memory of what shoppers and the merchant did, told later in each platform's dialect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.fakes import catalogue, ledger
from tests.fakes.broom import Broom
from tests.fakes.clock import Clock
from tests.fakes.till import ZERO, Till

Wish = (
    catalogue.Product
    | catalogue.Variant
    | tuple[catalogue.Product | catalogue.Variant, int]
    | ledger.Line
)
"""What a shopper takes: MUG, SHIRT["L"], (MUG, 2)."""

Listener = Callable[[str, Any], None]

# A person needs time between opening the checkout, typing an address and leaving.
_STEP = timedelta(seconds=30)
_STAGES = ("opened", "contact", "delivery", "payment")


class CouponRefused(Exception):
    """The store does not take this coupon now; the message says why."""


@dataclass(slots=True)
class Memory(Broom):
    """What happened in one store. Every deed ends in moments told to `listener`."""

    clock: Clock
    till: Till
    listener: Listener
    title: str = "Practice Shop"
    shipping_price: Decimal = Decimal("25.00")
    delivery_vat: Decimal = ZERO  # WooCommerce puts it on REST orders, though carts bear none
    skew: timedelta = timedelta(0)
    shelf: catalogue.Shelf = field(default_factory=catalogue.Shelf)
    accounts: dict[str, ledger.Account] = field(default_factory=dict)
    checkouts: dict[int, ledger.Checkout] = field(default_factory=dict)
    orders: dict[int, ledger.Order] = field(default_factory=dict)
    coupons: dict[str, ledger.Coupon] = field(default_factory=dict)
    drafts: list[ledger.Draft] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(2377))
    _order_numbers: count[int] = field(default_factory=lambda: count(1001))

    def stock_up(self, products: Iterable[catalogue.Product]) -> None:
        """Put products on the shelf, priced in coins that the currency has."""
        for product in products:
            variants = tuple(
                replace(variant, price=self.till.round(variant.price))
                for variant in product.variants
            )
            self.shelf.add(replace(product, variants=variants), at=self.now())

    def now(self) -> datetime:
        """The store's own idea of the time, which may be off; whole seconds as it writes them."""
        return (self.clock.now() + self.skew).replace(microsecond=0)

    def number(self) -> int:
        return next(self._numbers)

    def token(self, *, of: object) -> str:
        return hashlib.md5(f"{of}".encode(), usedforsecurity=False).hexdigest()

    def touch(self, thing: Any) -> None:
        """Later than before, even twice within one second: a newer state must look newer."""
        thing.updated_at = max(self.now(), thing.updated_at + timedelta(seconds=1))

    def lines(self, wishes: Iterable[Wish]) -> list[ledger.Line]:
        return [self._line(wish) for wish in wishes]

    def _line(self, wish: Wish) -> ledger.Line:
        if isinstance(wish, ledger.Line):
            return wish
        thing, quantity = wish if isinstance(wish, tuple) else (wish, 1)
        variant = thing.variants[0] if isinstance(thing, catalogue.Product) else thing
        on_shelf = self.shelf.variant(variant.id)
        product = self.shelf.products[on_shelf.product_id]
        return ledger.Line(id=self.number(), product=product, variant=on_shelf, quantity=quantity)

    # Shoppers

    def open_checkout(self, wishes: Iterable[Wish], *, at: datetime) -> ledger.Checkout:
        number = self.number()
        checkout = ledger.Checkout(
            id=number,
            token=self.token(of=("checkout", number, id(self))),
            cart_token=self.token(of=("cart", number, id(self))),
            till=self.till,
            created_at=at,
            updated_at=at,
            lines=self.lines(wishes),
            shipping_price=self.till.round(self.shipping_price),
        )
        self.checkouts[number] = checkout
        self.listener("checkout_opened", checkout)
        return checkout

    def leaves_checkout(
        self,
        email: str,
        *wishes: Wish,
        name: str = "Ann Ash",
        phone: str = "",
        locale: str = "",
        note: str = "",
        stage: str = "payment",
        accepts_marketing: bool = False,
        coupon: str | None = None,
        ago: timedelta = timedelta(0),
    ) -> ledger.Checkout:
        """A shopper comes as far as `stage`, and goes; her last touch is now, or was `ago`."""
        reached = _STAGES[1 : _STAGES.index(stage) + 1]
        checkout = self.open_checkout(wishes, at=self.now() - ago - _STEP * len(reached))
        for step in reached:
            checkout.stage = step
            checkout.updated_at += _STEP
            if step == "contact":
                self._introduce(checkout, email, locale=locale)
                checkout.accepts_marketing = accepts_marketing
            if step == "delivery":
                checkout.first_name, _, checkout.last_name = name.partition(" ")
                checkout.phone, checkout.note = phone, note
            self.listener("checkout_changed", checkout)
        if coupon:
            self.applies_coupon(checkout, coupon)
        return checkout

    def _introduce(self, checkout: ledger.Checkout, email: str, *, locale: str) -> None:
        checkout.email, checkout.locale = email, locale
        checkout.account = self.accounts.get(email)

    def changes_email(self, who: ledger.Checkout | str, email: str) -> ledger.Checkout:
        checkout = self.open_checkout_of(who)
        self._introduce(checkout, email, locale=checkout.locale)
        return self._changed(checkout)

    def changes_cart(self, who: ledger.Checkout | str, *wishes: Wish) -> ledger.Checkout:
        checkout = self.open_checkout_of(who)
        checkout.lines = self.lines(wishes)
        checkout.reckon()
        return self._changed(checkout)

    def applies_coupon(self, who: ledger.Checkout | str, code: str) -> ledger.Checkout:
        checkout = self.open_checkout_of(who)
        checkout.coupon = self.usable_coupon(code, checkout)
        checkout.reckon()
        return self._changed(checkout)

    def _changed(self, checkout: ledger.Checkout) -> ledger.Checkout:
        self.touch(checkout)
        self.listener("checkout_changed", checkout)
        return checkout

    def open_checkout_of(self, who: ledger.Checkout | str) -> ledger.Checkout:
        """The newest checkout that this shopper has not completed."""
        if isinstance(who, ledger.Checkout):
            return who
        for checkout in reversed(self.checkouts.values()):
            if checkout.email == who and checkout.completed_at is None:
                return checkout
        raise LookupError("this shopper has left no open checkout here")

    def usable_coupon(self, code: str, checkout: ledger.Checkout) -> ledger.Coupon:
        coupon = self.coupons.get(code.lower())
        if coupon is None:
            raise CouponRefused(f"no coupon {code}")
        reasons = coupon.refuses(email=checkout.email, subtotal=checkout.subtotal, now=self.now())
        if reasons:
            raise CouponRefused(f"{code}: {reasons}")
        return coupon

    def registers(
        self,
        email: str,
        *,
        name: str = "Ann Ash",
        phone: str = "",
        locale: str = "",
        accepts_marketing: bool = False,
    ) -> ledger.Account:
        first, _, last = name.partition(" ")
        account = ledger.Account(
            id=self.number(),
            email=email,
            first_name=first,
            last_name=last,
            phone=phone,
            locale=locale,
            accepts_marketing=accepts_marketing,
            consent_at=self.now() if accepts_marketing else None,
            created_at=self.now(),
            updated_at=self.now(),
        )
        self.accounts[email] = account
        self.listener("account_created", account)
        return account

    def consents(self, email: str, granted: bool, *, texts: bool = False) -> ledger.Account:
        account = self.accounts[email]
        if texts:
            account.takes_texts, account.texts_at = granted, self.now()
        else:
            account.accepts_marketing, account.consent_at = granted, self.now()
        self.touch(account)
        self.listener("texts_consent_changed" if texts else "consent_changed", account)
        return account

    # Orders

    def buys(
        self,
        who: ledger.Checkout | str,
        *wishes: Wish,
        coupon: str | None = None,
        payment: str = "card",
        name: str = "Ann Ash",
    ) -> ledger.Order:
        """Completes her open checkout, or a new one with `wishes`; card, transfer or later."""
        if wishes and isinstance(who, str):
            checkout = self.leaves_checkout(who, *wishes, name=name, ago=_STEP)
        else:
            checkout = self.open_checkout_of(who)
        if coupon:
            checkout.coupon = self.usable_coupon(coupon, checkout)
            checkout.reckon()
        if checkout.coupon is not None:
            checkout.coupon.used_by.append(checkout.email)
        if not checkout.first_name:
            checkout.first_name, _, checkout.last_name = name.partition(" ")
        checkout.stage, checkout.payment = "payment", payment
        order = self.place(checkout, {"card": "paid", "transfer": "on_hold"}.get(payment))
        self.listener("order_placed", order)
        self._moves_stock(order, -1)
        return order

    def begins_order(self, email: str, wishes: Iterable[Wish], **person: str) -> ledger.Checkout:
        """What somebody's program puts together for a shopper, to be placed as an order."""
        number = self.number()
        checkout = ledger.Checkout(
            id=number,
            token=self.token(of=("order", number, id(self))),
            cart_token="",
            till=self.till,
            created_at=self.now(),
            updated_at=self.now(),
            lines=self.lines(wishes),
            email=email,
            account=self.accounts.get(email),
            created_via="rest-api",
            **person,
        )
        self.checkouts[number] = checkout
        return checkout

    def place(self, checkout: ledger.Checkout, state: str | None) -> ledger.Order:
        """Its order, new or again; `state` None: pending."""
        self.touch(checkout)
        checkout.completed_at = checkout.updated_at if state != "failed" else None
        order = checkout.order or ledger.Order(
            id=checkout.id,
            number=next(self._order_numbers),
            checkout=checkout,
            state="pending",
            created_at=checkout.updated_at,
            updated_at=checkout.updated_at,
        )
        order.state, order.updated_at = state or "pending", checkout.updated_at
        order.paid_at = checkout.updated_at if state == "paid" else None
        checkout.order = self.orders[order.id] = order
        return order

    def fails_payment(self, who: ledger.Checkout | str, reason: str = "") -> ledger.Order:
        """Her card is refused; the checkout stays open."""
        order = self.place(self.open_checkout_of(who), "failed")
        order.failure = reason
        self.listener("payment_failed", order)
        return order

    def _moves_stock(self, order: ledger.Order, direction: int) -> None:
        for line in order.checkout.lines:
            if line.variant.id in self.shelf.stock:
                left = self.shelf.stock[line.variant.id] + direction * line.quantity
                self.sets_stock(line.variant, left)

    def pays(self, order: ledger.Order) -> ledger.Order:
        """The money of a pending order arrived."""
        self.touch(order)
        order.state, order.paid_at = "paid", order.updated_at
        self.listener("order_paid", order)
        return order

    def marks(self, order: ledger.Order, status: str) -> None:
        """WooCommerce: a plugin gives the order a status of its own; "" ends it."""
        self.touch(order)
        order.plugin_status = status
        self.listener("order_marked", order)

    def cancels(self, order: ledger.Order, by: str = "customer") -> ledger.Order:
        """`by`: customer, merchant, fraud, inventory or declined."""
        self.touch(order)
        order.state, order.cancelled_by, order.cancelled_at = "cancelled", by, order.updated_at
        self.listener("order_cancelled", order)
        self._moves_stock(order, +1)
        return order

    def refunds(
        self, order: ledger.Order, amount: Decimal | str | None = None, reason: str = ""
    ) -> ledger.Refund:
        """Gives back `amount`, or all that is left."""
        self.touch(order)
        left = order.total - order.refunded
        given = self.till.round(amount) if amount is not None else left
        if not ZERO < given <= left:
            raise ValueError(f"{given} cannot be refunded of {left}")
        refund = ledger.Refund(
            id=self.number(), amount=given, reason=reason, refunded_at=order.updated_at
        )
        order.refunds.append(refund)
        self.listener("order_refunded", order)
        return refund

    def fulfills(
        self, order: ledger.Order, carrier: str = "UPS", number: str = "1Z0000000000000001"
    ) -> ledger.Shipment:
        self.touch(order)
        order.state, order.fulfilled_at = "fulfilled", order.updated_at
        shipment = ledger.Shipment(
            id=self.number(),
            carrier=carrier,
            number=number,
            url=f"https://carrier.example.com/track/{number}",
            created_at=order.updated_at,
            updated_at=order.updated_at,
        )
        order.shipments.append(shipment)
        self.listener("order_fulfilled", order)
        return shipment

    def delivers(self, order: ledger.Order) -> ledger.Shipment:
        """The parcel arrived."""
        shipment = order.shipments[-1]
        self.touch(shipment)
        shipment.delivered_at = shipment.updated_at
        self.listener("parcel_delivered", order)
        return shipment

    # The merchant

    def makes_coupon(self, code: str, /, **wish: Any) -> ledger.Coupon:
        """A new coupon; the caller has looked whether the code is free."""
        now = self.now()
        coupon = ledger.Coupon(id=self.number(), code=code, created_at=now, updated_at=now, **wish)
        self.coupons[code.lower()] = coupon
        self.listener("coupon_created", coupon)
        return coupon

    def deletes_coupon(self, coupon: ledger.Coupon) -> None:
        del self.coupons[coupon.code.lower()]
        self.listener("coupon_deleted", coupon)

    def sets_stock(self, variant: catalogue.Variant, left: int) -> None:
        self.shelf.stock[variant.id] = left
        before = self.shelf.changed_at[variant.product_id]
        self.shelf.changed_at[variant.product_id] = max(self.now(), before)
        self.listener("stock_changed", variant)

    def notes_meta(self, order: ledger.Order) -> None:
        """A program wrote a meta entry: saved is saved, and told."""
        self.touch(order)
        self.listener("order_meta_changed", order)
