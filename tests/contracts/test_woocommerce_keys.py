"""The one-click key flow: the recorded callback is read, the practice store answers as recorded."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import requests

from adapters.platforms.woocommerce import grants
from connector.ports.keys import Approval
from tests.adapters.platforms.woocommerce import recordings
from tests.fakes import PracticeStore

recordings.needed()

FOLDER = recordings.ROOT / "wc-auth"
STEPS = json.loads((FOLDER / "steps.json").read_text())
# What a practice store has no use for: its merchant is an administrator, its links are whole.
NOT_PLAYED = (
    "logged in as a customer (no manage_woocommerce)",
    "callback_url without scheme (https:// is put before it)",
    "callback_url not a URL",
)


def test_the_recorded_callback_gives_its_keys() -> None:
    body = json.loads((FOLDER / "callback.json").read_text())["request"]["body"]
    grant = grants.read(body.encode())
    assert grant.nonce == "tenant-42_state-abc"
    assert {**grant.credentials, **json.loads(body)} == json.loads(body)


def test_we_ask_with_the_names_that_the_store_requires() -> None:
    (asked,) = [one for one in STEPS if one["step"] == "read_write: consent page"]
    ours = grants.approval_url(
        "https://127.0.0.1:8443",
        Approval(
            app_name="Lab Connector",
            nonce="tenant-42_state-abc",
            return_url="https://app.example.com/woo/return?x=1",
            callback_url="https://127.0.0.1:9443/wc-auth/callback",
        ),
    )
    recorded, said = urlsplit(asked["request"]["url"]), urlsplit(ours)
    assert (said.netloc, said.path) == (recorded.netloc, recorded.path)
    assert parse_qs(said.query) == parse_qs(recorded.query)


def test_the_practice_store_answers_each_step_as_the_recorded_store_did() -> None:
    with PracticeStore.open("woocommerce") as store:
        for step in STEPS:
            if step["step"] in NOT_PLAYED or "access_granted" in step["request"]["url"]:
                continue
            store.merchant_signed_in = step["step"] != "not logged in"
            url = step["request"]["url"].replace("https://127.0.0.1:8443", store.base_url)
            answer = requests.get(url, timeout=5, allow_redirects=False)
            assert answer.status_code == step["response"]["status"], step["step"]
            assert (step["response"]["message"] or "") in answer.text
            if "deny_link" in step:
                assert step["deny_link"][0].replace("&", "&amp;") in answer.text


def test_a_bad_nonce_and_a_callback_that_fails_leave_no_key_in_the_practice_store() -> None:
    refused = {one["step"]: one["response"] for one in STEPS}
    with PracticeStore.open("woocommerce") as store:
        query = {
            "app_name": "Lab", "user_id": "tenant-42", "scope": "read_write",
            "return_url": "https://app.example.com/", "callback_url": f"https{store.base_url[4:]}/",
        }  # fmt: skip
        for nonce, name in (
            ("wrong", "approve link with a bad nonce"),
            (None, "callback answers 500: approved"),
        ):
            page = requests.get(f"{store.base_url}/wc-auth/v1/authorize", params=query, timeout=5)
            assert page.status_code == 200
            link = page.text.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
            link = link if nonce is None else f"{link.rpartition('=')[0]}={nonce}"
            answer = requests.get(link, timeout=10, allow_redirects=False)
            assert (answer.status_code, refused[name]["message"] in answer.text) == (401, True)
        assert list(store.keys) == [store.consumer_key]
