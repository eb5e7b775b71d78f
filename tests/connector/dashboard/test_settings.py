"""Settings are kept as they are typed, or refused at the field without losing a word."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from connector.stores import policy
from connector.stores.models import Store
from connector.stores.policy import BenefitPolicy, Policy
from tests.busy_store import ANN
from tests.connector.dashboard.settings_form import PATH, as_shown
from tests.fakes import MUG
from tests.merchant import Merchant
from tests.road import Road


def saved(road: Road) -> Policy:
    (store,) = road.rows(Store)
    return policy.load(store.policy)


def mistakes(merchant: Merchant) -> dict[str, str]:
    found = re.findall(r'<p class="mistake" id="(.+?)-error">(.*?)</p>', merchant.page.text)
    return {name: html.unescape(re.sub(r"<[^>]+>", "", words)) for name, words in found}


def test_saving_what_is_shown_changes_nothing(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    before = saved(road)
    merchant.presses(PATH, as_shown(merchant))
    assert merchant.page.url.endswith("&saved=1")
    assert "Saved." in merchant.reads()
    assert saved(road) == before


def test_every_setting_can_be_set(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    typed = as_shown(merchant) | {
        "silence_minutes": " 2 ",
        "early_wait_hours": "6",
        "latest_hours": "24",
        "case_cooldown_days": "0",
        "sender_name": "סטודיו הספל הכחול",
        "reply_to": "people@example.com",
        "alert_email": "alerts@example.com",
        "postal_address": "1 Mug Street, Haifa",
        "locales": ["he", "ar"],
        "default_locale": "he",
        "reasons_on": ["price", "help"],
        "wording.he.reasons.price": "יקר לי",
        "wording.he.ask_why.opening": "שלום {customer_name},\r\nכאן {store_name}.",
        "advantages.he": "משלוח מהיום למחר\r\n\r\n  החזרה חינם ",
        "benefit.kind": "fixed",
        "benefit.amount": "15.50",
        "benefit.minimum": "100",
        "benefit.valid_days": "3",
        "benefit.cooldown_days": "90",
        "benefit.cart_only": ["on"],
        "write_notes": [],
        "write_tags": [],
        "customer_notes": ["on"],
        "holdout_percent": "20",
        "quiet_from": "21:00",
        "quiet_until": "08:30",
        "basis": "opt_in",
        "cap_per_day": "2",
        "cap_per_week": "0",
    }
    merchant.presses(PATH, typed)
    kept = policy.dump(saved(road))
    assert kept == {
        "silence_minutes": 2,
        "early_wait_hours": 6,
        "latest_hours": 24,
        "case_cooldown_days": 0,
        "sender_name": "סטודיו הספל הכחול",
        "reply_to": "people@example.com",
        "alert_email": "alerts@example.com",
        "postal_address": "1 Mug Street, Haifa",
        "locales": ["he", "ar"],
        "default_locale": "he",
        "reasons_off": ["not_now", "no_fit", "unclear", "other"],
        "wording": {
            "he": {
                "reasons.price": "יקר לי",
                "ask_why.opening": "שלום {customer_name},\nכאן {store_name}.",
            }
        },
        "advantages": {"he": ["משלוח מהיום למחר", "החזרה חינם"]},
        "benefit": {
            "kind": "fixed", "percent": 5, "amount": "15.50", "minimum": "100",
            "valid_days": 3, "cooldown_days": 90, "cart_only": True,
        },
        "write_notes": False,
        "write_tags": False,
        "customer_notes": True,
        "holdout_percent": 20,
        "quiet_from": "21:00",
        "quiet_until": "08:30",
        "basis": "opt_in",
        "statuses": {},
        "cap_per_day": 2,
        "cap_per_week": 0,
    }  # fmt: skip


def test_less_than_two_minutes_is_refused_with_the_reason(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    before = saved(road)
    typed = as_shown(merchant) | {"silence_minutes": "1", "sender_name": "Blue Mug Studio"}
    answer = merchant.presses(PATH, typed)
    assert answer.status_code == 422
    assert list(mistakes(merchant)) == ["silence_minutes"]
    assert "a guest needs up to two minutes" in mistakes(merchant)["silence_minutes"]
    assert 'value="Blue Mug Studio"' in answer.text
    assert saved(road) == before


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("silence_minutes", "", "At least 2 minutes"),
        ("latest_hours", "1", "longer than the silence"),
        ("early_wait_hours", "48", "less than the hours after which it is too late"),
        ("case_cooldown_days", "366", "A whole number from 0 to 365, please."),
        ("reply_to", "nobody", "This is not a mail address."),
        ("sender_name", "x" * 101, "One line of at most 100 characters, please."),
        ("postal_address", "a\nb", "One line of at most 300 characters, please."),
        ("locales", [], "Choose at least one language."),
        ("locales", ["en"], None),
        ("default_locale", "xx", "Choose a language that is switched on."),
        ("reasons_on", [], "Leave at least one answer to choose from."),
        ("wording.he.reasons.help", "{store_name}", "without braces"),
        ("wording.en.ask_why.opening", "Hi {name}", "{store_name} {customer_name}"),
        ("advantages.en", "a\n" * 7, "At most 6 lines"),
        ("benefit.kind", "gold", "Please choose one of these."),
        ("benefit.minimum", "ten", "Write an amount like 10 or 10.50."),
        ("holdout_percent", "51", "A whole number from 0 to 50, please."),
        ("quiet_from", "25:00", "A time like 22:00, please."),
        ("quiet_from", "21:00", "Fill in both times, or neither."),
        ("basis", "mood", "Please choose one of these."),
    ],
)
def test_a_mistake_stands_at_its_field(
    field: str, typed: Any, said: str | None, *, road: Road, merchant: Merchant
) -> None:
    road.opens("woocommerce")
    before = saved(road)
    merchant.presses(PATH, as_shown(merchant) | {field: typed})
    if said is None:
        assert mistakes(merchant) == {}
        return
    at = "quiet_until" if typed == "21:00" else field
    assert said in mistakes(merchant)[at]
    assert saved(road) == before


def test_an_amount_off_needs_an_amount(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    typed = as_shown(merchant) | {"benefit.kind": "fixed", "benefit.amount": "0.00"}
    merchant.presses(PATH, typed)
    assert mistakes(merchant) == {"benefit.amount": "An amount off needs an amount above 0."}


def test_what_belongs_to_another_benefit_stays_as_it_was(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce", benefit={"kind": "percent", "percent": 12})
    merchant.presses(
        PATH, as_shown(merchant) | {"benefit.kind": "free_shipping", "benefit.percent": ""}
    )
    assert saved(road).benefit == BenefitPolicy(kind="free_shipping", percent=12)


def test_wordings_that_the_page_does_not_show_are_kept(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce", wording={"he": {"reminder.subject": "היום הגיע"}})
    merchant.presses(PATH, as_shown(merchant) | {"wording.he.reasons.other": "משהו אחר"})
    assert saved(road).wording == {
        "he": {"reminder.subject": "היום הגיע", "reasons.other": "משהו אחר"}
    }


def test_the_merchants_own_words_reach_the_letter(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    typed = as_shown(merchant) | {
        "silence_minutes": "5",
        "wording.en.ask_why.opening": "Dear {customer_name}, {store_name} wonders.",
        "wording.en.reasons.price": "Too dear",
        "reasons_on": ["price", "other"],
    }
    merchant.presses(PATH, typed)
    store.leaves_checkout(ANN, (MUG, 1), name="Ann Ash", locale="en")
    road.runs_for(minutes=6)
    (mail,) = road.mailbox.to(ANN)
    assert "Dear Ann, Practice Shop wonders." in mail.text
    assert "* Too dear" in mail.text
    assert "It doesn't suit me" not in mail.text


def test_mistakes_are_told_in_the_merchants_language(road: Road) -> None:
    road.opens("woocommerce")
    merchant = Merchant(road, locale="ru")
    merchant.presses(PATH, as_shown(merchant) | {"holdout_percent": "x"})
    assert mistakes(merchant) == {"holdout_percent": "Напишите целое число от 0 до 50."}
    merchant.close()


def test_without_a_store_the_page_says_what_to_do(merchant: Merchant) -> None:
    for path in (PATH, "/app/results", "/app/inbox", "/app/orders-in-progress"):
        merchant.opens(path)
        assert "No store is connected yet." in merchant.reads()
