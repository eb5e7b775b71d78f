"""What an order says in the corners that no recording has."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.platforms.woocommerce import records as readers
from connector import records
from connector.errors import Unreadable
from connector.money import Money
from connector.records import OrderState
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()


def read(**changes: Any) -> tuple[records.Record, ...]:
    """The recorded draft with two mugs and a shirt, and something about it changed."""
    draft = json.loads(recordings.delivery(60).envelope.body)
    return readers.read("order.updated", json.dumps({**draft, **changes}).encode())


def checkout(**changes: Any) -> records.Checkout:
    (found,) = read(**changes)
    assert isinstance(found, records.Checkout)
    return found


def order(**changes: Any) -> records.Order:
    (found,) = read(**{"status": "processing", **changes})
    assert isinstance(found, records.Order)
    return found


def line(**changes: Any) -> dict[str, Any]:
    plain = {"id": 1, "name": "Mug", "product_id": 14, "variation_id": 0, "quantity": 2}
    return {**plain, "total": "20.00", "total_tax": "3.40", "price": 10.0, **changes}


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_an_unpaid_order_is_a_checkout_still_and_an_order_already(status: str) -> None:
    left, begun = read(status=status)
    assert isinstance(left, records.Checkout)
    assert isinstance(begun, records.Order)
    assert left.external_id == begun.external_id == begun.checkout_external_id == "2377"
    assert left.payment_method == "cod"
    assert left.payment_failed is (status == "failed")
    assert begun.state is OrderState(status)
    assert not begun.state.bought


@pytest.mark.parametrize("made_by", ["admin", "rest-api", "subscription"])
def test_an_order_that_no_shopper_began_is_no_cart_left(made_by: str) -> None:
    (begun,) = read(status="pending", created_via=made_by)
    assert isinstance(begun, records.Order)
    (draft,) = read(created_via=made_by)
    assert isinstance(draft, records.SetAside)
    assert made_by in draft.reason


@pytest.mark.parametrize("paid", [None, "2026-11-21T20:00:00"])
def test_a_plugins_own_status_stands_paid_or_not(paid: str | None) -> None:
    packed = order(status="packed-by-ann", date_paid_gmt=paid)
    assert (packed.state, packed.status) == (OrderState.PLACED, "packed-by-ann")


def test_a_cancelled_order_may_be_revived() -> None:
    cancelled = order(status="cancelled")
    assert cancelled.state is OrderState.CANCELLED
    assert cancelled.cancelled_at == cancelled.updated_at
    assert not cancelled.is_final


def test_an_order_that_staff_only_began_is_set_aside() -> None:
    (found,) = read(status="auto-draft")
    assert isinstance(found, records.SetAside)


def test_two_mugs_are_priced_with_tax_where_the_store_prices_with_tax() -> None:
    (mugs,) = checkout(line_items=[line()]).lines
    assert (mugs.quantity, mugs.unit_price.minor, mugs.total.minor) == (2, 1170, 2340)


def test_two_mugs_are_priced_without_tax_where_the_store_prices_without() -> None:
    left = checkout(line_items=[line()], prices_include_tax=False, shipping_tax="4.25")
    (mugs,) = left.lines
    assert (mugs.quantity, mugs.unit_price.minor, mugs.total.minor) == (2, 1000, 2000)
    assert left.shipping == Money(2500, "ILS")


def test_yen_have_no_hundredths() -> None:
    left = checkout(currency="JPY", total="4200", line_items=[line(total="3000", total_tax="")])
    assert left.total == Money(4200, "JPY")
    assert left.lines[0].unit_price == Money(1500, "JPY")


@pytest.mark.parametrize(("quantity", "pieces"), [(0, 0), ("3", 3), (0.5, 1)])
def test_odd_quantities_are_counted(quantity: Any, pieces: int) -> None:
    (found,) = checkout(line_items=[line(quantity=quantity)]).lines
    assert found.quantity == pieces
    assert found.total == Money(2340, "ILS")


@pytest.mark.parametrize("number", ["2360", 2360, "", 0])
def test_an_image_is_its_address_whatever_its_number_looks_like(number: Any) -> None:
    image = {"id": number, "src": "https://example.com/mug.png"}
    (found,) = checkout(line_items=[line(image=image)]).lines
    assert found.image_url == "https://example.com/mug.png"


def test_names_are_read_as_the_merchant_wrote_them() -> None:
    (found,) = checkout(line_items=[line(name="&#8220;Tea&#8221; &amp; Co 🍵")]).lines
    assert found.title == "“Tea” & Co 🍵"


def test_a_line_whose_product_is_gone_names_none() -> None:
    (found,) = checkout(line_items=[line(product_id=0)]).lines
    assert (found.product_external_id, found.variant_external_id) == ("", "")


def test_a_cart_of_three_hundred_lines_is_read() -> None:
    assert len(checkout(line_items=[line(id=number) for number in range(1, 301)]).lines) == 300


@pytest.mark.parametrize("empty", [[], None, ""])
def test_what_php_writes_for_nothing_is_nothing(empty: Any) -> None:
    left = checkout(billing=empty, shipping=empty, line_items=empty, meta_data=empty)
    assert (left.customer, left.lines) == (None, ())


def test_a_list_with_gaps_is_still_a_list() -> None:
    left = checkout(line_items={"0": line(id=1), "2": line(id=3)})
    assert [found.external_id for found in left.lines] == ["1", "3"]


@pytest.mark.parametrize(
    ("key", "value", "locale"),
    [
        ("wpml_language", "he", "he"),
        ("trp_language", "pt_BR", "pt-BR"),
        ("wpml_language", {"odd": 1}, ""),
        ("another_key", "de", ""),
    ],
)
def test_the_language_is_what_a_translation_plugin_wrote(key: str, value: Any, locale: str) -> None:
    assert checkout(meta_data=[{"id": 1, "key": key, "value": value}]).locale == locale


@pytest.mark.parametrize(("value", "answer"), [("1", True), ("0", False), ("", None)])
def test_marketing_is_accepted_only_by_the_shoppers_own_tick(
    value: str, *, answer: bool | None
) -> None:
    meta = [{"id": 1, "key": "mailchimp_woocommerce_is_subscribed", "value": value}]
    customer = checkout(meta_data=meta).customer
    assert customer is not None
    assert customer.accepts_marketing is answer


def test_a_pick_up_needs_no_address_to_be_chosen() -> None:
    nowhere = {"first_name": "Ann", "address_1": ""}
    flat, pick_up = [{"method_id": "flat_rate"}], [{"method_id": "pickup_location"}]
    assert not checkout(billing=nowhere, shipping=nowhere, shipping_lines=flat).chose_delivery
    assert checkout(billing=nowhere, shipping=nowhere, shipping_lines=pick_up).chose_delivery


def test_an_order_never_changed_changed_when_it_was_made() -> None:
    made = datetime(2026, 11, 21, 19, 47, 34, tzinfo=UTC)
    assert checkout(date_modified_gmt=None).updated_at == made


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"date_created_gmt": None, "date_modified_gmt": None}, "order 2377 has no date"),
        ({"total": "a lot"}, "order.updated: total: not a number"),
        ({"currency": "shekel"}, "order.updated: not a currency code: 'shekel'"),
        ({"id": 0}, "order.updated: id: not an id"),
    ],
)
def test_an_order_that_makes_no_sense_is_unreadable_and_says_where(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**changes)
    assert str(caught.value) == complaint


def test_a_complaint_names_fields_and_no_people() -> None:
    with pytest.raises(Unreadable) as caught:
        read(billing={"email": ["ann@example.com"]})
    assert str(caught.value) == "order.updated: billing.email: not a text"


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    assert checkout(payment_url="javascript:alert(1)").recovery_url == ""


ANY_COLOUR = {
    "name": "Shirt - L", "parent_name": "Shirt", "product_id": 166, "variation_id": 169,
    "meta_data": [
        {"key": "pa_colour", "value": "dark-blue", "display_value": "Dark blue"},
        {"key": "size", "value": "L", "display_value": "L"},
        {"key": "_reduced_stock", "value": "2", "display_value": "2"},
        {"key": "gift", "value": {"of": "a plugin"}, "display_value": ["x"]},
        "nonsense",
    ],
}  # fmt: skip


def test_the_colour_of_a_shirt_for_any_colour_is_told_by_its_line_alone() -> None:
    (shirt,) = checkout(line_items=[line(**ANY_COLOUR)]).lines
    assert (shirt.title, shirt.variant_title) == ("Shirt", "L, Dark blue")
    three = {**ANY_COLOUR, "name": "Shirt"}  # with three attributes WooCommerce names none
    assert checkout(line_items=[line(**three)]).lines[0].variant_title == "Dark blue, L"


def test_a_draft_is_not_led_to_its_pay_page() -> None:
    pay = "https://shop.example.com/checkout/order-pay/2377/?pay_for_order=true&key=wc_order_x"
    assert checkout(payment_url=pay).recovery_url == "https://shop.example.com/checkout"
    pending, _ = read(payment_url=pay, status="pending")
    assert isinstance(pending, records.Checkout)
    assert pending.recovery_url == pay
    # A checkout link would lose this line: "Missing variation data for variable product".
    assert checkout(payment_url=pay, line_items=[line(**ANY_COLOUR)]).recovery_url == (
        "https://shop.example.com/checkout/?add-to-cart=169&quantity=2"
        "&attribute_pa_colour=dark-blue&attribute_size=L"
    )
    two = [line(**ANY_COLOUR), line()]
    assert checkout(payment_url=pay, line_items=two).recovery_url == (
        "https://shop.example.com/checkout"
    )


def test_the_companion_s_link_brings_a_draft_back_whose_lines_no_other_link_can_name() -> None:
    pay = "https://shop.example.com/checkout/order-pay/2377/?pay_for_order=true&key=wc_order_x"
    link = "https://shop.example.com/checkout/?askback_cart=abc.def"
    two = [line(**ANY_COLOUR), line()]

    def bears(value: object, **more: Any) -> str:
        meta = [{"id": 1, "key": "_askback_way_back", "value": value}]
        return checkout(payment_url=pay, line_items=two, meta_data=meta, **more).recovery_url

    assert bears(link) == link
    for no_link in ("javascript:alert(1)", "", None, {"a": 1}, "https://[half"):
        assert bears(no_link) == "https://shop.example.com/checkout"
    placed, _ = read(
        payment_url=pay, status="pending",
        meta_data=[{"id": 1, "key": "_askback_way_back", "value": link}],
    )  # fmt: skip
    assert isinstance(placed, records.Checkout)
    assert placed.recovery_url == pay
