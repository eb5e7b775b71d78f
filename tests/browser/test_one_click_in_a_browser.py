"""One click leads out of our pages and back: browsers hold redirects of forms to our own policy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from connector.stores.models import Store
from tests.browser.targets import too_small
from tests.fakes import PracticeStore
from tests.merchant import Merchant
from tests.road import Road

pytestmark = pytest.mark.browser


def test_a_merchant_connects_her_store_on_a_telephone_without_javascript(
    browser: Browser, road: Road
) -> None:
    merchant = Merchant(road)
    (cookie,) = merchant.browser.cookies
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="he-IL", java_script_enabled=False
    )
    session = {"name": cookie.name, "value": str(cookie.value), "url": road.base_url}
    context.add_cookies([session])  # type: ignore[list-item] # Playwright's own dictionary
    page = context.new_page()
    with PracticeStore.open("woocommerce", clock=road.clock) as practice:
        practice.takes_http_callbacks = True
        page.goto(f"{road.base_url}/app/stores/connect")
        page.locator("#one-click").fill(practice.base_url.removeprefix("http://"))
        page.locator("form[action$=woocommerce] button").click()
        expect(page.locator("h1")).to_contain_text("Practice Shop")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert too_small(page, "main a.button, main button, main input", 44) == []
        page.locator("main form button").click()
        page.get_by_text("Approve").click()
        expect(page.locator("h1")).to_have_text("בודקים את המפתחות")
        road.settles()
        expect(page.locator("h1")).to_have_text("החנות חוברה: Practice Shop", timeout=6000)
        assert [one.state for one in road.rows(Store)] == ["connected"]
    context.close()
    merchant.close()


def test_the_explanations_are_accessible(browser: Browser, road: Road) -> None:
    merchant = Merchant(road)
    (cookie,) = merchant.browser.cookies
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ar")
    session = {"name": cookie.name, "value": str(cookie.value), "url": road.base_url}
    context.add_cookies([session])  # type: ignore[list-item] # Playwright's own dictionary
    page = context.new_page()
    page.goto(f"{road.base_url}/connect/woocommerce?url=shop")
    assert (
        Axe()
        .run(page, options={"resultTypes": ["violations"], "preload": False})
        .response["violations"]
        == []
    )
    assert too_small(page, "main a.button, main button, main input", 44) == []
    context.close()
    merchant.close()
