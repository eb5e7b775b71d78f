"""What a store says of itself is asked for again and again: it changes over the years."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from connector.stores import policy
from connector.stores.models import Store
from connector.sync import webhooks
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.till import Till
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"


def looks(road: Road) -> list[Store]:
    """The hourly look, and what is known of the stores then."""
    road.clock.advance(hours=1)
    for store in road.rows(Store):
        with road.machine.database.transaction() as session:
            webhooks.look_again(session, store.id, road.clock.now())
        webhooks.check(road.machine, store.id, road.clock.now())
    return road.rows(Store)


def changes(store: PracticeStore) -> None:
    """The merchant moves to Europe, and thinks of a better name."""
    store.memory.till, store.memory.title = Till("EUR"), "The Blue Mug"
    if store.platform == "shopify":
        store.dialect.timezone = "Europe/Berlin"
    else:
        store.dialect.zone = ZoneInfo("Europe/Berlin")


def test_a_store_is_known_by_what_it_says_now(any_road: Road) -> None:
    road = any_road
    for platform in ("shopify", "woocommerce"):
        changes(road.opens(platform, sender_name="Ruth of the mugs", default_locale="he"))
    now = ("EUR", "Europe/Berlin", "The Blue Mug")
    for known in looks(road):
        assert (known.currency, known.timezone, known.name) == now
        chosen = policy.load(known.policy)
        assert (chosen.sender_name, chosen.default_locale) == ("Ruth of the mugs", "he")


def test_what_it_does_not_say_this_time_stays(road: Road) -> None:
    store = road.opens("woocommerce")
    (before,) = looks(road)
    changes(store)
    store.faults.next("shop", *[faults.ServerError(503)] * 30)
    road.machine.platforms["woocommerce"].http.sleep = lambda _: None  # type: ignore[attr-defined] # not in the port
    (known,) = looks(road)
    assert (known.currency, known.timezone, known.name, known.lasting_id) == (
        before.currency, before.timezone, before.name, before.lasting_id,
    )  # fmt: skip
    assert before.lasting_id


def test_the_way_back_leads_to_the_domain_of_today(road: Road) -> None:
    store = road.opens("shopify")
    store.dialect.home_url = "https://old-domain.example.com"
    looks(road)
    store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    store.dialect.home_url = "https://new-domain.example.com"
    looks(road)
    link = road.mailbox.link(ANN, "c", last=False)
    led = road.browser.get(link, timeout=10, allow_redirects=False)
    assert led.headers["Location"].startswith("https://new-domain.example.com/cart/")


def test_what_she_says_while_we_look_counts(road: Road) -> None:
    """She lets the store go as its answer is on its way: nothing is written over that."""
    store = road.opens("shopify")
    changes(store)
    merchant = Merchant(road)
    merchant.opens("/app/stores")

    class SheLetsItGo(faults.Fault):
        def answer(self, _: PracticeStore, __: object, proceed: faults.Proceed) -> object:
            merchant.presses("/app/stores/disconnect", {"store": "1"})
            return proceed()

    store.faults.next("shop", *[SheLetsItGo()] * 2)
    (known,) = looks(road)
    merchant.close()
    assert (known.state, known.currency) == ("disconnected", "ILS")
