"""What the contract's own hand asks of Shopify is what Shopify's schema and our scopes allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from adapters.platforms.shopify import scopes
from connector.ports.access import Access
from tests.contracts import shopify_material as material
from tests.fakes import PracticeStore
from tests.store_contract import documents_shopify as documents
from tests.store_contract.hand_shopify import ShopifyHand

pytestmark = material.needs_material
ANN, BEN = "ann@example.com", "ben@example.com"
HOOK = "https://askback.example.com/hook"


@dataclass
class Heard(ShopifyHand):
    """Keeps each document with its variables, and what was answered."""

    heard: list[tuple[str, dict[str, Any], Any]] = field(default_factory=list)

    def _ask(self, document: str, **variables: Any) -> Any:
        said = super()._ask(document, **variables)
        (operation,) = parse(document).definitions
        assert isinstance(operation, OperationDefinitionNode)
        (root,) = operation.selection_set.selections
        assert isinstance(root, FieldNode)
        changes = operation.operation is OperationType.MUTATION
        whole = {root.name.value: said} if changes else said
        self.heard.append((document, variables, whole))
        return said


def does_everything(hand: ShopifyHand) -> None:
    """Each deed and each look once, then everything is taken away."""
    hand.emails += [ANN, BEN]
    hand.codes.append("HERS")
    hand.hooks.append(HOOK)
    ann, goods = hand.registers(ANN, "Ann Ash"), hand.goods()
    hand.version()
    hand.makes_coupon("HERS")
    order = hand.buys(BEN, goods, coupon="HERS")
    hand.writes_note(order, "Ring twice.")
    hand.subscribes("orders/create", HOOK)
    seen = (hand.notes(order), hand.consent(ann), hand.webhooks(HOOK), len(hand.coupons("HERS")))
    assert seen == (["Ring twice."], None, {"orders/create": True}, 1)
    hand.cleans_up()


def test_every_document_and_every_answer_of_the_practice_store_is_shopifys() -> None:
    with PracticeStore.open("shopify") as store:
        access = Access(base_url=store.base_url, credentials=store.credentials, shop=store.shop)
        hand = Heard(access, origin=store.base_url)
        does_everything(hand)
    assert {document for document, _, _ in hand.heard} == set(documents.ALL)
    for document, variables, said in hand.heard:
        assert material.problems(document, said, variables) == [], document


def test_the_hand_needs_no_scope_that_the_app_itself_does_not_have() -> None:
    needed, info = material.scopes_needed(), TypeInfo(material.schema())
    lacking: set[str] = set()

    class Look(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, asked = info.get_parent_type(), info.get_field_def()
            returned = get_named_type(asked.type).name if asked else ""
            for where in (f"{parent.name if parent else ''}.{node.name.value}", returned):
                if where in needed and not needed[where] & set(scopes.SCOPES):
                    lacking.add(where)

    for document in documents.ALL:
        visit(parse(document), TypeInfoVisitor(info, Look()))
    assert lacking == set()
