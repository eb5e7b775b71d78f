"""The developer's mailbox shows mails as they are, where nothing they hold can act."""

from __future__ import annotations

from pathlib import Path

from connector import bootstrap, settings
from connector.stores import actions
from connector.web import create_app
from tests.busy_store import ANN
from tests.fakes import MUG
from tests.merchant import MERCHANT, Merchant
from tests.road import Road, environment


def test_mails_are_listed_newest_first_and_opened(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    merchant.opens("/app/mailbox")
    newest, oldest = (merchant.reads().index(one) for one in reversed(road.mailbox.subjects(ANN)))
    assert newest < oldest
    merchant.opens("/app/mailbox/1")
    assert f"To {ANN}" in merchant.reads()
    assert "List-Unsubscribe-Post List-Unsubscribe=One-Click" in merchant.reads()
    assert "What actually stopped you from completing the purchase?" in merchant.reads()


def test_a_mails_html_may_do_nothing_but_show_itself(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(hours=2)
    page = merchant.opens("/app/mailbox/1/html")
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    assert '<base target="_blank">' in page.text
    frame = merchant.opens("/app/mailbox/1").text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


def test_where_mails_really_leave_there_is_no_mailbox(sqlite_url: str, tmp_path: Path) -> None:
    environ = environment(
        tmp_path, sqlite_url, SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="shop@example.com"
    )
    machine = bootstrap.build(settings.read(environ))
    with machine.database.transaction() as session:
        account = actions.the_account(session, machine.now())
        user = actions.user_for(session, MERCHANT, machine.now(), account=account)
    client = create_app(machine).test_client()
    with client.session_transaction() as browser:
        browser["user_id"] = user.id
    assert client.get("/app/stores").status_code == 200
    assert "/app/mailbox" not in client.get("/app/stores").text
    for path in ("/app/mailbox", "/app/mailbox/1", "/app/mailbox/1/html"):
        assert client.get(path).status_code == 404
    machine.database.close()
