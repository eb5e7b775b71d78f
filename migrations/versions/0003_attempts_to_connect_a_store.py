"""attempts to connect a store by a click."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.database
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('connect_attempts',
    sa.Column('id', _ID, nullable=False),
    sa.Column('account_id', _ID, nullable=False),
    sa.Column('platform', sa.String(length=32), nullable=False),
    sa.Column('base_url', sa.String(length=400), nullable=False),
    sa.Column('nonce_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('keys', sa.LargeBinary(), nullable=True),
    sa.Column('store_id', _ID, nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', connector.database.Utc(timezone=True), nullable=False),
    sa.Column('expires_at', connector.database.Utc(timezone=True), nullable=False),
    sa.Column('due_at', connector.database.Utc(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_connect_attempts_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_connect_attempts_store_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connect_attempts')),
    sa.UniqueConstraint('nonce_hash', name=op.f('uq_connect_attempts_nonce_hash'))
    )
    op.create_index('ix_connect_attempts_due_at', 'connect_attempts', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index(op.f('ix_connect_attempts_expires_at'), 'connect_attempts', ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_connect_attempts_expires_at'), table_name='connect_attempts')
    op.drop_index('ix_connect_attempts_due_at', table_name='connect_attempts', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.drop_table('connect_attempts')
