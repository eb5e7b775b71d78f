"""the notes beside an order in the store, and the gateway's reason that stands in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = connector.database.Utc(timezone=True)
_NOTED = sa.text("state IN ('failed', 'pending', 'on_hold', 'cancelled')")


def upgrade() -> None:
    op.create_table(
        "order_notes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("store_id", _ID, nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("order_external_id", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("for_customer", sa.Boolean(), nullable=False),
        sa.Column("written_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_order_notes_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
        sa.UniqueConstraint(
            "store_id", "external_id", name=op.f("uq_order_notes_store_id_external_id")
        ),
    )
    op.create_index(
        op.f("ix_order_notes_store_id_order_external_id"),
        "order_notes",
        ["store_id", "order_external_id"],
    )
    op.add_column("orders", sa.Column("notes_read_at", _TIME, nullable=True))
    op.create_index(
        "ix_orders_noted",
        "orders",
        ["store_id", "updated_at"],
        sqlite_where=_NOTED,
        postgresql_where=_NOTED,
    )
    with op.batch_alter_table("checkouts") as checkouts:
        checkouts.add_column(
            sa.Column("failure_noted", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
    # No gateway said so: it was our own way of saying that nobody had given a reason.
    op.execute(
        "UPDATE checkouts SET payment_failure = '' "
        "WHERE payment_failure = 'the store marked the order as failed'"
    )


def downgrade() -> None:
    with op.batch_alter_table("checkouts") as checkouts:
        checkouts.drop_column("failure_noted")
    op.drop_index("ix_orders_noted", table_name="orders")
    op.drop_column("orders", "notes_read_at")
    op.drop_table("order_notes")
