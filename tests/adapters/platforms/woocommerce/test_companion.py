"""The WordPress companion: packed for its store, sound PHP, and understood by us word for word."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from adapters.platforms.woocommerce import captures, companion, links
from adapters.platforms.woocommerce import records as readers
from connector import clock, records
from connector.money import Money
from connector.ports.capture import CompanionSettings
from connector.ports.platform import Envelope

PHP = shutil.which("php")
ROOT = Path(companion.__file__).parent / "plugin" / companion.NAME
STORY = Path(__file__).parents[3] / "companion_php" / "story.php"
SETTINGS = CompanionSettings(
    endpoint="https://askback.example.com/capture", key="a1b2c3", secret="it's a \\ secret"
)

FUNCTION = re.compile(r"^(\t?)(?:\w+ )?function .*?^\1}", re.MULTILINE | re.DOTALL)

needs_php = pytest.mark.skipif(PHP is None, reason="LOUDLY SKIPPED: no PHP here (make machine)")


def unpacked(folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(companion.packed(SETTINGS))) as archive:
        archive.extractall(folder)
    return folder / companion.NAME


def plays(story: Path, plugin: Path) -> Any:
    """What a story tells in the end; no word of PHP's own in between."""
    run = subprocess.run(
        [str(PHP), "-d", "error_reporting=-1", "-d", "display_errors=stderr", story, plugin],
        capture_output=True, timeout=30, check=True,
    )  # fmt: skip
    assert run.stderr == b""
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What left the store in a shopper's day, told by the plugin itself."""
    return plays(STORY, unpacked(tmp_path_factory.mktemp("plugin")))


def sent(told: Any, step: str) -> list[tuple[str, tuple[records.Record, ...]]]:
    """Each snapshot of a step as our door and our readers understand it."""
    found = []
    for one in told["steps"][step]:
        envelope = Envelope(
            headers={name.lower(): text for name, text in one["headers"].items()},
            body=one["body"].encode(),
        )
        label = captures.label(envelope, (SETTINGS.secret,), clock.now())
        found.append((label.topic, readers.read(label.topic, envelope.body)))
    return found


def test_the_zip_is_a_plugin_with_this_stores_own_configuration(tmp_path: Path) -> None:
    plugin = unpacked(tmp_path)
    ours = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()}
    packed = {str(path.relative_to(plugin)) for path in plugin.rglob("*") if path.is_file()}
    spoken = {f"languages/{companion.NAME}-{one}.mo" for one in ("he_IL", "ar", "ru_RU")}
    assert packed - ours == {"askback-config.php", *spoken}
    assert ours <= packed
    assert companion.packed(SETTINGS) == companion.packed(SETTINGS)
    with zipfile.ZipFile(io.BytesIO(companion.packed(SETTINGS))) as archive:
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o100644}


def test_no_function_of_the_plugin_is_longer_than_a_screen() -> None:
    for path in ROOT.rglob("*.php"):
        text = path.read_text("utf-8")
        for found in FUNCTION.finditer(text):
            assert found[0].count("\n") < 40, found[0].splitlines()[0]
        assert FUNCTION.search(text) or path.name == "uninstall.php"
        assert "defined( 'ABSPATH' ) || exit;" in text or path.name == "uninstall.php"


def test_every_text_of_the_plugin_can_be_translated() -> None:
    template = (ROOT / "languages" / "askback-companion.pot").read_text("utf-8")
    call = re.compile(r"(?:__|esc_html_e|esc_html__)\( '((?:[^'\\]|\\.)*)', '([\w-]+)' \)")
    for path in ROOT.rglob("*.php"):
        for words, domain in call.findall(path.read_text("utf-8")):
            assert domain == companion.NAME
            assert f'msgid "{words}"' in template


@pytest.mark.parametrize("locale", ["he_IL", "ar", "ru_RU"])
def test_every_text_of_the_plugin_is_translated(locale: str) -> None:
    folder = ROOT / "languages"
    wanted = read_po((folder / "askback-companion.pot").read_text("utf-8").splitlines())
    said = read_po((folder / f"askback-companion-{locale}.po").read_text("utf-8").splitlines())
    assert [one.id for one in said] == [one.id for one in wanted]
    for message in said:
        assert message.string
        assert str(message.id).count("%s") == str(message.string).count("%s")


@needs_php
def test_every_file_is_sound_php(tmp_path: Path) -> None:
    files = sorted(str(path) for path in unpacked(tmp_path).rglob("*.php"))
    assert len(files) > 10
    # One shell for all of them: a start of Python's own for each would take longer than PHP does.
    lint = 'for file; do "$PHP" -l "$file" >/dev/null || exit 1; done'
    run = subprocess.run(
        ["sh", "-c", lint, "lint", *files],
        env={"PHP": str(PHP)}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, b"")


