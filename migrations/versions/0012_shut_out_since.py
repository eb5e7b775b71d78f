"""since when a store has refused us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = connector.database.Utc(timezone=True)
    op.add_column("stores", sa.Column("shut_out_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("stores", "shut_out_at")
