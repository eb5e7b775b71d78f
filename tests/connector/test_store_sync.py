"""`askback store sync`: how far it is, for people and programs, and how it fails."""

from __future__ import annotations

import json

from tests.connector.test_cli import Askback, add, askback, connected, environ, woo
from tests.fakes import MUG, PracticeStore, faults

__all__ = ["askback", "environ", "woo"]  # fixtures


def bought(store: PracticeStore, count: int) -> None:
    for number in range(count):
        store.buys(f"buyer{number}@example.com", (MUG, 1))


def test_a_store_is_read_with_its_numbers_on_the_terminal(
    askback: Askback, woo: PracticeStore
) -> None:
    bought(woo, 7)
    key = connected(askback, woo)
    result = askback("store", "sync", key)
    assert result.exit_code == 0
    (line,) = [one for one in result.stdout.splitlines() if "orders" in one]
    assert "7/7" in line
    assert result.stderr == ""


def test_a_second_look_reads_only_what_changed_and_a_full_one_everything(
    askback: Askback, woo: PracticeStore
) -> None:
    bought(woo, 3)
    key = connected(askback, woo)
    first = json.loads(askback("store", "sync", key, "--json").stdout)
    assert {one["purpose"] for one in first["lists"]} == {"first"}
    assert [one["fetched"] for one in first["lists"]] == [6, 0, 3, 0]
    second = json.loads(askback("store", "sync", key, "--json").stdout)
    assert {one["purpose"] for one in second["lists"]} == {"standing"}
    full = json.loads(askback("store", "sync", key, "--full", "--json").stdout)
    assert ({one["purpose"] for one in full["lists"]}, full["done"]) == ({"first"}, True)
    assert [one["fetched"] for one in full["lists"]] == [6, 0, 3, 0]


def test_a_look_ends_when_its_own_lists_are_read_not_when_the_last_look_did(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    for _ in range(2):
        askback("store", "sync", key)
    bought(woo, 5)
    third = json.loads(askback("store", "sync", key, "--json").stdout)
    assert {one["purpose"] for one in third["lists"]} == {"standing"}
    (orders,) = [one for one in third["lists"] if one["resource"] == "orders"]
    assert (orders["state"], orders["fetched"]) == ("done", 5)


def test_a_store_that_refuses_the_key_fails_with_its_reason(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    woo.revokes_access()
    result = askback("store", "sync", key)
    assert result.exit_code == 1
    assert "does not accept our key" in result.stderr


def test_a_list_that_goes_in_circles_fails_with_its_reason(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    woo.faults.next("products", *(faults.SamePage() for _ in range(9)))
    result = askback("store", "sync", key, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["done"] is False
    products = next(one for one in told["lists"] if one["resource"] == "products")
    assert (products["state"], products["total"]) == ("failed", 1_000_000)
    assert "the same page whatever is asked" in products["error"]


def test_an_unknown_and_a_disconnected_store_are_told_apart(
    askback: Askback, woo: PracticeStore
) -> None:
    assert "no store has the key" in askback("store", "sync", "nothing").stderr
    key = json.loads(add(askback, woo, "--json").stdout)["store_key"]
    askback("store", "disconnect", key)
    result = askback("store", "sync", key)
    assert result.exit_code == 1
    assert "connect it again first" in result.stderr


def test_the_doctor_tells_of_the_webhook_subscriptions(
    askback: Askback, woo: PracticeStore
) -> None:
    key = connected(askback, woo)
    assert f"webhooks of {key}" not in askback("doctor").stdout
    askback("tick")
    told = askback("doctor").stdout
    assert f"ok       webhooks of {key}: 11 subscriptions were in order" in told
    woo.faults.next("webhooks", faults.MayNotList())
    askback("store", "sync", key)
    askback("tick")
    told = askback("doctor").stdout
    assert f"warning  webhooks of {key}: the store does not accept our key" in told
