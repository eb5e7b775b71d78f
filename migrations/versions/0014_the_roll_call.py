"""each thing is asked for by its name: how far the roll call has come, and checkouts' numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NOTHING = sa.text("''")
_COLUMNS = (("checkouts", "number", 64), ("sync_cursors", "asked_through", 128))


def upgrade() -> None:
    for table, column, length in _COLUMNS:
        with op.batch_alter_table(table) as changed:
            changed.add_column(
                sa.Column(column, sa.String(length), nullable=False, server_default=_NOTHING)
            )


def downgrade() -> None:
    for table, column, _ in _COLUMNS:
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
