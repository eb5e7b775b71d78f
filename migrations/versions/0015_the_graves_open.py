"""what was dropped may come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TIME = connector.database.Utc(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("tombstones") as table:
        table.alter_column("deleted_at", existing_type=_TIME, nullable=True)
        table.add_column(sa.Column("risen_at", _TIME, nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM tombstones WHERE deleted_at IS NULL OR risen_at >= deleted_at")
    with op.batch_alter_table("tombstones") as table:
        table.drop_column("risen_at")
        table.alter_column("deleted_at", existing_type=_TIME, nullable=False)
