"""The practice stores take what is written back as the recorded stores did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from graphql import execute_sync, parse
from woocommerce import API

from adapters.platforms.shopify import documents_writing as documents
from tests.contracts import shopify_material as material
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes.shopify.dialect import API_VERSION
from tests.fakes_test import recordings
from tests.fakes_test.recordings import needs_recordings

DANA = "dana@example.com"
CONSENT = "2026-04/customers/customer-email-marketing-consent-update-parity.json"

TEXTS = "2026-04/customers/customer-sms-marketing-consent-update-parity.json"


@pytest.fixture(params=["woocommerce"])
def store(request: pytest.FixtureRequest) -> Iterator[PracticeStore]:
    with PracticeStore.open(request.param) as store:
        store.registers(DANA, name="Dana Levi", phone="+972501234567")
        store.leaves_checkout(DANA, (MUG, 2))
        store.buys(DANA)
        yield store


@pytest.fixture
def api(store: PracticeStore) -> API:
    return API(store.base_url, store.consumer_key, store.consumer_secret, timeout=5)


@needs_recordings
def test_notes_are_answered_and_listed_as_recorded(store: PracticeStore, api: API) -> None:
    path = f"orders/{store.orders[0].id}/notes"
    for name, shown in (("order-note-private", False), ("order-note-customer", True)):
        answer = api.post(path, {"note": "asked", "customer_note": shown})
        recorded = recordings.woocommerce_answer("orders", name)
        assert answer.status_code == 201
        assert recordings.shape(answer.json()) == set(recorded)
    listed = api.get(path).json()
    assert [one["customer_note"] for one in listed[:2]] == [True, False]
    changes = [one["note"] for one in reversed(listed[2:])]
    assert changes == [
        "Order status changed from Draft to Pending payment.",
        "Order status changed from Pending payment to Processing.",
    ]
    assert recordings.beyond(listed[0], set(recordings.woocommerce_answer("orders", name))) == []


@needs_recordings
def test_meta_is_kept_once_per_key_and_told_back_as_recorded(
    store: PracticeStore, api: API
) -> None:
    path = f"orders/{store.orders[0].id}"
    recorded = set(recordings.woocommerce_answer("orders", "order-meta-write"))
    recorded |= recordings.woocommerce_resource("order")
    for value in ("a", "b"):
        said = api.put(path, {"meta_data": [{"key": "_x", "value": value}]}).json()
    assert [one["value"] for one in said["meta_data"] if one["key"] == "_x"] == ["b"]
    assert recordings.beyond(said, recorded) == []
    account = store.memory.accounts[DANA].id
    said = api.put(f"customers/{account}", {"meta_data": [{"key": "y", "value": "no"}]}).json()
    assert ("y", "no") in [(one["key"], one["value"]) for one in said["meta_data"]]


@needs_recordings
def test_an_order_made_by_api_is_shaped_as_recorded_and_unknown_products_cost_nothing(
    store: PracticeStore, api: API
) -> None:
    recorded = set(recordings.woocommerce_answer("orders", "order-create"))
    recorded |= recordings.woocommerce_resource("order")
    lines = [
        {"product_id": MUG.id, "quantity": 2},
        {"product_id": SHIRT.id, "variation_id": SHIRT["L"].id, "quantity": 1},
    ]
    made = api.post("orders", {"billing": {"email": DANA}, "line_items": lines}).json()
    assert recordings.beyond(made, recorded) == []
    assert (made["status"], [line["quantity"] for line in made["line_items"]]) == (
        "pending",
        [2, 1],
    )
    silent = recordings.woocommerce_answer("orders", "order-create-SILENT-unknown-product-accepted")
    gone = api.post("orders", {"line_items": [{"product_id": 999999, "quantity": 1}]}).json()
    line = gone["line_items"][0]
    wanted = {
        (path.removeprefix(".line_items[]"), kind)
        for path, kind in silent
        if path.startswith(".line_items[]")
    }
    assert recordings.shape(line) == wanted


@needs_recordings
def test_products_and_customers_made_by_api_are_shaped_as_recorded(api: API) -> None:
    kind = {"name": "Kinds"}
    category = api.post("products/categories", kind).json()
    listed = recordings.woocommerce_answer("products", "product-categories-list")
    assert {name.removeprefix("[]") for name, _ in recordings.shape([category])} <= {
        name.removeprefix("[]") for name, _ in listed
    }
    attribute = {"name": "Size", "variation": True, "options": ["M"]}
    product = api.post(
        "products", {"name": "Cap", "type": "variable", "attributes": [attribute]}
    ).json()
    size = {"regular_price": "9.50", "attributes": [{"name": "Size", "option": "M"}]}
    made = {
        ("customers", "customer-create"): api.post("customers", {"email": "eve@example.com"}),
        # The practice store tells a variation everywhere as it does under its own number.
        ("products", "variation-create", "product-get-by-variation-id"): api.post(
            f"products/{product['id']}/variations", size
        ),
    }
    for (file, *names), answer in made.items():
        recorded = {path for path, _ in recordings.woocommerce_answer(file, *names)}
        assert answer.status_code == 201
        assert {path for path, _ in recordings.shape(answer.json())} - recorded == set(), names


@needs_recordings
@pytest.mark.parametrize("store", ["woocommerce"], indirect=True)
def test_the_store_api_says_no_more_than_recorded_and_its_draft_is_a_shoppers(
    store: PracticeStore, api: API
) -> None:
    root = f"{store.base_url}/wp-json/wc/store/v1"
    with requests.Session() as browser:
        shown = browser.get(f"{root}/cart", timeout=5)
        browser.headers["Cart-Token"] = shown.headers["Cart-Token"]
        typed = {"billing_address": {"email": "eve@example.com"}}
        told = {
            "store-add-item": browser.post(
                f"{root}/cart/add-item", json={"id": MUG.id, "quantity": 2}, timeout=5
            ),
            "store-checkout-get": browser.get(f"{root}/checkout", timeout=5),
            "store-update-customer-email": browser.post(
                f"{root}/cart/update-customer", json=typed, timeout=5
            ),
        }
    for name, answer in told.items():
        recorded = recordings.woocommerce_answer("store-api", name)
        assert recordings.beyond(answer.json(), set(recorded)) == [], name
    draft = api.get(f"orders/{told['store-checkout-get'].json()['order_id']}").json()
    assert (draft["created_via"], draft["status"]) == ("store-api", "checkout-draft")
    assert draft["billing"]["email"] == "eve@example.com"


def _ask(store: PracticeStore, query: str, **variables: Any) -> Any:
    answer = requests.post(
        f"{store.base_url}/admin/api/{API_VERSION}/graphql.json",
        json={"query": query, "variables": variables},
        headers={"X-Shopify-Access-Token": store.access_token},
        timeout=5,
    ).json()
    assert "errors" not in answer
    return answer["data"]


def _problems(query: str, data: Any) -> list[str]:
    """What the official schema has against an answer."""
    outcome = execute_sync(
        material.schema(),
        parse(query),
        data,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=lambda value, *_: "Order" if "/Order/" in value["id"] else "Customer",
    )
    return [one.message for one in outcome.errors or [] if "Variable" not in one.message]


@material.needs_material
@pytest.mark.parametrize("store", ["shopify"], indirect=True)
def test_every_written_document_is_answered_as_the_schema_has_it(store: PracticeStore) -> None:
    order = f"gid://shopify/Order/{store.external_id(store.orders[0])}"
    customer = f"gid://shopify/Customer/{store.external_id(store.memory.accounts[DANA])}"
    consent = {"marketingState": "UNSUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}
    line = {"title": "Mug", "quantity": 1}
    calls: list[tuple[str, dict[str, Any]]] = [
        (documents.DISCOUNT_USES, {"code": "none"}),
        (documents.DELETE_DISCOUNT, {"id": "gid://shopify/DiscountCodeNode/1"}),
        (documents.ORDER_NOTE, {"id": order}),
        (documents.UPDATE_NOTE, {"input": {"id": order, "note": "asked"}}),
        (documents.ADD_TAGS, {"id": order, "tags": ["askback"]}),
        (documents.ADD_TAGS, {"id": customer, "tags": ["askback"]}),
        (documents.UPDATE_CONSENT,
         {"input": {"customerId": customer, "emailMarketingConsent": consent}}),
        (documents.UPDATE_TEXTS_CONSENT,
         {"input": {"customerId": customer, "smsMarketingConsent": consent}}),
        (documents.CREATE_DRAFT, {"input": {"lineItems": [line], "tags": ["askback-1"]}}),
        (documents.DRAFTS, {"search": 'tag:"askback-1"'}),
    ]  # fmt: skip
    answers = [(query, _ask(store, query, **variables)) for query, variables in calls]
    assert [_problems(query, data) for query, data in answers] == [[]] * len(calls)
    assert len(answers[-1][1]["draftOrders"]["nodes"]) == 1
    assert store.orders[0].checkout.note == "asked"


@material.needs_material
@pytest.mark.parametrize("store", ["shopify"], indirect=True)
@pytest.mark.parametrize("case", ["unknownCustomer", "missingOptInLevel"])
@pytest.mark.parametrize(
    ("recording", "document", "root"),
    [
        (CONSENT, documents.UPDATE_CONSENT, "customerEmailMarketingConsentUpdate"),
        (TEXTS, documents.UPDATE_TEXTS_CONSENT, "customerSmsMarketingConsentUpdate"),
    ],
)
def test_refusals_of_consent_are_the_captured_ones(
    store: PracticeStore, case: str, recording: str, document: str, root: str
) -> None:
    captured = material.capture(recording)["validation"][case]
    said = captured["variables"]["input"]
    if case == "missingOptInLevel":
        account = store.external_id(store.memory.accounts[DANA])
        said = said | {"customerId": f"gid://shopify/Customer/{account}"}
    answer = _ask(store, document, input=said)[root]
    told = captured["response"]["data"][root]["userErrors"]
    assert answer["userErrors"] == told
