"""what a store calls itself whatever its address, and where it was before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NAMES = {"lasting_id": 128, "former_name": 400}
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name, length in _NAMES.items():
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("stores", column)
        op.create_index(op.f(f"ix_stores_{name}"), "stores", [name])
    op.add_column("connect_attempts", sa.Column("formerly_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("connect_attempts", "formerly_id")
    for name in _NAMES:
        op.drop_index(op.f(f"ix_stores_{name}"), table_name="stores")
        op.drop_column("stores", name)
