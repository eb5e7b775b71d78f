"""all of a user's browsers can be signed out at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays: a process of the former version may still add users meanwhile.
    zero = sa.text("0")
    op.add_column(
        "users", sa.Column("sign_outs", sa.Integer(), nullable=False, server_default=zero)
    )


def downgrade() -> None:
    op.drop_column("users", "sign_outs")
