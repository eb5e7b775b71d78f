"""The companion's script on a classic checkout: what leaves the shopper's browser, and when."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Request, Route

from adapters.platforms.woocommerce import companion

pytestmark = pytest.mark.browser

SHOP = "http://shop.example.com"
SCRIPT = companion._FOLDER.joinpath("assets", "checkout.js").read_text("utf-8")
CHECKOUT = """<!doctype html><title>Checkout</title>
<input id="billing_email" type="email"><input id="billing_phone">
<input id="askback-consent" type="checkbox">
<script>var askbackCompanion = { url: "/?wc-ajax=contact", nonce: "n1" };</script>
<script src="/checkout.js"></script>"""


def test_nothing_leaves_before_the_box_is_ticked_and_each_word_leaves_once(
    browser: Browser,
) -> None:
    told: list[dict[str, str]] = []

    def shop(route: Route, request: Request) -> None:
        if request.method == "POST":
            told.append(dict(parse_qsl(request.post_data or "")))
        script = request.url.endswith(".js")
        kind = "text/javascript" if script else "text/html"
        route.fulfill(body=SCRIPT if script else CHECKOUT, content_type=kind)

    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", shop)
    page.goto(f"{SHOP}/checkout/")
    email, phone, box = (
        page.locator(f"#{name}") for name in ("billing_email", "billing_phone", "askback-consent")
    )
    email.fill("ann@example.com")
    phone.fill("0501234567")
    phone.blur()
    assert told == []
    with page.expect_response("**/*contact"):
        box.check()
    phone.focus()
    email.focus()
    email.blur()
    assert told == [{"consent": "1", "email": "ann@example.com", "nonce": "n1"}]
    email.fill("half of an addr")
    email.blur()
    email.fill("dana@example.com")
    with page.expect_response("**/*contact"):
        email.blur()
    with page.expect_response("**/*contact"):
        box.uncheck()
    assert [one.get("email", "") for one in told] == ["ann@example.com", "dana@example.com", ""]
    assert told[-1] == {"consent": "0", "nonce": "n1"}
    context.close()
