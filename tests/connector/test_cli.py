"""The command line: what it prints, for people and programs, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import update

from connector import cli
from connector.stores.models import Store
from tests.fakes import MUG, PracticeStore
from tests.road import Road, environment

Askback = Callable[..., Result]


@pytest.fixture
def environ(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "home", sqlite_url, PUBLIC_URL="https://ask.example.com")


@pytest.fixture
def askback(environ: dict[str, str]) -> Iterator[Askback]:
    """Runs a command; its environment holds nothing of this test run's own."""
    cleared = dict.fromkeys(
        ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SMTP_URL", "PUBLIC_URL", "PORT", "MAIL_FROM")
    )

    def run(*arguments: str, **more: str | None) -> Result:
        return CliRunner().invoke(
            cli.main, arguments, env={**cleared, **environ, **more}, catch_exceptions=False
        )

    yield run
    structlog.reset_defaults()  # a command sends log lines to its own standard error


@pytest.fixture
def woo() -> Iterator[PracticeStore]:
    with PracticeStore.open("woocommerce") as store:
        yield store


def add(askback: Askback, store: PracticeStore, *more: str, secret: str = "") -> Result:
    return askback(
        "store", "add", "woocommerce", "--url", store.base_url, "--key", store.consumer_key,
        "--secret", secret or store.consumer_secret, "--webhook-secret", store.webhook_secret,
        *more,
    )  # fmt: skip


