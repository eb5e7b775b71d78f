"""What lies in the inbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.inbox.models import Delivery, DeliveryState
from connector.stores.models import Store


def summary(
    session: Session, *, state: str = "", store_id: int | None = None, limit: int = 100
) -> dict[str, Any]:
    """{"total": n, "by_state": {state: n}, "deliveries": [newest first]}; bodies stay inside."""
    counts = select(Delivery.state, func.count().label("total")).group_by(Delivery.state)
    listed = (
        select(Delivery, Store.key, Store.platform)
        .join(Store, Store.id == Delivery.store_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if store_id is not None:
        counts = counts.where(Delivery.store_id == store_id)
        listed = listed.where(Delivery.store_id == store_id)
    if state:
        listed = listed.where(Delivery.state == DeliveryState(state))
    by_state = {row.state: row.total for row in session.execute(counts)}
    return {
        "total": sum(by_state.values()),
        "by_state": {one.value: by_state.get(one.value, 0) for one in DeliveryState},
        "deliveries": [
            {
                "id": delivery.id,
                "store_key": key,
                "platform": platform,
                "topic": delivery.topic,
                "state": delivery.state,
                "reason": delivery.reason,
                "tries": delivery.tries,
                "received_at": delivery.received_at.isoformat(),
                "applied_at": delivery.applied_at.isoformat() if delivery.applied_at else None,
            }
            for delivery, key, platform in session.execute(listed)
        ],
    }
