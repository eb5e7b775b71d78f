"""Every document that goes over the wire is one that Shopify's own schema accepts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    execute,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from adapters.http import Http
from adapters.platforms.shopify import Shopify, scopes
from connector.errors import Refused
from connector.money import Money
from connector.ports.platform import Access, CheckoutFacts, CouponKind, CouponMade, CouponWish
from connector.ports.writing import ConsentWord, OrderNote, OrderTags, OrderWish
from connector.records import LineItem
from tests.adapters.loopback import Answer, Asked, Loopback, serving
from tests.contracts import shopify_captures as captures
from tests.contracts import shopify_material as material

pytestmark = material.needs_material

DAY = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
WISH = CouponWish(
    code="BACK",
    kind=CouponKind.PERCENT,
    percent=15,
    starts_at=DAY,
    ends_at=DAY + dt.timedelta(days=2),
    minimum=Money.of("40.00", "USD"),
)
LEFT = "gid://shopify/AbandonedCheckout/1"
SCHEMA_ALONE = {
    f"discountCode{kind}Create.{argument}CodeDiscount.{name}"
    for kind, argument in (("Basic", "basic"), ("FreeShipping", "freeShipping"))
    for name in ("appliesOncePerCustomer", "endsAt", "minimumRequirement", "usageLimit")
} | {"abandonedCheckouts.query", "draftOrderCreate", "draftOrders", "orderUpdate", "tagsAdd"}
"""What no capture shows accepted: its proof is the schema."""

NODE = {"id": "gid://shopify/DiscountCodeNode/1"}
TAKEN = {"code": "TAKEN", "field": ["code"], "message": "Code must be unique."}
ANSWERS: dict[str, Any] = {
    "AskbackShop": {
        "shop": {
            "id": "gid://shopify/Shop/1",
            "name": "Blue Mugs",
            "currencyCode": "USD",
            "ianaTimezone": "Asia/Jerusalem",
            "myshopifyDomain": "practice.myshopify.com",
            "primaryDomain": {"url": "https://practice.example.com", "localization": None},
        }
    },
    "AskbackWho": {"shop": {"id": "gid://shopify/Shop/1"}},
    "AskbackScopes": {"currentAppInstallation": {"accessScopes": [{"handle": "read_products"}]}},
    "AskbackProtectedData": {
        "customers": {
            "nodes": [
                {
                    "id": "gid://shopify/Customer/1",
                    "firstName": None,
                    "defaultEmailAddress": {"emailAddress": "ann@example.com"},
                }
            ]
        }
    },
    "AskbackOwnMails": {
        "sent": {"nodes": [{"id": LEFT, "createdAt": "2026-11-19T10:00:00Z"}]},
        "scheduled": {"nodes": []},
        "notSent": {"nodes": []},
    },
    "AskbackWrittenAbout": {
        "abandonedCheckouts": {
            "nodes": [
                {
                    "id": LEFT,
                    "abandonedCheckoutUrl": "https://a.example.com/1/checkouts/t/recover?key=k",
                    "createdAt": "2026-11-20T00:00:00Z",
                }
            ]
        }
    },
    "AskbackAbandonment": {
        "abandonmentByAbandonedCheckoutId": {
            "emailState": "SENT",
            "emailSentAt": "2026-11-20T10:00:00Z",
        }
    },
    "AskbackDiscountCreate": {
        "discountCodeBasicCreate": {"codeDiscountNode": None, "userErrors": [TAKEN]}
    },
    "AskbackFreeShippingCreate": {
        "discountCodeFreeShippingCreate": {"codeDiscountNode": NODE, "userErrors": []}
    },
    "AskbackDiscount": {
        "codeDiscountNodeByCode": NODE
        | {
            "codeDiscount": {
                "__typename": "DiscountCodeBasic",
                "title": "Summer",
                "codes": {"nodes": [{"code": "BACK"}]},
            }
        }
    },
    "AskbackOrders": {
        "orders": {
            "nodes": [
                {
                    "id": "gid://shopify/Order/1",
                    "createdAt": "2026-11-20T10:00:00Z",
                    "cancelledAt": None,
                    "displayFinancialStatus": "PAID",
                    "displayFulfillmentStatus": "UNFULFILLED",
                    "checkoutToken": "c0ffee",
                    "cartToken": None,
                    "email": "ann@example.com",
                    "customer": {"id": "gid://shopify/Customer/7"},
                }
            ]
        }
    },
}

ORDER_ID = {"id": "gid://shopify/Order/1"}
DRAFT = {"id": "gid://shopify/DraftOrder/1", "invoiceUrl": "https://a.example.com/i/1", "tags": []}
DRAFT |= {"discountCodes": ["BACK"]}
ANSWERS |= {
    "AskbackDiscountUses": {
        "codeDiscountNodeByCode": NODE
        | {"codeDiscount": {"__typename": "DiscountCodeBasic", "asyncUsageCount": 0}}
    },
    "AskbackDiscountDelete": {
        "discountCodeDelete": {"deletedCodeDiscountId": NODE["id"], "userErrors": []}
    },
    "AskbackOrderNote": {"order": ORDER_ID | {"note": None}},
    "AskbackOrderNoteUpdate": {"orderUpdate": {"order": ORDER_ID, "userErrors": []}},
    "AskbackTagsAdd": {"tagsAdd": {"node": ORDER_ID | {"__typename": "Order"}, "userErrors": []}},
    "AskbackConsentUpdate": {
        "customerEmailMarketingConsentUpdate": {
            "customer": {
                "id": "gid://shopify/Customer/1",
                "defaultEmailAddress": {"marketingState": "UNSUBSCRIBED"},
            },
            "userErrors": [],
        }
    },
    "AskbackTextsConsentUpdate": {
        "customerSmsMarketingConsentUpdate": {
            "customer": {"id": "gid://shopify/Customer/1"},
            "userErrors": [],
        }
    },
    "AskbackDrafts": {"draftOrders": {"nodes": []}},
    "AskbackDraftCreate": {"draftOrderCreate": {"draftOrder": DRAFT, "userErrors": []}},
}


def operation(asked: Asked) -> OperationDefinitionNode:
    (definition,) = parse(asked.json["query"]).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


def name(asked: Asked) -> str:
    named = operation(asked).name
    assert named is not None
    return named.value


@pytest.fixture(scope="module")
def wire() -> list[Asked]:
    """Everything that the adapter can ask, asked once and taken off the wire."""
    with serving() as store:
        store.reply = lambda asked: Answer.of({"data": ANSWERS[name(asked)]})
        speak(store)
    return store.asked


def speak(store: Loopback) -> None:
    shopify = Shopify(Http(allow_private=True), admin_origin=store.origin)
    access = Access(base_url=store.origin, credentials={"access_token": "t"}, shop="a.example.com")
    assert shopify.describe(access).locale == "en"
    ask_for_permissions(shopify, access)
    assert len(shopify.own_mails(access, DAY)) == 1
    with pytest.raises(Refused):
        shopify.create_coupon(access, WISH)
    five = dataclasses.replace(WISH, kind=CouponKind.FIXED, amount=Money.of("5", "USD"))
    with pytest.raises(Refused):
        shopify.create_coupon(access, five)
    free = dataclasses.replace(WISH, kind=CouponKind.FREE_SHIPPING)
    assert shopify.create_coupon(access, free).code == "BACK"
    checkout = CheckoutFacts(
        external_id="t",
        cart_token="c",
        recovery_url="",
        email="ann@example.com",
        lines=(),
        created_at=DAY,
        customer_external_id="1",
    )
    found = shopify.find_order(access, checkout)
    assert found is not None
    assert found.external_id == "1"
    assert shopify.own_mail_at(access, checkout) == DAY + dt.timedelta(hours=10)
    write(shopify, access)


def write(shopify: Shopify, access: Access) -> None:
    restricted = dataclasses.replace(WISH, product_external_ids=("7",))
    with pytest.raises(Refused):
        shopify.create_coupon(access, restricted)
    assert shopify.coupon_uses(access, CouponMade(external_id=NODE["id"], code="BACK")) == 0
    shopify.delete_coupon(access, NODE["id"])
    shopify.note_order(access, OrderNote(order_external_id="1", text="asked", marker="[1]"))
    shopify.tag_order(
        access, OrderTags(order_external_id="1", customer_external_id="1", reason="price")
    )
    for granted, channel in ((True, "email"), (False, "email"), (True, "sms")):
        word = ConsentWord(customer_external_id="1", granted=granted, channel=channel)
        shopify.tell_consent(access, word)
    price = Money.of("20", "USD")
    line = LineItem(title="Mug", quantity=2, unit_price=price, total=price * 2)
    wish = OrderWish(
        key="store-1",
        email="ann@example.com",
        customer_external_id="1",
        coupon_code="BACK",
        lines=[line, dataclasses.replace(line, variant_external_id="9")],
    )
    assert shopify.complete_order(access, wish).url == DRAFT["invoiceUrl"]


def ask_for_permissions(shopify: Shopify, access: Access) -> None:
    """Without read_customers the second question is not asked: ask with every scope, too."""
    assert shopify.versions(access, DAY) == ()
    assert len(shopify.shortcomings(access)) == len(scopes.SCOPES) - 1
    handles = [{"handle": scope} for scope in scopes.SCOPES]
    every = {"currentAppInstallation": {"accessScopes": handles}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ANSWERS, "AskbackScopes", every)
        assert shopify.shortcomings(access) == ()


def test_no_document_needs_a_scope_beyond_the_table(wire: list[Asked]) -> None:
    needed = material.scopes_needed()
    info = TypeInfo(material.schema())
    lacking: set[str] = set()

    class Look(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, field = info.get_parent_type(), info.get_field_def()
            returned = get_named_type(field.type).name if field else ""
            at_field = f"{parent.name if parent else ''}.{node.name.value}"
            for where in (at_field, returned):
                if where in needed and not needed[where] & set(scopes.SCOPES):
                    lacking.add(where)

    for asked in wire:
        visit(parse(asked.json["query"]), TypeInfoVisitor(info, Look()))
    assert lacking == set()


def test_every_kind_of_call_was_made(wire: list[Asked]) -> None:
    assert {name(asked) for asked in wire} == set(ANSWERS)


def test_every_document_is_valid(wire: list[Asked]) -> None:
    for asked in wire:
        assert validate(material.schema(), parse(asked.json["query"])) == []


def test_every_variable_is_of_the_type_it_is_declared(wire: list[Asked]) -> None:
    for asked in wire:
        definitions = operation(asked).variable_definitions or ()
        variables = asked.json["variables"]
        coerced = get_variable_values(material.schema(), definitions, variables)
        assert not isinstance(coerced, list), coerced
        assert set(variables) == {each.variable.name.value for each in definitions}


def test_what_is_sent_was_taken_by_a_recorded_store(wire: list[Asked]) -> None:
    asked = [(one.json["query"], one.json["variables"]) for one in wire]
    assert captures.untried(asked) == SCHEMA_ALONE


def test_no_document_asks_for_what_is_deprecated(wire: list[Asked]) -> None:
    info = TypeInfo(material.schema())
    deprecated: list[str] = []

    class Look(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            field = info.get_field_def()
            if field is not None and field.deprecation_reason:
                deprecated.append(node.name.value)

    for asked in wire:
        visit(parse(asked.json["query"]), TypeInfoVisitor(info, Look()))
    assert deprecated == []


def test_no_coupon_input_is_deprecated(wire: list[Asked]) -> None:
    for asked in wire:
        discount = asked.json["variables"].get("discount")
        if discount is None:
            continue
        kind = "FreeShipping" if "destination" in discount else "Basic"
        fields = material.schema().type_map[f"DiscountCode{kind}Input"].fields
        assert [field for field in discount if fields[field].deprecation_reason] == []


def test_no_draft_order_input_is_deprecated(wire: list[Asked]) -> None:
    (draft,) = [one.json["variables"]["input"] for one in wire if name(one) == "AskbackDraftCreate"]
    types = material.schema().type_map
    for kind, given in (
        ("DraftOrderInput", [draft]),
        ("DraftOrderLineItemInput", draft["lineItems"]),
    ):
        fields = types[kind].fields
        assert [one for said in given for one in said if fields[one].deprecation_reason] == []


def test_the_answers_used_here_are_ones_that_shopify_could_give(wire: list[Asked]) -> None:
    def told(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
        return source[info.path.key]

    for asked in wire:
        result = execute(
            material.schema(),
            parse(asked.json["query"]),
            root_value=ANSWERS[name(asked)],
            variable_values=asked.json["variables"],
            field_resolver=told,
        )
        assert result.errors is None
