"""Only a number is asked for: any other name would become a part of the address."""

from __future__ import annotations

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.ports.feed import LookedUp
from connector.ports.platform import Access
from tests.fakes import PracticeStore


@pytest.mark.parametrize("name", ["cart:0f", "1/../2", "1?force=true", "", "\u0662"])
def test_a_name_that_is_no_number_is_not_asked_for(name: str) -> None:
    with PracticeStore.open("woocommerce") as store:
        access = Access(base_url=store.base_url, credentials=store.credentials)
        platform = WooCommerce(Http(allow_private=True))
        assert platform.feed is not None
        nothing = LookedUp(gone=frozenset(), records=())
        assert platform.feed.look_up(access, [("checkout", name)]) == nothing
        assert store.requests == []
