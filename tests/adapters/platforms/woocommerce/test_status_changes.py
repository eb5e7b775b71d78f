"""The store's own sentence is told from a gateway's reason in every language."""

from __future__ import annotations

import pytest

from adapters.platforms.woocommerce.status_changes import ENGLISH, Sentences, Split

GERMAN = {
    "pending": "Zahlung ausstehend",
    "failed": "Fehlgeschlagen",
    "on-hold": "In Wartestellung",
}
HEBREW = {"pending": "ממתין לתשלום", "failed": "נכשל", "processing": "בטיפול"}
JAPANESE = {"pending": "支払い待ち", "failed": "失敗"}

SENTENCES = [
    (ENGLISH, "Order status changed from Pending payment to Failed."),
    (GERMAN, "Status der Bestellung von Zahlung ausstehend auf Fehlgeschlagen geändert."),
    (HEBREW, "סטטוס ההזמנה השתנה מ-ממתין לתשלום ל-נכשל."),
    (JAPANESE, "注文ステータスを支払い待ちから失敗に変更しました。"),
]
IN_EVERY_LANGUAGE = pytest.mark.parametrize(("names", "sentence"), SENTENCES)


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize(
    "reason", ["Payment failed: card declined.", "הכרטיס נדחה!", "拒否されました。"]
)
def test_a_reason_that_ends_stands_before_the_stores_sentence(
    names: dict[str, str], sentence: str, reason: str
) -> None:
    split = Sentences(names).split(f"{reason} {sentence}")
    assert split == Split(reason, "pending", "failed")


@IN_EVERY_LANGUAGE
def test_a_reason_without_an_end_is_cut_where_another_note_begins(
    names: dict[str, str], sentence: str
) -> None:
    sentences = Sentences(names).learn([f"Card declined (05) {sentence}", sentence])
    assert sentences.split(f"Card declined (05) {sentence}").said == "Card declined (05)"
    assert sentences.split(sentence) == Split("", "pending", "failed")


@IN_EVERY_LANGUAGE
def test_the_sentence_alone_gives_no_reason(names: dict[str, str], sentence: str) -> None:
    assert Sentences(names).learn([sentence]).split(sentence) == Split("", "pending", "failed")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Payment failed",
        "Failed. Failed.",
        "The payment is Processing. Call the bank",
        "Order status set to Failed.",
        "Stock levels reduced: Blue mug (76→73)",
    ],
)
def test_what_names_no_two_statuses_is_no_change(text: str) -> None:
    assert Sentences(ENGLISH).split(text) == Split(text)


def test_a_name_within_a_longer_name_is_not_meant() -> None:
    names = {"wait": "On hold", "wait-long": "On hold for long", "failed": "Failed"}
    split = Sentences(names).split("Order status changed from On hold for long to Failed.")
    assert (split.before, split.after) == ("wait-long", "failed")


def test_a_store_without_names_for_its_statuses_says_nothing_of_changes() -> None:
    text = "Order status changed from Pending payment to Failed."
    assert Sentences({}).split(text) == Split(text)
