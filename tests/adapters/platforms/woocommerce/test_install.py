"""What merchants type as their store's address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.platforms.woocommerce.install import store_url
from connector.errors import Refused


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("shop.example.com", "https://shop.example.com"),
        ("  https://Shop.Example.com/  ", "https://shop.example.com"),
        ("http://shop.example.com", "http://shop.example.com"),
        ("//shop.example.com", "https://shop.example.com"),
        ("shop.example.com/shop/", "https://shop.example.com/shop"),
        ("https://shop.example.com/wp-admin", "https://shop.example.com"),
        (
            "https://example.com/shop/wp-admin/admin.php?page=wc-settings#top",
            "https://example.com/shop",
        ),
        ("https://shop.example.com/wp-login.php?redirect_to=x", "https://shop.example.com"),
        ("https://shop.example.com/wp-json/wc/v3/", "https://shop.example.com"),
        ("shop.example.com/wp-administration", "https://shop.example.com/wp-administration"),
        ("https://shop.example.com:443/", "https://shop.example.com"),
        ("https://shop.example.com:8443", "https://shop.example.com:8443"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("http://localhost:8090/", "http://localhost:8090"),
        ("https://[::1]:8443/", "https://[::1]:8443"),
        ("shop.example.com.", "https://shop.example.com"),
        ("חנות.example.com", "https://xn--9dbd1a4b.example.com"),
    ],
)
def test_an_address_is_made_the_one_that_we_call(typed: str, address: str) -> None:
    assert store_url(typed) == address
    assert store_url(address) == address


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "enter your store's address"),
        ("   ", "enter your store's address"),
        ("ftp://shop.example.com", "begin with https://"),
        ("file:///etc/passwd", "begin with https://"),
        ("https://ann:secret@shop.example.com", "without a name, password or @"),
        ("ann@example.com", "without a name, password or @"),
        ("shop.example.com\r\nHost: evil.example", "characters"),
        ("https://shop .example.com", "characters"),
        ("https://shop.example.com\\@evil.example", "characters"),
        ("https://shop\u202e.example.com", "characters"),
        ("a" * 300, "characters"),
        ("myshop", "did you mean myshop.com?"),
        ("https://", "not the name of a store"),
        ("https://shop..example.com", "not the name of a store"),
        ("https://-shop.example.com", "not the name of a store"),
        ("https://shop.example.com:port", "not a port"),
        ("https://shop.example.com:99999", "not a port"),
        ("javascript:alert(1)", "not a port"),
        ("https://[half", "not the address of a store"),
        ("https://shop.example.com/../etc", "path behind the store's name"),
        ("https://shop.example.com/%2e%2E", "path behind the store's name"),
        ("https://shop.example.com/a%2f..", "path behind the store's name"),
        ("http://[::1%lo;script-src]", "not the name of a store"),
        ("http://[2001:4860::1%25x]", "not the name of a store"),
        # Which of the two it is told not to be depends on the patch level of Python.
        ("http://[::1]shop:8080", "of a store"),
        ("http://[v1.shop.example.com]", "not the name of a store"),
    ],
)
def test_what_is_no_address_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Refused, match=re.escape(words)) as caught:
        store_url(typed)
    assert caught.value.code == "store_url"


@given(st.text(max_size=60) | st.text(alphabet="aA0.:/@[]%-?#\\", max_size=30))
def test_whatever_is_typed_becomes_a_lasting_address_or_a_refusal(typed: str) -> None:
    try:
        address = store_url(typed)
    except Refused:
        return
    assert store_url(address) == address
