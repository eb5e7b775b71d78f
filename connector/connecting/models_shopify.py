"""States that have brought a browser back from Shopify's permission page: each does so once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base


class SpentState(Base):
    """One used state, by its digest; of no use, and removed, once the state would be too old.

    Only what Shopify has signed and this browser had asked for is ever written here, so a
    stranger cannot fill the table.
    """

    __tablename__ = "spent_states"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