def test_a_store_at_a_new_address_goes_on_as_the_one_it_was(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    moved = woo.moves(leads_on=False)
    again = json.loads(add(askback, woo, "--formerly", key, "--json").stdout)
    assert again["store_key"] == key
    (listed,) = json.loads(askback("store", "list", "--json").stdout)
    assert listed["base_url"] == moved


def connected(askback: Askback, store: PracticeStore) -> str:
    added: dict[str, str] = json.loads(add(askback, store, "--json").stdout)
    return added["store_key"]


def stores(askback: Askback) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(askback("store", "list", "--json").stdout)
    return found


def test_every_settings_mistake_is_named_at_once(askback: Askback) -> None:
    wrong = {"PORT": "many", "DATABASE_URL": "mysql://x", "SSL_CERT_FILE": "/nowhere.pem"}
    result = askback("tick", SECRET_KEY="short", **wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert [line.split()[1] for line in result.stderr.splitlines()] == [
        "PORT", "DATABASE_URL", "SECRET_KEY", "SSL_CERT_FILE",
    ]  # fmt: skip


def test_a_database_without_tables_is_told_its_remedy(askback: Askback, tmp_path: Path) -> None:
    result = askback("tick", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert result.exit_code == 1
    assert "run `askback db upgrade`" in result.stderr


def test_upgrading_the_database_gives_it_its_tables(askback: Askback, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    assert askback("db", "upgrade", DATABASE_URL=url).exit_code == 0
    assert askback("db", "upgrade", DATABASE_URL=url).exit_code == 0
    assert askback("tick", DATABASE_URL=url).exit_code == 0


def test_a_database_that_does_not_answer_is_no_traceback(askback: Askback) -> None:
    result = askback("tick", DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none")
    assert result.exit_code == 1
    assert "the database cannot be used" in result.stderr
    assert "secret" not in result.stderr


def test_a_woocommerce_store_is_added_with_its_key_and_its_webhook_address(
    askback: Askback, woo: PracticeStore
) -> None:
    result = add(askback, woo, "--json")
    assert result.exit_code == 0
    added = json.loads(result.stdout)
    assert added == {
        "store_key": added["store_key"],
        "webhook_url": f"https://ask.example.com/webhooks/woocommerce/{added['store_key']}",
    }
    (listed,) = stores(askback)
    assert (listed["store_key"], listed["state"]) == (added["store_key"], "connected")


def test_a_shopify_store_is_added_under_its_myshopify_name(askback: Askback, road: Road) -> None:
    with PracticeStore.open("shopify", shop="mugs.myshopify.com") as store:
        result = askback(
            "store", "add", "shopify", "--shop", "https://mugs.myshopify.com/admin",
            "--token", store.access_token, "--json", SHOPIFY_ADMIN_ORIGIN=store.base_url,
        )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["webhook_url"] == "https://ask.example.com/webhooks/shopify"
    (added,) = road.rows(Store)
    assert (added.platform, added.external_id) == ("shopify", "mugs.myshopify.com")
    assert added.base_url == store.base_url  # where shoppers find it


def test_a_store_that_does_not_answer_is_added_with_a_warning(
    askback: Askback, woo: PracticeStore
) -> None:
    woo.close()
    result = add(askback, woo, "--json")
    assert result.exit_code == 0
    assert "store_key" in json.loads(result.stdout)
    assert result.stderr.startswith("Warning: added, but the store did not say who it is")


def test_a_store_that_refuses_the_keys_is_not_added(askback: Askback, woo: PracticeStore) -> None:
    result = add(askback, woo, "--json", secret="cs_wrong")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "cs_wrong" not in result.stderr
    assert stores(askback) == []


def test_a_store_that_answers_again_is_the_same_store(askback: Askback, woo: PracticeStore) -> None:
    assert connected(askback, woo) == connected(askback, woo)


@pytest.mark.parametrize(
    "url", ["", "ftp://shop.example.com", "https://user:pass@shop.example.com"]
)
def test_what_is_no_stores_address_is_refused(askback: Askback, url: str) -> None:
    result = askback(
        "store", "add", "woocommerce", "--url", url, "--key", "k", "--secret", "s",
        "--webhook-secret", "w",
    )  # fmt: skip
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_a_disconnected_store_stays_in_the_list_with_its_reason(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    assert askback("store", "disconnect", key).exit_code == 0
    (listed,) = stores(askback)
    assert (listed["state"], listed["state_reason"]) == ("disconnected", "disconnected by the host")


def test_settings_are_changed_by_name_and_shown(askback: Askback, woo: PracticeStore) -> None:
    key = connected(askback, woo)
    result = askback(
        "store", "settings", key, "--set", "benefit.kind=percent", "--set", "benefit.percent=10",
        "--set", "holdout_percent=0", "--set", "quiet_from=21:30", "--set", "locales=en,he",
        "--set", "wording.en.ask_subject=Was it the price?",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    shown = json.loads(askback("store", "settings", key).stdout)
    assert shown["benefit"] | {"kind": "percent", "percent": 10} == shown["benefit"]
    assert (shown["holdout_percent"], shown["quiet_from"], shown["locales"]) == (
        0, "21:30", ["en", "he"],
    )  # fmt: skip
    assert shown["wording"] == {"en": {"ask_subject": "Was it the price?"}}


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ("silence_minutes=1", "silence_minutes: Between 2 minutes and 7 days"),
        ("benefit.percent=101", "benefit.percent: "),
        ("benefit.colour=red", "there is no setting 'benefit.colour'"),
        ("colour=red", "there is no setting 'colour'"),
        ("holdout_percent", "NAME=VALUE"),
        ("locales=[1", "begins like JSON"),
    ],
)
def test_a_wrong_setting_changes_nothing(
    askback: Askback, woo: PracticeStore, wish: str, complaint: str
) -> None:
    key = connected(askback, woo)
    before = askback("store", "settings", key).stdout
    result = askback("store", "settings", key, "--set", "cap_per_day=9", "--set", wish)
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert askback("store", "settings", key).stdout == before


def test_a_key_that_begins_with_a_hyphen_is_a_key(
    askback: Askback, woo: PracticeStore, road: Road
) -> None:
    connected(askback, woo)
    key = "-h" + "x" * 20
    with road.machine.database.transaction() as session:
        session.execute(update(Store).values(key=key))
    changed = askback("store", "settings", key, "--set", "holdout_percent=0")
    assert json.loads(changed.stdout)["holdout_percent"] == 0
    assert askback("store", "disconnect", key).stdout == f"{key} is disconnected.\n"


def test_an_unknown_store_is_no_traceback(askback: Askback) -> None:
    result = askback("store", "disconnect", "nobody")
    assert result.exit_code == 1
    assert result.stderr == "Error: no store has the key 'nobody': see `askback store list`\n"


def test_the_inbox_is_listed_and_replayed(askback: Askback, road: Road) -> None:
    woo = road.opens("woocommerce")
    woo.leaves_checkout("ann@example.com", (MUG, 1))
    listed = json.loads(askback("inbox", "list", "--json").stdout)
    received = listed["by_state"]["received"]
    assert listed["total"] == received == len(listed["deliveries"]) > 0

    road.settles()
    listed = json.loads(askback("inbox", "list", "--json").stdout)
    assert listed["by_state"]["received"] == 0
    first = listed["deliveries"][-1]["id"]

    replayed = json.loads(askback("inbox", "replay", str(first), "--json").stdout)
    assert replayed == {"replayed": 1}
    listed = json.loads(askback("inbox", "list", "--state", "received", "--json").stdout)
    assert [one["id"] for one in listed["deliveries"]] == [first]
    assert json.loads(askback("inbox", "replay", "--json").stdout) == {"replayed": 0}


def test_a_tick_as_of_a_time_prints_what_it_did(askback: Askback, road: Road) -> None:
    road.opens("woocommerce").leaves_checkout("ann@example.com", (MUG, 1))
    now = json.loads(askback("tick", "--at", road.clock.now().isoformat()).stdout)
    assert now["inbox"] > 0
    assert (now["detection"], now["messages"]) == (0, 0)
    road.clock.advance(minutes=61)
    later = json.loads(askback("tick", "--at", road.clock.now().isoformat()).stdout)
    assert (later["inbox"], later["detection"], later["journeys"], later["messages"]) == (
        0, 1, 1, 1,
    )  # fmt: skip
    assert len(road.mailbox.to("ann@example.com")) == 1


def test_a_tick_at_no_time_is_refused(askback: Askback) -> None:
    result = askback("tick", "--at", "tomorrow")
    assert result.exit_code == 2
    assert "is no time like" in result.stderr


def test_the_journeys_are_listed(askback: Askback) -> None:
    (ask_why, *_) = json.loads(askback("journey", "list", "--json").stdout)
    assert (ask_why["name"], ask_why["starts_on"]) == ("ask_why", "checkout.abandoned")


def test_a_login_link_is_printed_alone(askback: Askback) -> None:
    result = askback("login-link", "--email", "ann@example.com")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    address, _, token = line.rpartition("/")
    assert address == "https://ask.example.com/login"
    assert len(token) == 43


@pytest.mark.parametrize("email", ["ann", "@example.com", "ann@"])
def test_a_login_link_for_no_address_is_refused(askback: Askback, email: str) -> None:
    assert askback("login-link", "--email", email).exit_code == 2


def test_a_worker_without_redis_says_what_it_lacks(askback: Askback) -> None:
    result = askback("worker")
    assert result.exit_code == 2
    assert "REDIS_URL" in result.stderr


def test_a_key_that_up_made_serves_the_other_commands(askback: Askback, tmp_path: Path) -> None:
    assert askback("tick", SECRET_KEY=None).exit_code == 2
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "secret_key").write_text("k" * 64 + "\n")
    assert askback("tick", SECRET_KEY=None).exit_code == 0


def findings(result: Result) -> dict[str, tuple[str, str]]:
    report = json.loads(result.stdout)
    assert report["healthy"] is (result.exit_code == 0)
    return {one["subject"]: (one["health"], one["remedy"]) for one in report["findings"]}


def test_the_doctor_finds_a_healthy_askback_healthy(askback: Askback, woo: PracticeStore) -> None:
    key = connected(askback, woo)
    result = askback("doctor", "--json")
    assert result.exit_code == 0
    health = {subject: found[0] for subject, found in findings(result).items()}
    assert health == {
        "settings": "ok", "address": "ok", "redis": "warning", "mail": "warning",
        "database": "ok", f"store {key}": "ok",
    }  # fmt: skip


def test_the_doctor_names_what_is_broken_and_the_remedy(
    askback: Askback, woo: PracticeStore, tmp_path: Path
) -> None:
    key = connected(askback, woo)
    woo.revokes_access()
    result = askback(
        "doctor", "--json", REDIS_URL=f"unix://{tmp_path}/nobody.sock",
        SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="shop@example.com", PUBLIC_URL="http://10.0.0.1",
    )  # fmt: skip
    assert result.exit_code == 1
    found = findings(result)
    assert {subject: health for subject, (health, _) in found.items()} == {
        "settings": "ok", "address": "warning", "redis": "broken", "mail": "broken",
        "database": "ok", f"store {key}": "broken",
    }  # fmt: skip
    assert all(remedy for health, remedy in found.values() if health != "ok")


def test_the_doctor_lists_settings_mistakes_too(askback: Askback) -> None:
    result = askback("doctor", SECRET_KEY="short", PORT="many")
    assert result.exit_code == 1
    assert result.stdout.count("broken   settings") == 2


def test_a_shopify_app_without_its_secret_is_a_mistake(askback: Askback) -> None:
    result = askback("store", "list", SHOPIFY_API_KEY="key", SHOPIFY_API_SECRET="")
    assert result.exit_code == 2
    assert "SHOPIFY_API_SECRET is required with SHOPIFY_API_KEY" in result.stderr


def test_a_stores_secrets_are_sealed(askback: Askback, woo: PracticeStore, road: Road) -> None:
    connected(askback, woo)
    (store,) = road.rows(Store)
    assert woo.consumer_secret.encode() not in store.credentials
    assert woo.webhook_secret.encode() not in store.webhook_secret


def test_a_program_can_have_somebody_forgotten_without_being_asked_back(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    result = askback("erase", "--email", "nobody@example.com")
    assert (result.exit_code, result.stdout) == (0, f"{key}: nothing was known\n")
