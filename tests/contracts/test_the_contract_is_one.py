"""Every sentence of the contract is held against every store, practised and real."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests import store_contract

TESTS = Path(__file__).resolve().parents[1]
ABOUT = sorted((TESTS / "store_contract").glob("about_*.py"))
HELD_IN = (
    "contracts/test_practice_stores_keep_the_contract.py",
    "live/test_shopify.py",
    "live/test_woocommerce.py",
)


@pytest.mark.parametrize("place", HELD_IN)
def test_no_file_of_sentences_is_left_out(place: str) -> None:
    text = (TESTS / place).read_text("utf-8")
    held = set(re.findall(r"^from tests\.store_contract\.(about_\w+) import \*", text, re.M))
    assert held == {path.stem for path in ABOUT}


def test_what_a_sentence_asserts_is_explained_when_it_fails() -> None:
    assert {f"about_{one}" for one in store_contract.SENTENCES} == {path.stem for path in ABOUT}


def test_no_sentence_hides_another_of_its_name() -> None:
    names = Counter(
        name
        for path in ABOUT
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    )
    assert len(names) > 25
    assert [name for name, count in names.items() if count > 1] == []
