"""who was erased stays erased; what is told late undoes nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = connector.database.Utc(timezone=True)
_TIMES = (("deliveries", "happened_at"), ("stores", "connected_at"))


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column("store_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("forgotten_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_forgotten_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("store_id", "key", name=op.f("pk_forgotten")),
    )
    for table, column in _TIMES:
        op.add_column(table, sa.Column(column, _TIME, nullable=True))
    # Addresses erased until now are suppressed under the very same key.
    op.execute(
        "INSERT INTO forgotten (store_id, key, forgotten_at) "
        "SELECT store_id, address_key, MAX(suppressed_at) FROM suppressions "
        "WHERE reason = 'erased' GROUP BY store_id, address_key"
    )


def downgrade() -> None:
    for table, column in _TIMES:
        op.drop_column(table, column)
    op.drop_table("forgotten")
