"""states that have brought a browser back from a permission page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('spent_states',
    sa.Column('state_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', connector.database.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_spent_states'))
    )


def downgrade() -> None:
    op.drop_table('spent_states')
