"""a write into a store has a last moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    drop_at = sa.Column("drop_at", connector.database.Utc(timezone=True), nullable=True)
    op.add_column("store_writes", drop_at)


def downgrade() -> None:
    op.drop_column("store_writes", "drop_at")