@needs_php
def test_nothing_leaves_the_store_before_the_shopper_agreed(told: Any) -> None:
    assert sent(told, "before she agreed") == []
    ((topic, (checkout, consent)),) = sent(told, "she agreed")
    assert topic == "cart.captured"
    assert isinstance(checkout, records.Checkout)
    assert isinstance(consent, records.ConsentChange)
    assert (consent.granted, consent.email) == (True, "ann@example.com")
    assert (checkout.total, checkout.locale) == (Money(4780, "ILS"), "he-IL")
    (line,) = checkout.lines
    assert (line.title, line.quantity, line.total) == ("Mug & saucer blue", 2, Money(4780, "ILS"))


@needs_php
def test_the_box_is_empty_until_she_ticks_it_and_a_stranger_cannot(told: Any) -> None:
    before, after = told["boxes"]
    assert "checked" not in before
    assert "checked" in after
    assert "I can unsubscribe in every message." in before
    assert told["answered"] == [403, 200, 200, 403]


@needs_php
def test_no_link_takes_her_word_back_and_no_guest_s_page_speaks_for_another(told: Any) -> None:
    """WordPress has one nonce for all guests; WooCommerce one each, if its name begins so."""
    assert told["script"]["nonce"].startswith("nonce of woocommerce")
    assert sent(told, "she was led to a link") == []
    assert sent(told, "she unticked the box") != []


@needs_php
def test_settings_keep_only_what_belongs_there(told: Any) -> None:
    assert told["settings"] == {
        "enabled": "no",
        "consent_text": "alert(1)<b>Yes</b>",
        "endpoint": "",
        "key": "ab",
        "secret": "",
    }
    assert told["secrets"] == ["", "typed before"]


@needs_php
def test_a_change_is_told_once_and_to_the_store_s_own_door(told: Any) -> None:
    assert sent(told, "the page was opened again") == []
    ((_, (checkout, _consent)),) = sent(told, "she changed her cart")
    assert isinstance(checkout, records.Checkout)
    assert [(one.variant_external_id, one.variant_title) for one in checkout.lines] == [
        ("14", ""), ("41", "L"),
    ]  # fmt: skip
    (post,) = told["steps"]["she changed her cart"]
    assert post["url"] == "https://askback.example.com/capture/a1b2c3"
    assert (post["blocking"], post["timeout"], post["redirection"]) == (False, 1, 0)


@needs_php
def test_an_order_is_no_emptied_cart_and_bears_its_name(told: Any) -> None:
    ((_, (before, _)),) = sent(told, "she agreed")
    assert isinstance(before, records.Checkout)
    assert sent(told, "she ordered") == []
    assert told["order"] == {"_askback_cart": before.cart_token}
    ((topic, (paid,)),) = sent(told, "it was paid")
    assert topic == "cart.completed"
    assert isinstance(paid, records.Checkout)
    assert paid.external_id == before.external_id
    assert paid.completed_at is not None
    assert sent(told, "it was sent") == []


@needs_php
def test_a_new_cart_has_a_new_name_and_signing_out_clears_none(told: Any) -> None:
    ((_, (first, _)),) = sent(told, "she agreed")
    ((_, (second, _)),) = sent(told, "a new cart")
    assert isinstance(first, records.Checkout)
    assert isinstance(second, records.Checkout)
    assert first.cart_token != second.cart_token
    assert sent(told, "she signed out") == []


@needs_php
def test_who_empties_her_cart_or_takes_her_word_back_is_forgotten(told: Any) -> None:
    ((_, (cart, _)),) = sent(told, "another shopper")
    assert isinstance(cart, records.Checkout)
    assert sent(told, "she emptied her cart") == [
        ("cart.cleared", (records.Deleted(kind="checkout", external_id=cart.external_id),))
    ]
    ((_, (other, _)),) = sent(told, "she ticked it again")
    assert isinstance(other, records.Checkout)
    assert sent(told, "and took out the last thing") == [
        ("cart.cleared", (records.Deleted(kind="checkout", external_id=other.external_id),))
    ]
    ((topic, (_, consent)),) = sent(told, "she unticked the box")
    assert topic == "cart.cleared"
    assert isinstance(consent, records.ConsentChange)
    assert (consent.granted, consent.email) == (False, "dana@example.com")


@needs_php
def test_a_link_brings_the_cart_back_once_and_names_what_is_gone(told: Any) -> None:
    assert told["restored"] == [[40, 41, 1, {"attribute_pa_size": "L"}]]
    assert told["notices"] == [
        "These could not be put back into your cart, because they are not available now: "
        "Mug &amp; saucer blue"
    ]
    assert told["again"] == told["order"]
    assert told["later"] == []
    assert sent(told, "she came back by her link") == sent(told, "another day") == []


@needs_php
def test_what_comes_back_in_part_is_said_in_part_and_a_variation_by_its_choice(told: Any) -> None:
    assert told["short"] == [
        [14, 2],
        [
            "These could not be put back into your cart, because they are not available now: "
            "Mug &amp; saucer blue × 1, חולצה (L)"
        ],
    ]


@needs_php
def test_another_choice_of_the_same_variation_comes_beside_it_and_what_is_off_sale_does_not(
    told: Any,
) -> None:
    assert told["beside"] == [
        [{"attribute_pa_size": "M"}, {"attribute_pa_size": "L"}],
        [
            "These could not be put back into your cart, because they are not available now: "
            "Mug &amp; saucer blue"
        ],
    ]


