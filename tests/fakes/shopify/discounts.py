"""Discount codes as the Admin GraphQL API makes, refuses and tells them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.nodes import Nodes, at

Node = dict[str, Any]


class Discounts:
    """The discount roots of Query and Mutation."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes, self.memory = nodes, nodes.memory

    def mutations(self) -> Node:
        return {
            "discountCodeBasicCreate": self.create_basic,
            "discountCodeFreeShippingCreate": self.create_free_shipping,
            "discountCodeDelete": self.delete,
            "discountCodeDeactivate": self.deactivate,
        }

    def queries(self) -> Node:
        return {
            "codeDiscountNodeByCode": self.by_code,
            "codeDiscountNode": self.by_id,
            "discountNode": lambda id: self._as_discount_node(self.by_id(id)),  # noqa: A006 # Shopify's argument
        }

    def create_basic(self, basicCodeDiscount: Node) -> Node:  # noqa: N803 # Shopify's argument
        value = basicCodeDiscount.get("customerGets", {}).get("value", {})
        percentage, fixed = value.get("percentage"), value.get("discountAmount")
        wish: Node = {"kind": "percent", "amount": Decimal(str(percentage or 0)) * 100}
        if fixed is not None:
            wish = {"kind": "fixed", "amount": Decimal(str(fixed["amount"]))}
        problem = None
        if fixed is None and not 0 < (percentage or 0) <= 1:
            field = ["basicCodeDiscount", "customerGets", "value", "percentage"]
            problem = _error(field, "Value must be between 0.0 and 1.0", "VALUE_OUTSIDE_RANGE")
        return self._create("basicCodeDiscount", basicCodeDiscount, problem=problem, **wish)

    def create_free_shipping(self, freeShippingCodeDiscount: Node) -> Node:  # noqa: N803 # as above
        return self._create(
            "freeShippingCodeDiscount",
            freeShippingCodeDiscount,
            kind="free_shipping",
            amount=Decimal(0),
        )

    def _create(
        self, argument: str, said: Node, *, problem: Node | None = None, **wish: Any
    ) -> Node:
        kind = "FreeShipping" if argument.startswith("free") else "Basic"
        payload = {"__typename": f"DiscountCode{kind}CreatePayload", "codeDiscountNode": None}
        problems = [*([problem] if problem else []), *self._problems(argument, said)]
        if problems:
            return {**payload, "userErrors": problems}
        subtotal = ((said.get("minimumRequirement") or {}).get("subtotal") or {}).get(
            "greaterThanOrEqualToSubtotal"
        )
        coupon = self.memory.makes_coupon(
            said["code"],
            starts_at=_moment(said["startsAt"]),
            expires_at=_moment(said.get("endsAt")),
            minimum=Decimal(str(subtotal or 0)),
            usage_limit=said.get("usageLimit"),
            product_ids=_products(said),
            limit_per_customer=1 if said.get("appliesOncePerCustomer") else None,
            description=said.get("title", ""),
            spoken=said,
            **wish,
        )
        return {**payload, "codeDiscountNode": self.node(coupon), "userErrors": []}

    def _problems(self, argument: str, said: Node) -> list[Node]:
        code, starts, ends = said.get("code") or "", said.get("startsAt"), said.get("endsAt")
        checks = (
            ("code", not code.strip(), "Code can't be blank", "BLANK"),
            ("title", not said.get("title"), "Title can't be blank", "BLANK"),
            ("startsAt", not starts, "Starts at can't be blank", "BLANK"),
            (
                "code",
                code.lower() in self.memory.coupons,
                "Code must be unique. Please try a different code.",
                "TAKEN",
            ),
            (
                "endsAt",
                bool(starts and ends and _moment(ends) <= _moment(starts)),
                "Ends at needs to be after starts_at",
                "INVALID",
            ),
        )
        return [_error([argument, name], text, kind) for name, bad, text, kind in checks if bad]

    def delete(self, id: str) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "DiscountCodeDeletePayload", "deletedCodeDiscountId": None}
        coupon = self._coupon(id)
        if coupon is None:
            unknown = _error(["id"], "Code discount does not exist.", "INVALID")
            return {**payload, "userErrors": [unknown]}
        self.memory.deletes_coupon(coupon)
        return {**payload, "deletedCodeDiscountId": id, "userErrors": []}

    def deactivate(self, id: str) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "DiscountCodeDeactivatePayload", "codeDiscountNode": None}
        coupon = self._coupon(id)
        if coupon is None:
            unknown = _error(["id"], "Code discount does not exist.", "INVALID")
            return {**payload, "userErrors": [unknown]}
        coupon.expires_at = coupon.updated_at = self.memory.now()
        return {**payload, "codeDiscountNode": self.node(coupon), "userErrors": []}

    def by_code(self, code: str) -> Node | None:
        coupon = self.memory.coupons.get(code.lower())
        return self.node(coupon) if coupon else None

    def by_id(self, id: str) -> Node | None:  # noqa: A002 # Shopify's argument
        coupon = self._coupon(id)
        return self.node(coupon) if coupon else None

    def _coupon(self, gid: str) -> ledger.Coupon | None:
        for coupon in self.memory.coupons.values():
            if ids.gid("DiscountCodeNode", coupon.id) == gid:
                return coupon
        return None

    def _as_discount_node(self, node: Node | None) -> Node | None:
        if node is None:
            return None
        return {"__typename": "DiscountNode", "id": node["id"], "discount": node["codeDiscount"]}

    def node(self, coupon: ledger.Coupon) -> Node:
        return {
            "__typename": "DiscountCodeNode",
            "id": ids.gid("DiscountCodeNode", coupon.id),
            "codeDiscount": self._discount(coupon),
        }

    def _discount(self, coupon: ledger.Coupon) -> Node:
        free = coupon.kind == "free_shipping"
        code = {
            "__typename": "DiscountRedeemCode",
            "id": ids.gid("DiscountRedeemCode", coupon.id),
            "code": coupon.code,
            "asyncUsageCount": len(coupon.used_by),
        }
        combines = ("productDiscounts", "orderDiscounts", "shippingDiscounts")
        asked = coupon.spoken.get("combinesWith") or {}
        assert isinstance(asked, dict)
        said = {
            "__typename": "DiscountCodeFreeShipping" if free else "DiscountCodeBasic",
            "title": coupon.description,
            "status": self._status(coupon),
            "summary": "Free shipping" if free else f"{coupon.amount} off",
            "startsAt": at(coupon.starts_at),
            "endsAt": at(coupon.expires_at),
            "createdAt": at(coupon.created_at),
            "updatedAt": at(coupon.updated_at),
            "asyncUsageCount": len(coupon.used_by),
            "usageLimit": coupon.usage_limit,
            "appliesOncePerCustomer": coupon.limit_per_customer == 1,
            "discountClasses": ["SHIPPING" if free else "ORDER"],
            "combinesWith": {
                "__typename": "DiscountCombinesWith",
                **{name: bool(asked.get(name)) for name in combines},
            },
            "codes": connection([code], "DiscountRedeemCode"),
            "codesCount": {"__typename": "Count", "count": 1, "precision": "EXACT"},
            "context": {"__typename": "DiscountBuyerSelectionAll", "all": "ALL"},
            "minimumRequirement": self._minimum(coupon),
        }
        return said if free else {**said, "customerGets": self._gets(coupon)}

    def _items(self, coupon: ledger.Coupon) -> Node:
        if not coupon.product_ids:
            return {"__typename": "AllDiscountItems", "allItems": True}
        shelf = self.memory.shelf.products
        products = [self.nodes.product(shelf[one]) for one in coupon.product_ids]
        return {"__typename": "DiscountProducts", "products": connection(products, "Product")}

    def _status(self, coupon: ledger.Coupon) -> str:
        now = self.memory.now()
        if coupon.starts_at is not None and coupon.starts_at > now:
            return "SCHEDULED"
        return "EXPIRED" if coupon.expires_at and coupon.expires_at <= now else "ACTIVE"

    def _minimum(self, coupon: ledger.Coupon) -> Node | None:
        if not coupon.minimum:
            return None
        money = self.nodes.money(coupon.minimum)
        return {"__typename": "DiscountMinimumSubtotal", "greaterThanOrEqualToSubtotal": money}

    def _gets(self, coupon: ledger.Coupon) -> Node:
        value: Node = {
            "__typename": "DiscountAmount",
            "amount": self.nodes.money(coupon.amount),
            "appliesOnEachItem": False,
        }
        if coupon.kind == "percent":
            percentage = float(coupon.amount / 100)
            value = {"__typename": "DiscountPercentage", "percentage": percentage}
        return {
            "__typename": "DiscountCustomerGets",
            "value": value,
            "items": self._items(coupon),
            "appliesOnOneTimePurchase": True,
            "appliesOnSubscription": False,
        }


def _products(said: Node) -> tuple[int, ...]:
    items = (said.get("customerGets") or {}).get("items") or {}
    named = (items.get("products") or {}).get("productsToAdd") or []
    return tuple(ids.own_number(one) or 0 for one in named)


def _error(field: list[str], message: str, code: str) -> Node:
    said = {"field": field, "message": message, "code": code, "extraInfo": None}
    return {"__typename": "DiscountUserError", **said}


def _moment(said: str | None) -> Any:
    return datetime.fromisoformat(said).astimezone(UTC) if said else None
