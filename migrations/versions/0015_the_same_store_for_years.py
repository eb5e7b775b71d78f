"""what a store calls itself whatever its address, and where it was before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    lasting = sa.Column("lasting_id", sa.String(length=128), nullable=False, server_default="")
    op.add_column("stores", lasting)
    op.create_index(op.f("ix_stores_lasting_id"), "stores", ["lasting_id"])
    op.add_column("connect_attempts", sa.Column("formerly_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("connect_attempts", "formerly_id")
    op.drop_index(op.f("ix_stores_lasting_id"), table_name="stores")
    op.drop_column("stores", "lasting_id")
