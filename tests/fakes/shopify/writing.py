"""Notes, tags, consent and draft orders as the Admin GraphQL API changes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.nodes import Nodes, at
from tests.fakes.shopify.search import Search

Node = dict[str, Any]


class Writing:
    """The roots of Query and Mutation that concern what apps write beside discounts."""

    def __init__(self, nodes: Nodes, search: Search) -> None:
        self.nodes, self.memory, self.search = nodes, nodes.memory, search

    def mutations(self) -> Node:
        return {
            "orderUpdate": self.update_order,
            "tagsAdd": self.add_tags,
            "customerEmailMarketingConsentUpdate": self.update_consent,
            "customerSmsMarketingConsentUpdate": self.update_texts_consent,
            "draftOrderCreate": self.create_draft,
        }

    def queries(self) -> Node:
        return {"draftOrders": self.drafts}

    def update_order(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "OrderUpdatePayload", "order": None, "userErrors": []}
        order = self._order(input["id"])
        if order is None:
            return {**payload, "userErrors": [user_error(["id"], "Order does not exist")]}
        order.checkout.note = input.get("note", order.checkout.note)
        self.memory.touch(order)
        return {**payload, "order": self.nodes.order(order)}

    def add_tags(self, id: str, tags: list[str]) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "TagsAddPayload", "node": None, "userErrors": []}
        order, account = self._order(id), self._account(id)
        if order is not None:
            order.tags = sorted({*order.tags, *tags})
            return {**payload, "node": self.nodes.order(order)}
        if account is not None:
            account.tags = sorted({*account.tags, *tags})
            return {**payload, "node": self.nodes.customer(account)}
        return {**payload, "userErrors": [user_error(["id"], "Not found")]}

    def update_consent(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        """Refusals as recorded: nobody of that id; a yes without its opt-in level."""
        kind = "CustomerEmailMarketingConsentUpdate"
        payload: Node = {"__typename": f"{kind}Payload", "customer": None}
        consent = input["emailMarketingConsent"]
        account, wished = self._account(input["customerId"]), consent["marketingState"]
        problems = []
        if account is None:
            problems = [(["input", "customerId"], "Customer not found", "INVALID")]
        elif wished == "SUBSCRIBED" and not consent.get("marketingOptInLevel"):
            field = ["input", "emailMarketingConsent", "marketingOptInLevel"]
            problems = [(field, "Marketing opt in level must exist", "MISSING_ARGUMENT")]
        told = [
            {"__typename": f"{kind}UserError", "field": field, "message": said, "code": code}
            for field, said, code in problems
        ]
        if account is None or told:
            return {**payload, "userErrors": told}
        self.memory.consents(account.email, wished == "SUBSCRIBED")
        return {**payload, "customer": self.nodes.customer(account), "userErrors": []}

    def update_texts_consent(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        """Refusals as recorded: nobody of that id; no telephone; a yes without its level."""
        kind = "CustomerSmsMarketingConsent"
        payload: Node = {"__typename": f"{kind}UpdatePayload", "customer": None}
        consent, where = input["smsMarketingConsent"], ["input", "smsMarketingConsent"]
        account, wished = self._account(input["customerId"]), consent["marketingState"]
        problem: tuple[list[str] | None, str, str | None] | None = None
        if account is None:
            problem = (None, "Customer not found", None)
        elif wished == "SUBSCRIBED" and not consent.get("marketingOptInLevel"):
            field = [*where, "marketingOptInLevel"]
            problem = (field, "Marketing opt in level must exist", "MISSING_ARGUMENT")
        elif not account.phone:
            said = "A phone number is required to set the SMS consent state."
            problem = (where, said, "INVALID")
        if account is None or problem:
            told = dict(zip(("field", "message", "code"), problem or (), strict=False))
            return {**payload, "userErrors": [{"__typename": f"{kind}Error", **told}]}
        self.memory.consents(account.email, wished == "SUBSCRIBED", texts=True)
        return {**payload, "customer": self.nodes.customer(account), "userErrors": []}

    def create_draft(self, input: Node) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "DraftOrderCreatePayload", "draftOrder": None}
        if not input.get("lineItems"):
            problem = user_error(["lineItems"], "Add at least 1 product")
            return {**payload, "userErrors": [problem]}
        gone = [one for one in input["lineItems"] if not self._is_sold(one)]
        if gone:
            number = gone[0]["variantId"].rpartition("/")[2]
            problem = user_error(None, f"Product with ID {number} is no longer available.")
            return {**payload, "userErrors": [problem]}
        draft = ledger.Draft(
            id=self.memory.number(),
            said=input,
            tags=tuple(input.get("tags") or ()),
            made_at=self.memory.now(),
        )
        self.memory.drafts.append(draft)
        return {**payload, "draftOrder": self.draft(draft), "userErrors": []}

    def _is_sold(self, line: Node) -> bool:
        """A line without a variant is sold as it is named."""
        try:
            number = ids.own_number(line["variantId"]) if line.get("variantId") else None
            return number is None or bool(self.memory.shelf.variant(number))
        except KeyError:
            return False

    def known_draft(self, gid: str) -> ledger.Draft | None:
        found = (x for x in self.memory.drafts if ids.gid("DraftOrder", x.id) == gid)
        return next(found, None)

    def drafts(self, query: str | None = None, **page: Any) -> Node:
        facts = {"tag": lambda node: node["tags"], "id": lambda node: node["id"]}
        nodes = [self.draft(one) for one in self.memory.drafts]
        return connection(self.search.keep(nodes, query, facts, path="draftOrders"), "DraftOrder")(
            **page
        )

    def draft(self, draft: ledger.Draft) -> Node:
        token = self.memory.token(of=("draft", draft.id))
        base, lines = self.nodes.base_url, draft.said["lineItems"]
        return {
            "__typename": "DraftOrder",
            "id": ids.gid("DraftOrder", draft.id),
            "invoiceUrl": f"{base}/{ids.SHOP_ID}/invoices/{token}",
            "email": draft.said.get("email"),
            "tags": sorted(draft.tags),
            "discountCodes": self._taken(draft),
            "createdAt": at(draft.made_at),
            "updatedAt": at(draft.made_at),
            "status": "COMPLETED" if draft.order_id else "OPEN",
            "order": lambda: self._order_of(draft),
            "lineItems": connection(
                [self._line(draft.id + place, one) for place, one in enumerate(lines)],
                "DraftOrderLineItem",
            ),
        }

    def _order_of(self, draft: ledger.Draft) -> Node | None:
        order = self.memory.orders.get(draft.order_id or 0)
        return self.nodes.order(order) if order else None

    def _line(self, number: int, said: Node) -> Node:
        gid = said.get("variantId")
        return {
            "__typename": "DraftOrderLineItem",
            "id": f"gid://shopify/DraftOrderLineItem/{number}",
            "quantity": said["quantity"],
            "title": said.get("title") or "",
            "variant": {"__typename": "ProductVariant", "id": gid} if gid else None,
        }

    def _taken(self, draft: ledger.Draft) -> list[str]:
        """The codes that fit; one that does not is skipped without a word."""
        codes = draft.said.get("discountCodes") or ()
        known = [self.memory.coupons.get(code.lower()) for code in codes]
        now = self.memory.now()
        return [
            coupon.code
            for coupon in known
            if coupon and not coupon.refuses(email="", subtotal=Decimal("Infinity"), now=now)
        ]

    def _order(self, gid: str) -> ledger.Order | None:
        found = (one for one in self.memory.orders.values() if ids.gid("Order", one.id) == gid)
        return next(found, None)

    def _account(self, gid: str) -> ledger.Account | None:
        """A registered shopper, or the record that Shopify keeps of a guest."""
        for account in self.memory.accounts.values():
            if ids.gid("Customer", account.id) == gid:
                return account
        parts = self.nodes.dialect.orders.parts
        for checkout in self.memory.checkouts.values():
            number = parts.customer_id(checkout)
            if checkout.email and gid.endswith(f"/{number}"):
                return self._keep(checkout, number - ids.number("Customer", 0))
        return None

    def _keep(self, checkout: ledger.Checkout, number: int) -> ledger.Account:
        account = ledger.Account(
            id=number,
            email=checkout.email,
            first_name=checkout.first_name,
            last_name=checkout.last_name,
            created_at=checkout.created_at,
            updated_at=checkout.updated_at,
        )
        self.memory.accounts[checkout.email] = account
        return account


def user_error(field: list[str] | None, message: str) -> Node:
    return {"__typename": "UserError", "field": field, "message": message}
