"""of each checkout, the newest telling that was no list's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checkouts") as checkouts:
        checkouts.add_column(
            sa.Column(
                "heard_version", sa.String(length=80), nullable=False, server_default=sa.text("''")
            )
        )
    # Nobody noted who told what is kept: it counts as heard, and the next webhook decides.
    op.execute("UPDATE checkouts SET heard_version = version")


def downgrade() -> None:
    with op.batch_alter_table("checkouts") as checkouts:
        checkouts.drop_column("heard_version")
