"""Signed-in browsers: a signed cookie names the user, and can be ended from afar.

The cookie bears the number of times that the user had signed out everywhere when it was made. A
signature alone would let a stolen one in until it runs out, whatever its owner did.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.stores.models import LoginToken, User

_USER, _SIGN_OUTS = "user_id", "sign_outs"


def begin(browser: MutableMapping[str, Any], user: User) -> None:
    """Let this browser in as the user; `browser` is its session, signed by us."""
    browser[_USER], browser[_SIGN_OUTS] = user.id, user.sign_outs


def user_of(session: Session, browser: Mapping[str, Any]) -> User | None:
    """The user whom this browser's session names, unless she has signed out everywhere since.

    A session of before there was a number bears none: it counts as the first.
    """
    user_id, sign_outs = browser.get(_USER), browser.get(_SIGN_OUTS, 0)
    user = session.get(User, user_id) if isinstance(user_id, int) else None
    return user if user and user.sign_outs == sign_outs else None


def end_all(session: Session, user: User, now: datetime) -> None:
    """No browser is signed in as her any more, and no link on its way signs one in."""
    session.execute(update(User).where(User.id == user.id).values(sign_outs=User.sign_outs + 1))
    session.execute(
        update(LoginToken)
        .where(LoginToken.user_id == user.id, LoginToken.used_at.is_(None))
        .values(used_at=now)
    )
