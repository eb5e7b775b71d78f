"""Which store a merchant means, and which look-alikes are refused."""

from __future__ import annotations

import pytest

from adapters.platforms.shopify.install import store_domain
from connector.errors import Refused
from tests.contracts import shopify_material as material


@pytest.mark.parametrize(
    "text",
    [
        "some-shop",
        " Some-Shop.myshopify.com\n",
        "https://some-shop.myshopify.com/admin/products?page=2",
        "admin.shopify.com/store/some-shop",
        "https://admin.shopify.com/store/some-shop/settings",
    ],
)
def test_a_merchant_may_paste_what_her_browser_shows(text: str) -> None:
    assert store_domain(text) == "some-shop.myshopify.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "myshopify.com.example.com",
        "some-shop.myshopify.com.example.com",
        "https://example.com/some-shop.myshopify.com",
        "some-shop.myshopify.com@example.com",
        "https://some-shop.myshopify.com/@example.com",
        "some-shop.myshopify.com\\@example.com",
        "some-shop.myshopify.com:8080",
        "some shop",
        "-shop",
        "x" * 64,
        "ſome-shop",
    ],
)
def test_a_look_alike_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        store_domain(text)


@material.needs_material
def test_no_store_is_accepted_that_both_of_shopifys_libraries_refuse() -> None:
    refused: list[str] = []
    for case in material.load("vectors/shop_domains.json")["cases"]:
        verdicts = {
            str(case[library]).lower().rstrip("/")
            for library in ("node_sanitizeShop", "ShopifyAPI_sanitize_shop_domain")
            if case[library]
        }
        try:
            assert store_domain(case["input"]) in verdicts
        except Refused:
            refused.append(case["input"])
    assert refused == [
        "some_shop.myshopify.com",
        "-bad.myshopify.com",
        "some-shop.myshopify.com.evil.com",
        "evil.com/some-shop.myshopify.com",
        "some-shop.myshopify.com@evil.com",
        "some-shop.myshopify.com:8080",
        "",
        "some-shop.shopify.com",
        "some.shop.myshopify.com",
        "some-shop.myshopify.io",
        "sömé.myshopify.com",
    ]
