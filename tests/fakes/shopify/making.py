"""What a merchant's programs make and delete by the Admin API: customers, drafts, orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.fakes import catalogue, ledger
from tests.fakes.memory import CouponRefused
from tests.fakes.shopify import ids
from tests.fakes.shopify.writing import Writing, user_error

Node = dict[str, Any]


class Making:
    """Beside `Writing`, whose drafts it completes and drops."""

    def __init__(self, writing: Writing) -> None:
        self.writing, self.nodes, self.memory = writing, writing.nodes, writing.memory

    def mutations(self) -> Node:
        return {
            "customerCreate": self.create_customer,
            "customerDelete": self.delete_customer,
            "draftOrderComplete": self.complete_draft,
            "draftOrderDelete": self.delete_draft,
            "orderDelete": self.delete_order,
        }

    def queries(self) -> Node:
        return {"draftOrder": self.draft}

    def create_customer(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "CustomerCreatePayload", "customer": None}
        if input["email"] in self.memory.accounts:
            taken = user_error(["email"], "Email has already been taken")
            return {**payload, "userErrors": [taken]}
        name = f"{input.get('firstName') or ''} {input.get('lastName') or ''}".strip()
        account = self.memory.registers(input["email"], name=name)
        return {**payload, "customer": self.nodes.customer(account), "userErrors": []}

    def delete_customer(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "CustomerDeletePayload", "deletedCustomerId": None}
        for email, account in self.memory.accounts.items():
            if ids.gid("Customer", account.id) == input["id"]:
                del self.memory.accounts[email]
                return {**payload, "deletedCustomerId": input["id"], "userErrors": []}
        unknown = user_error(["id"], "Customer can't be found")
        return {**payload, "userErrors": [unknown]}

    def draft(self, id: str) -> Node | None:  # noqa: A002 # Shopify's argument
        found = self.writing.known_draft(id)
        return self.writing.draft(found) if found else None

    def complete_draft(self, id: str) -> Node:  # noqa: A002 # Shopify's argument
        """Paid at once, as by a payment that the merchant took herself."""
        payload: Node = {"__typename": "DraftOrderCompletePayload", "draftOrder": None}
        draft = self.writing.known_draft(id)
        if draft is None:
            return {**payload, "userErrors": [user_error(["id"], "Draft order does not exist")]}
        lines = [self._line(one) for one in draft.said["lineItems"]]
        checkout = self.memory.begins_order(draft.said.get("email") or "", lines)
        order = self.memory.place(checkout, None)
        self.memory.listener("order_placed", order)
        for code in draft.said.get("discountCodes") or ():
            self._takes_coupon(order.checkout, code)
        self.memory.pays(order)
        order.checkout.completed_at = order.updated_at
        done = replace(draft, order_id=order.id)
        self.memory.drafts[self.memory.drafts.index(draft)] = done
        return {**payload, "draftOrder": self.writing.draft(done), "userErrors": []}

    def _takes_coupon(self, checkout: ledger.Checkout, code: str) -> None:
        """One that does not hold is left out with a warning."""
        try:
            checkout.coupon = self.memory.usable_coupon(code, checkout)
        except CouponRefused:
            return
        checkout.coupon.used_by.append(checkout.email)
        checkout.reckon()

    def _line(self, said: Node) -> ledger.Line:
        if said.get("variantId"):
            number = ids.own_number(said["variantId"]) or 0
            variant = self.memory.shelf.variant(number)
            product = self.memory.shelf.products[variant.product_id]
        else:
            price = said["originalUnitPriceWithCurrency"]["amount"]
            product = catalogue.simple(self.memory.number(), said["title"], price, sku="")
            variant = product.variants[0]
        quantity = said["quantity"]
        number = self.memory.number()
        only = replace(variant, price=Decimal(variant.price))
        return ledger.Line(id=number, product=product, variant=only, quantity=quantity)

    def delete_draft(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "DraftOrderDeletePayload", "deletedId": None}
        draft = self.writing.known_draft(input["id"])
        if draft is None:
            return {**payload, "userErrors": [user_error(["id"], "Draft order does not exist")]}
        self.memory.drafts.remove(draft)
        return {**payload, "deletedId": input["id"], "userErrors": []}

    def delete_order(self, orderId: str) -> Node:  # noqa: N803 # Shopify's argument
        payload: Node = {"__typename": "OrderDeletePayload", "deletedId": None}
        for order in list(self.memory.orders.values()):
            if ids.gid("Order", order.id) == orderId:
                self.memory.force_deletes(order)
                return {**payload, "deletedId": orderId, "userErrors": []}
        unknown = {**user_error(["orderId"], "Order does not exist"), "code": "NOT_FOUND"}
        return {**payload, "userErrors": [{**unknown, "__typename": "OrderDeleteUserError"}]}
