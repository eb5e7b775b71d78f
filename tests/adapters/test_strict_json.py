"""What JSON from strangers becomes before anybody reads it."""

from __future__ import annotations

import json

import pytest

from adapters import strict_json


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83c\udf81"', "🎁"),
        (r'"\uD83C\uDF81"', "🎁"),
        (r'"\ud83c"', "\ufffd"),
        (r'"\udf81"', "\ufffd"),
        (r'"\udf81\ud83c"', "\ufffd\ufffd"),
        (r'"\ud83c\ud83c\udf81"', "\ufffd🎁"),
        (r'"\ud83c\udf81\udf81"', "🎁\ufffd"),
        (r'"\\ud83c\udf81"', r"\ud83c" + "\ufffd"),
        (r'"\\\ud83c"', "\\\ufffd"),
        (r'"\\ud83c"', r"\ud83c"),
        (r'"a\u0000b"', "a\ufffdb"),
    ],
)
def test_only_text_that_a_database_can_keep_comes_out(written: str, read: str) -> None:
    assert strict_json.loads(f'{{"note":{written}}}'.encode()) == {"note": read}


def test_every_pair_and_half_of_escapes_is_told_apart() -> None:
    pieces = [r"\ud83c", r"\udf81", r"\\", "x"]
    for one in pieces:
        for two in pieces:
            for three in pieces:
                text = strict_json.loads(f'"{one}{two}{three}"'.encode())
                expected = json.loads(f'"{one}{two}{three}"')
                assert text == "".join(
                    "\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in expected
                )
                text.encode()
