"""all of a user's browsers can be signed out; a line remembers what was chosen of its variant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    # The defaults stay: a process of the former version may still add rows meanwhile.
    zero, nothing = sa.text("0"), sa.text("'{}'")
    op.add_column(
        "users", sa.Column("sign_outs", sa.Integer(), nullable=False, server_default=zero)
    )
    op.add_column(
        "checkout_lines", sa.Column("choices", _JSON, nullable=False, server_default=nothing)
    )


def downgrade() -> None:
    op.drop_column("checkout_lines", "choices")
    op.drop_column("users", "sign_outs")
