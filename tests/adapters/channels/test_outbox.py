"""The developer's mailbox keeps what would have been sent, once."""

from connector.messages.models import Mail
from connector.ports.channel import Outgoing
from tests.road import Road


def test_a_letter_sent_twice_lies_in_the_mailbox_once(road: Road) -> None:
    letter = Outgoing(
        key="message-7", to="ann@example.com", sender="shop@example.com", sender_name="Mugs",
        subject="You left two blue mugs behind", text="Was it the price?", html="<p>Price?</p>",
        headers={"List-Unsubscribe": "<https://ask.example.com/u/token>"},
    )  # fmt: skip
    email = road.machine.channels["email"]
    assert email.send(letter).provider_id == "outbox:message-7"
    email.send(letter)
    (mail,) = road.rows(Mail)
    assert (mail.to_address, mail.sender, mail.subject) == (
        "ann@example.com", "Mugs <shop@example.com>", "You left two blue mugs behind",
    )  # fmt: skip
    assert (mail.text, mail.html) == ("Was it the price?", "<p>Price?</p>")
    assert mail.headers["List-Unsubscribe"] == "<https://ask.example.com/u/token>"
