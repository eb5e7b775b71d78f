"""Mail over SMTP: what leaves, over which connection, and what each failure means."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from adapters.channels.email_smtp import MISCONFIGURED_SECONDS, EmailSmtp
from connector.errors import OutcomeUnknown, Permanent, Retryable
from connector.ports.channel import Outgoing
from tests.adapters.channels import certificates, postmaster
from tests.adapters.channels.postmaster import Postmaster

SHOP = "shop@shop.example.com"
LETTER = Outgoing(
    key="message-7",
    to="ann@example.com",
    to_name="Ann Ash",
    sender=SHOP,
    sender_name="Mugs & More",
    subject="You left two blue mugs behind",
    text="Was it the price?\n.\nYours, Mugs\n",
    html="<p>Was it the price?</p>",
    reply_to="help@shop.example.com",
    headers={
        "List-Unsubscribe": "<https://ask.example.com/u/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)


@pytest.fixture
def post() -> Iterator[Postmaster]:
    with postmaster.listening() as office:
        yield office


@contextmanager
def channel(url: str, **options: Any) -> Iterator[EmailSmtp]:
    made = EmailSmtp(url, SHOP, **options)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def email(post: Postmaster) -> Iterator[EmailSmtp]:
    with channel(f"smtp://{post.url}") as made:
        yield made


def test_a_letter_arrives_as_text_and_html_with_its_headers(
    email: EmailSmtp, post: Postmaster
) -> None:
    accepted = email.send(LETTER)
    mail = post.only_mail()
    assert post.envelopes == [(SHOP, ["ann@example.com"])]
    assert mail["From"] == "Mugs & More <shop@shop.example.com>"
    assert mail["To"] == "Ann Ash <ann@example.com>"
    assert mail["Subject"] == "You left two blue mugs behind"
    assert mail["Reply-To"] == "help@shop.example.com"
    assert mail["List-Unsubscribe"] == "<https://ask.example.com/u/token>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"] is not None
    assert mail["Message-ID"] == accepted.provider_id
    assert mail["Message-ID"].endswith("@shop.example.com>")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content().splitlines() for part in mail.iter_parts())
    assert text == ["Was it the price?", ".", "Yours, Mugs"]
    assert html == ["<p>Was it the price?</p>"]


def test_the_same_message_bears_the_same_id_on_every_try(
    email: EmailSmtp, post: Postmaster
) -> None:
    first, second = email.send(LETTER), email.send(LETTER)
    other = email.send(replace(LETTER, key="message-8"))
    assert first == second
    assert other != first


def test_names_and_subjects_in_any_script_arrive_as_written(
    email: EmailSmtp, post: Postmaster
) -> None:
    email.send(
        replace(
            LETTER,
            to_name="נועה לוי",
            sender_name="متجر الأكواب",
            subject="שכחת שני ספלים 💙 " + "ארוך " * 30 + "סוף",
            text="Из-за цены?",
            html='<p dir="rtl">המחיר?</p>',
        )
    )
    mail = post.only_mail()
    assert mail["To"].addresses[0].display_name == "נועה לוי"
    assert mail["From"].addresses[0].display_name == "متجر الأكواب"
    assert mail["Subject"] == "שכחת שני ספלים 💙 " + "ארוך " * 30 + "סוף"
    assert [part.get_content().strip() for part in mail.iter_parts()] == [
        "Из-за цены?",
        '<p dir="rtl">המחיר?</p>',
    ]
    assert post.mails[0].isascii()


def test_a_domain_in_any_script_is_written_to_as_dns_knows_it(
    email: EmailSmtp, post: Postmaster
) -> None:
    email.send(replace(LETTER, to="ann@bücher.example.com"))
    assert post.envelopes == [(SHOP, ["ann@xn--bcher-kva.example.com"])]


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x00"])
@pytest.mark.parametrize("field", ["subject", "sender_name", "to_name"])
def test_nothing_can_be_smuggled_into_the_headers(
    email: EmailSmtp, post: Postmaster, field: str, line_break: str
) -> None:
    email.send(replace(LETTER, **{field: f"Mugs{line_break}Bcc: eve@example.com"}))
    assert post.envelopes == [(SHOP, ["ann@example.com"])]
    assert post.only_mail()["Bcc"] is None
    head = post.mails[0].partition(b"\r\n\r\n")[0]
    assert not any(line.startswith(b"Bcc") for line in head.splitlines())


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "ann@example.com\r\nRCPT TO:<eve@example.com>"},
        {"to": "ann@example.com, eve@example.com"},
        {"to": "nobody"},
        {"to": "@example.com"},
        {"to": "ann@" + "x" * 70 + ".com"},
        {"to": "άννα@example.com"},
        {"reply_to": "help@example.com\nBcc: eve@example.com"},
        {"headers": {"X-Mark": "one\r\nBcc: eve@example.com"}},
        {"headers": {"X Mark": "one"}},
        {"headers": {"Subject": "another"}},
        {"text": "half a letter \ud800"},
    ],
)
def test_what_cannot_be_a_mail_is_refused_for_good_and_nothing_leaves(
    email: EmailSmtp, post: Postmaster, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Permanent):
        email.send(replace(LETTER, **wrong))
    assert post.mails == []


def test_many_letters_leave_over_one_connection(email: EmailSmtp, post: Postmaster) -> None:
    for number in range(20):
        email.send(replace(LETTER, key=f"message-{number}"))
    assert (len(post.mails), post.connections) == (20, 1)


def test_each_thread_has_its_own_connection(email: EmailSmtp, post: Postmaster) -> None:
    threads = [threading.Thread(target=email.send, args=(LETTER,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(post.mails), post.connections) == (3, 3)


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(
    email: EmailSmtp, post: Postmaster
) -> None:
    email.send(LETTER)
    post.hangs_up_at = "MAIL"
    email.send(replace(LETTER, key="message-8"))
    assert (len(post.mails), post.connections) == (2, 2)


def test_a_refused_address_is_refused_for_good_and_the_next_letter_leaves(
    email: EmailSmtp, post: Postmaster
) -> None:
    post.replies["RCPT"] = "550 5.1.1 <ann@example.com> does not live here"
    with pytest.raises(Permanent) as refusal:
        email.send(LETTER)
    assert str(refusal.value) == ("the address was not accepted: 550 5.1.1 <…> does not live here")
    assert not isinstance(refusal.value, Retryable)
    post.replies.clear()
    email.send(LETTER)
    assert (len(post.mails), post.connections) == (1, 1)


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_letter_refused_for_now_is_tried_again_later(
    email: EmailSmtp, post: Postmaster, stage: str
) -> None:
    post.replies[stage] = "451 4.7.1 greylisted, come back later"
    with pytest.raises(Retryable) as later:
        email.send(LETTER)
    assert not isinstance(later.value, OutcomeUnknown)
    assert later.value.after_seconds is None


def test_content_that_is_refused_is_refused_for_good(email: EmailSmtp, post: Postmaster) -> None:
    post.replies["DATA"] = "554 5.7.1 looks like spam"
    with pytest.raises(Permanent, match=r"554 5\.7\.1 looks like spam"):
        email.send(LETTER)


def test_a_server_that_takes_no_mail_from_us_is_a_matter_for_humans_not_for_this_letter(
    email: EmailSmtp, post: Postmaster
) -> None:
    post.replies["MAIL"] = "550 5.7.1 sender not allowed"
    with pytest.raises(Retryable) as refusal:
        email.send(LETTER)
    assert refusal.value.after_seconds == MISCONFIGURED_SECONDS


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_connection_broken_before_the_content_means_certainly_not_sent(
    email: EmailSmtp, post: Postmaster, stage: str
) -> None:
    post.hangs_up_at = stage
    with pytest.raises(Retryable) as broken:
        email.send(LETTER)
    assert not isinstance(broken.value, OutcomeUnknown)
    email.send(LETTER)
    assert len(post.mails) == 1


def test_a_connection_broken_after_the_last_byte_means_perhaps_sent(
    email: EmailSmtp, post: Postmaster
) -> None:
    post.hangs_up_at = "DATA"
    with pytest.raises(OutcomeUnknown):
        email.send(LETTER)


def test_no_server_means_certainly_not_sent() -> None:
    with postmaster.silent() as address:
        pass
    with channel(f"smtp://{address}") as email, pytest.raises(Retryable) as away:
        email.send(LETTER)
    assert not isinstance(away.value, OutcomeUnknown)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with (
        postmaster.silent() as address,
        channel(f"smtp://{address}", seconds=0.2) as email,
        pytest.raises(Retryable, match="no connection to the mail server"),
    ):
        email.send(LETTER)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificates.contexts(tmp_path_factory.mktemp("tls"))


@contextmanager
def signs_in(context: ssl.SSLContext) -> Iterator[Postmaster]:
    with postmaster.listening(
        authenticator=postmaster.authenticate,
        auth_required=True,
        tls_context=context,
        require_starttls=True,
    ) as post:
        yield post


def test_we_sign_in_with_name_and_password_behind_encryption(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = tls
    with signs_in(server) as post:
        url = f"smtp://user:letmein%25%2F%40@{post.url}?starttls=1"
        with channel(url, tls=client) as email:
            email.check()
            email.send(LETTER)
        assert len(post.mails) == 1


def test_a_wrong_password_loses_no_letter_but_waits_for_a_human(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = tls
    with signs_in(server) as post:
        url = f"smtp://user:wrong@{post.url}?starttls=1"
        with channel(url, tls=client) as email, pytest.raises(Retryable) as refusal:
            email.send(LETTER)
        assert refusal.value.after_seconds == MISCONFIGURED_SECONDS
        assert "wrong" not in str(refusal.value)
        assert post.mails == []


def test_a_server_with_somebody_elses_certificate_gets_no_password(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, _ = tls
    with signs_in(server) as post:
        url = f"smtp://user:secret@{post.url}?starttls=1"
        with channel(url) as email, pytest.raises(Retryable) as refusal:
            email.send(LETTER)
    assert refusal.value.after_seconds == MISCONFIGURED_SECONDS
    assert post.mails == []


def test_a_server_that_speaks_tls_from_the_first_byte(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = tls
    with postmaster.listening(ssl_context=server) as post:
        with channel(f"smtps://{post.url}", tls=client) as email:
            email.send(LETTER)
        assert len(post.mails) == 1


def test_without_the_encryption_that_was_asked_for_nothing_is_said(post: Postmaster) -> None:
    with (
        channel(f"smtp://user:secret@{post.url}?starttls=1") as email,
        pytest.raises(Retryable) as refusal,
    ):
        email.send(LETTER)
    assert refusal.value.after_seconds == MISCONFIGURED_SECONDS
    assert post.mails == []