@needs_php
def test_a_link_applies_the_promised_coupon_and_a_forged_one_nothing(told: Any) -> None:
    checkout = "https://shop.example.com/checkout/"
    assert told["went"] == [
        checkout, ["This link does not hold a cart any more."], [],
        checkout, ["ten", "five"],
    ]  # fmt: skip


@needs_php
def test_a_draft_of_the_block_checkout_bears_the_name_of_its_cart(told: Any) -> None:
    """The two are one cart, whichever came first; unasked, the draft is left as it is."""
    step = "she agreed after the block checkout made a draft"
    ((_, (cart, _consent)),) = sent(told, step)
    assert isinstance(cart, records.Checkout)
    named = {"_askback_cart": cart.cart_token}
    assert told["drafts"] == [[], [named, 1], 1, named]
    assert cart.formerly == "7"
    assert sent(told, "she ordered at the block checkout") == []


@needs_php
def test_who_signs_in_again_has_the_same_cart(told: Any) -> None:
    ((_, (first, _)),) = sent(told, "she agreed, signed in")
    ((_, (again, _)),) = sent(told, "she signed in again")
    assert isinstance(first, records.Checkout)
    assert isinstance(again, records.Checkout)
    assert again.external_id == first.external_id
    assert again.customer is not None
    assert again.customer.external_id == "8"


@needs_php
def test_two_requests_at_once_lose_neither_her_yes_nor_her_no(told: Any) -> None:
    """WooCommerce writes sessions back as a whole: the last one to do so wins."""
    ((_, (cart, _)),) = sent(told, "she ticked it while the shipping was calculated")
    assert "checked" in told["still"]
    ((_, (gone, consent)),) = sent(told, "and unticked it")
    assert isinstance(cart, records.Checkout)
    assert gone == records.Deleted(kind="checkout", external_id=cart.external_id)
    assert isinstance(consent, records.ConsentChange)
    assert (consent.email, consent.granted) == ("gil@example.com", False)


@needs_php
def test_nobody_waits_for_us_and_a_slow_answer_is_not_asked_for_again(told: Any) -> None:
    assert told["while_she_waits"] == []
    assert told["until_slow"] == 1
    assert sent(told, "Askback is slow") == []
    ((_, (_cart, consent)),) = sent(told, "Askback is well again")
    assert isinstance(consent, records.ConsentChange)
    assert (consent.email, consent.granted) == ("fay@example.com", True)


@needs_php
def test_a_dozen_things_with_long_hebrew_names_still_come_back(told: Any) -> None:
    assert told["many"] == 13


HERS = {
    "attribute_pa_%d7%a6%d7%91%d7%a2": "%d7%9b%d7%97%d7%95%d7%9c",
    "attribute_print": "AC\\DC",
    "attribute_pa_size": "l",
}
WITH_HER_SHIRT = [[14, 0, 1, []], [50, 51, 2, HERS]]


@needs_php
def test_a_shirt_for_any_colour_comes_back_in_the_colour_that_she_chose(told: Any) -> None:
    """Whatever script its name is in, and beside other lines; a second look changes nothing."""
    assert told["by_choice"] == [WITH_HER_SHIRT, []]
    ((_, (cart, _consent)),) = sent(told, "a shirt of her own choice")
    assert isinstance(cart, records.Checkout)
    chosen = {f"attribute_{key}": value for key, value in cart.lines[1].choices}
    assert (cart.lines[0].choices, chosen) == ((), HERS)
    assert told["many_shirts"] == 10


@needs_php
def test_a_link_of_an_older_companion_without_choices_brings_back_what_it_can(told: Any) -> None:
    assert told["choiceless"] == [0, 41]


@needs_php
def test_a_draft_bears_a_link_only_while_woocommerce_s_own_would_lose_a_line(told: Any) -> None:
    plain, saves, without_it, with_it, placed = told["draft_told"]
    assert plain == without_it == placed == []
    assert saves == 1
    assert with_it == ["_askback_way_back"]


@needs_php
def test_the_link_of_a_draft_brings_every_choice_back_and_names_nobody_s_cart(told: Any) -> None:
    assert told["from_draft"] == [WITH_HER_SHIRT, [], ["ten", "five"], []]
    assert links.is_companions(told["draft_link"])


@needs_php
def test_a_link_that_we_did_not_make_holds_no_cart(told: Any) -> None:
    assert told["forged"] == [None, None, None, None]
    assert told["too_long"] == ""


@needs_php
def test_deleting_the_plugin_removes_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    left = plays(STORY.with_name("uninstall.php"), unpacked(tmp_path))
    assert left["options"] == ["woocommerce_currency"]
    assert left["deleted"] == [
        "\\_transient\\_askback\\_companion\\_%",
        "\\_transient\\_timeout\\_askback\\_companion\\_%",
    ]
    assert left["sessions"] == [
        {"cart": "hers"}, {"cart": 'a "askback_companion" mug'}, {"customer": "another"},
    ]  # fmt: skip
