"""The demonstration from start to end: shoppers leave, are asked, answer, are answered, buy."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from connector import bootstrap, home, settings
from tests.demo.letterbox import Letterbox, plain
from tests.demo.outcome import Outcome, look
from tests.demo.shoppers import REMINDER_DAY, SHOPPERS, Browser, Shopper
from tests.demo.stack import Stack
from tests.fakes import PracticeStore, WallClock
from tests.road import free_port

APP_SECRET = "practice-app-secret"
MERCHANT = "merchant@example.com"
LEFT_AGO = timedelta(minutes=61)
"""Askback asks after an hour of silence; these checkouts were left an hour and a minute ago."""

PLATFORMS = ("shopify", "woocommerce")


@dataclass(slots=True)
class Scene:
    """What is on the stage."""

    console: Console
    stack: Stack
    letterbox: Letterbox
    stores: dict[str, PracticeStore] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def says(self, who: str, what: str) -> None:
        self.console.print(f"  [bold]{who:<12}[/] {what}", highlight=False, soft_wrap=True)


def run(*, once: bool) -> int:
    """Tell the story; exit status 0 only if a cart came back on each platform."""
    console = Console()
    with ExitStack() as stage:
        folder = Path(stage.enter_context(tempfile.TemporaryDirectory(prefix="askback-demo-")))
        scene = stage.enter_context(_set_up(console, folder))
        console.rule("Shoppers leave their checkouts")
        for shopper in SHOPPERS:
            _leaves(scene, shopper)
        console.rule("An hour of silence has passed: Askback asks why")
        for shopper in SHOPPERS:
            _is_asked_and_answers(scene, shopper)
        console.rule("Each gets the answer that fits, and decides")
        for shopper in SHOPPERS:
            _is_answered_and_buys(scene, shopper)
        outcome = _looks_back(scene, folder)
        if not once:
            _stays_open(scene, folder)
    sys.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if outcome.platforms >= set(PLATFORMS) else 1


@contextmanager
def _set_up(console: Console, folder: Path) -> Iterator[Scene]:
    smtp_port, shopify_port = free_port(), free_port()
    letterbox = Letterbox(folder / "mails", smtp_port)
    stack = Stack(
        folder,
        free_port(),
        {
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "MAIL_FROM": "shop@example.com",
            "SHOPIFY_API_SECRET": APP_SECRET,
            "SHOPIFY_ADMIN_ORIGIN": f"http://127.0.0.1:{shopify_port}",
        },
    )
    scene = Scene(console, stack, letterbox)
    console.rule("Askback starts: web, workers, scheduler, Valkey, SQLite, mail over SMTP")
    try:
        letterbox.open()
        stack.start()
        scene.says("Askback", f"is up at {stack.url}, its data in {folder}")
        stack.command("login-link", "--email", MERCHANT)
        for platform in PLATFORMS:
            _connects(scene, platform, shopify_port if platform == "shopify" else free_port())
        yield scene
    finally:
        for browser in scene.browsers.values():
            browser.close()
        stack.stop()
        for store in scene.stores.values():
            store.close()
        letterbox.close()


def _connects(scene: Scene, platform: str, port: int) -> None:
    """The merchant connects her store and allows a small benefit."""
    store = PracticeStore.open(platform, clock=WallClock(), port=port)
    scene.stores[platform] = store
    since = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    keys = (
        ("shopify", "--shop", store.shop, "--token", store.access_token)
        if platform == "shopify"
        else (
            "woocommerce", "--url", store.base_url, "--key", store.consumer_key,
            "--secret", store.consumer_secret, "--webhook-secret", store.webhook_secret,
        )
    )  # fmt: skip
    added = scene.stack.answers("store", "add", *keys, "--active-since", since, "--json")
    language = "he" if platform == "woocommerce" else "en"
    scene.stack.command(
        "store", "settings", added["store_key"], "--set", f"default_locale={language}",
        "--set", "benefit.kind=percent", "--set", "benefit.percent=10",
        "--set", "holdout_percent=0", "--set", f"alert_email={MERCHANT}",
    )  # fmt: skip
    secret = APP_SECRET if platform == "shopify" else store.webhook_secret
    store.connect(added["webhook_url"], secret)
    scene.says("merchant", f"connects her {platform} store at {store.base_url}")
    scene.says("", "allows 10% to whoever says that the price stopped her; nobody is held out")


def _leaves(scene: Scene, shopper: Shopper) -> None:
    store = scene.stores[shopper.platform]
    checkout = store.leaves_checkout(
        shopper.email, *shopper.wishes, name=shopper.name, locale=shopper.locale, ago=LEFT_AGO
    )
    answers = sorted({delivery.status for delivery in store.deliveries if delivery.status})
    scene.says(
        shopper.first_name,
        f"fills a cart of {checkout.total} {store.memory.till.currency} on {shopper.platform}, "
        f"types her address, and goes (signed webhooks, answered {answers})",
    )


def _is_asked_and_answers(scene: Scene, shopper: Shopper) -> None:
    mail = scene.letterbox.wait(shopper.email, 1)
    scene.says("Askback", f"asks {shopper.first_name} by mail: “{mail['subject']}”")
    browser = scene.browsers[shopper.email] = Browser(shopper)
    heading = browser.answers(mail)
    said = {"price": "the price", "help": "needs help", "not_now": f"not now: {REMINDER_DAY}"}
    scene.says(shopper.first_name, f"answers “{said[shopper.answer]}” and reads: “{heading}”")


def _is_answered_and_buys(scene: Scene, shopper: Shopper) -> None:
    mail = scene.letterbox.wait(shopper.email, 2)
    scene.says("Askback", f"answers {shopper.first_name}: “{mail['subject']}”")
    store = scene.stores[shopper.platform]
    coupon = next((one.code for one in store.coupons.values() if one.code in plain(mail)), None)
    if shopper.answer == "price":
        scene.says(shopper.platform, f"has a new coupon, made through its API: {coupon}")
    if shopper.answer == "help":
        alert = scene.letterbox.wait(MERCHANT, 1)
        scene.says("merchant", f"is told at once: “{alert['subject']}”")
    if shopper.answer == "not_now":
        mail = _is_reminded(scene, shopper)
    address = scene.browsers[shopper.email].follows_cart_link(mail)
    scene.says(shopper.first_name, f"follows the link to her cart: {address}")
    if shopper.buys:
        order = store.buys(shopper.email, coupon=coupon, name=shopper.name)
        scene.says(shopper.first_name, f"buys for {order.total} {store.memory.till.currency}")
    else:
        scene.says(shopper.first_name, "is still thinking, and is left in peace")


def _is_reminded(scene: Scene, shopper: Shopper) -> object:
    """The only wait that is too long to watch: the clock is turned forward by `askback tick`."""
    day_before = f"{REMINDER_DAY - timedelta(days=1)}T21:00:00Z"
    scene.stack.answers("tick", "--at", day_before)
    early = scene.letterbox.count(shopper.email) - 2
    scene.says("the clock", f"is turned to {day_before}: {early} reminders")
    scene.stack.answers("tick", "--at", f"{REMINDER_DAY}T12:00:00Z")
    mail = scene.letterbox.wait(shopper.email, 3)
    scene.says("the clock", f"is turned to {REMINDER_DAY}: “{mail['subject']}”")
    return mail


def _looks_back(scene: Scene, folder: Path) -> Outcome:
    environ = {"ASKBACK_HOME": str(folder), "PUBLIC_URL": scene.stack.url}
    expected = sum(1 for shopper in SHOPPERS if shopper.buys)
    with bootstrap.opened(settings.read(home.environment(environ))) as machine:
        outcome = look(machine, wait_for_orders=expected)
    scene.console.rule("What came back")
    for line in outcome.lines:
        scene.says("order", line)
    total = f"{outcome.revenue} {outcome.currency}"
    scene.says("Askback", f"{outcome.recovered} carts came back, {total} in all")
    return outcome


def _stays_open(scene: Scene, folder: Path) -> None:
    link = scene.stack.command("login-link", "--email", MERCHANT)
    scene.console.rule("Look around; Ctrl-C ends it")
    scene.says("merchant", f"signs in here, once: {link}")
    scene.says("mails", f"lie as .eml files in {folder / 'mails'}")
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: enough.set())
    enough.wait()
