"""what a merchant has to be told about her store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import connector.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_TIME = connector.database.Utc(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("webhook_checks") as checks:
        checks.add_column(
            sa.Column("notices", _JSON, nullable=False, server_default=sa.text("'{}'"))
        )
    op.create_table(
        "capture_refusals",
        sa.Column("store_id", _ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", _TIME, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_capture_refusals_store_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_capture_refusals")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("capture_refusals")
    with op.batch_alter_table("webhook_checks") as checks:
        checks.drop_column("notices")
