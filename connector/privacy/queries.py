"""What the merchant is told about the forgetting of her store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.privacy import rules
from connector.privacy.models import PrivacyRequest, RequestState
from connector.records import PrivacyKind
from connector.stores.models import Store

TOLD_FOR = timedelta(days=30)
"""How long the page of her stores says that a part was erased before she came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """`erased_at`: when it will be forgotten, None: it will not; `lost`: rows that were erased
    before it was connected again."""

    erased_at: datetime | None
    lost: int


def leaving(session: Session, store: Store, now: datetime) -> Leaving:
    """Is this store about to be forgotten, or was it half?"""
    asked = session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.store_id == store.id, PrivacyRequest.kind == PrivacyKind.ERASE_STORE)
        .order_by(PrivacyRequest.due_at)
    ).all()
    coming = [one.due_at for one in asked if one.due_at and not rules.is_back(store, one)]
    lost = [
        sum(one.counts.values())
        for one in asked
        if one.state == RequestState.VOID and one.done_at and one.done_at > now - TOLD_FOR
    ]
    return Leaving(erased_at=min(coming, default=None), lost=sum(lost))
