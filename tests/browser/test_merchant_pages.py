"""What merchants see works for everybody: on a phone, from right to left, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.looks import faults
from tests.browser.targets import too_small
from tests.busy_store import busy_store
from tests.merchant import MERCHANT
from tests.road import Road

pytestmark = pytest.mark.browser

PAGES = {
    "orders": "/app/orders-in-progress",
    "order": "/app/orders-in-progress/1",
    "results": "/app/results",
    "settings": "/app/settings",
    "stores": "/app/stores",
    "connect": "/app/stores/connect",
    "inbox": "/app/inbox",
    "privacy": "/app/privacy",
    "mailbox": "/app/mailbox",
    "mail": "/app/mailbox/1",
}

Enter = Callable[..., Page]


@pytest.fixture
def enters(browser: Browser, road: Road) -> Iterator[Enter]:
    """Sign in by the link in the mail; complaints of the browser fail the test."""
    contexts = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A form that is sent back with its mistakes is a 422, and Chromium says so.
        if message.type in {"error", "warning"} and "status of 422" not in message.text:
            complaints.append(message.text)

    def enter(*, width: int = 390, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, **options)  # type: ignore[arg-type] # Playwright's own options, passed through
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.goto(f"{road.base_url}/login")
        page.locator("input[type=email]").fill(MERCHANT)
        page.locator("main button").click()
        page.get_by_role("status").wait_for()
        _until(page, lambda: any("/login/" in mail.text for mail in road.mailbox.to(MERCHANT)))
        page.goto(road.mailbox.link(MERCHANT, "login"))
        page.locator("main button").click()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def _until(page: Page, happened: Callable[[], bool]) -> None:
    """The mail leaves after the page is answered: wait for it, five seconds at most."""
    for _ in range(100):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the sign-in mail did not come")


@pytest.mark.busy
@pytest.mark.parametrize("locale", ["en", "he", "ar"])
def test_every_page_is_open_to_everybody(locale: str, *, road: Road, enters: Enter) -> None:
    page = enters(locale=locale)
    found = {}
    for name, path in PAGES.items():
        page.goto(f"{road.base_url}{path}")
        expect(page.locator("html")).to_have_attribute("lang", locale)
        found[name] = faults(page, locale)
    assert {name: against for name, against in found.items() if against} == {}


@pytest.mark.busy
def test_the_merchant_signs_in_and_sees_who_stopped(road: Road, enters: Enter) -> None:
    page = enters()
    expect(page).to_have_url(f"{road.base_url}/app/orders-in-progress")
    rows = page.locator(".orders > li")
    expect(rows.filter(has_text="נועה כהן").locator(".tag.red")).to_have_text("failed")
    expect(rows.filter(has_text="Ann Ash").locator(".tag.orange")).to_have_text("in payment")
    expect(rows.filter(has_text="Dan Dale").locator(".why")).to_contain_text("unsubscribed")
    expect(rows.filter(has_text="Hal Holt")).to_contain_text("Control group")


def test_a_minute_of_silence_is_refused_and_nothing_typed_is_lost(
    road: Road, enters: Enter
) -> None:
    road.opens("woocommerce")
    page = enters(java_script_enabled=False)
    page.goto(f"{road.base_url}/app/settings")
    page.get_by_label("Minutes of silence").fill("1")
    page.get_by_label("Sender's name").fill("Blue Mug Studio")
    page.get_by_role("button", name="Save settings").click()
    silence = page.get_by_label("Minutes of silence")
    expect(silence).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#silence_minutes-error")).to_contain_text("up to two minutes")
    expect(page.get_by_label("Sender's name")).to_have_value("Blue Mug Studio")
    silence.fill("45")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_label("Minutes of silence")).to_have_value("45")


def test_the_list_stays_alive_by_itself(road: Road, enters: Enter) -> None:
    store = road.opens("woocommerce")
    page = enters()
    page.clock.install()
    page.reload()
    expect(page.locator(".orders > li")).to_have_count(0)
    store.leaves_checkout("ann@example.com", name="Ann Ash")
    road.settles()
    page.clock.run_for(31_000)
    expect(page.locator(".orders > li")).to_have_count(1)


def test_a_mail_shows_itself_in_a_frame_that_can_do_nothing(road: Road, enters: Enter) -> None:
    busy_store(road)
    page = enters(width=1280)
    page.goto(f"{road.base_url}/app/mailbox")
    page.get_by_role("link", name="One small question from Practice Shop").first.click()
    letter = page.frame_locator("iframe.letter")
    expect(letter.get_by_role("heading", name="May we ask why?")).to_be_visible()
    with page.context.expect_page() as opened:
        letter.get_by_role("link", name="It doesn't suit me to buy right now").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("May we ask why?")


def test_the_language_of_the_pages_is_the_merchants_own_choice(road: Road, enters: Enter) -> None:
    road.opens("woocommerce")
    page = enters()
    page.goto(f"{road.base_url}/app/stores")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="עברית").click()
    expect(page).to_have_url(f"{road.base_url}/app/stores")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_have_text("חנויות")


@pytest.mark.busy
def test_in_hebrew_the_cards_begin_at_the_right(road: Road, enters: Enter) -> None:
    page = enters(width=1280, locale="he")
    who, answered = page.locator(".who").first, page.locator(".answered").first
    left, right = answered.bounding_box(), who.bounding_box()
    assert left is not None
    assert right is not None
    assert right["x"] > left["x"]


@pytest.mark.busy
def test_whatever_is_tapped_is_large_enough_for_a_thumb(road: Road, enters: Enter) -> None:
    page = enters()
    for name, path in PAGES.items():
        page.goto(f"{road.base_url}{path}")
        assert too_small(page, "button, .button, input, select, .tick, .top a", 42) == [], name
