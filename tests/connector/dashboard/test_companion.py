"""A merchant takes the WordPress companion home, made for her store and for nobody else's."""

from __future__ import annotations

import io
import zipfile

from tests.companion import Companion
from tests.fakes import MUG
from tests.merchant import Merchant, neighbour
from tests.road import Road


def test_the_zip_speaks_for_her_store(road: Road, merchant: Merchant) -> None:
    companion = Companion(road, road.opens("woocommerce"))
    path = f"/app/stores/{companion.store.id}/companion.zip"
    assert path in merchant.opens("/app/stores").text
    answer = merchant.opens(path)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        config = archive.read("askback-companion/askback-config.php").decode()
    assert f"'{road.base_url}/capture'" in config
    assert f"'{companion.store.key}'" in config
    assert f"'{companion.secret}'" in config
    snapshot = companion.snapshot("ann@example.com", MUG)
    assert companion.posts(snapshot, secret=config.split("'")[-2]).status_code == 200


def test_nobody_else_is_handed_it(road: Road, merchant: Merchant) -> None:
    practice = road.opens("woocommerce")
    stranger = neighbour(road.machine, road.clock.now())
    own = road.store_of(practice)
    nina = Merchant(road, "nina@example.com")
    assert nina.opens(f"/app/stores/{own.id}/companion.zip").status_code == 404
    nina.close()
    assert merchant.opens(f"/app/stores/{stranger.id}/companion.zip").status_code == 404
    assert merchant.opens(f"/app/stores/{2**70}/companion.zip").status_code == 404
    unknown = road.browser.get(
        f"{road.base_url}/app/stores/{own.id}/companion.zip", allow_redirects=False, timeout=10
    )
    assert (unknown.status_code, unknown.headers["Location"]) == (303, "/login")


def test_stores_of_other_platforms_and_those_let_go_have_none(
    road: Road, merchant: Merchant
) -> None:
    shopify = road.store_of(road.opens("shopify"))
    assert "companion.zip" not in merchant.opens("/app/stores").text
    assert merchant.opens(f"/app/stores/{shopify.id}/companion.zip").status_code == 404
    gone = road.store_of(road.opens("woocommerce"))
    merchant.opens("/app/stores")
    merchant.presses("/app/stores/disconnect", {"store": str(gone.id)})
    assert "companion.zip" not in merchant.page.text
    assert merchant.opens(f"/app/stores/{gone.id}/companion.zip").status_code == 404
