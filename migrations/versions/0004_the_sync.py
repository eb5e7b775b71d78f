"""Where we are in asking each store for what it has, and its webhook subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import connector.database

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sync_cursors',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('store_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resource', sa.String(length=16), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('cursor', sa.Text(), nullable=False),
    sa.Column('since', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('fetched', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('unreadable', sa.Integer(), nullable=False),
    sa.Column('last_unreadable', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('trail', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('watermark', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('due_at', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('lease_ends_at', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('started_at', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('finished_at', connector.database.Utc(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_sync_cursors_store_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_cursors')),
    sa.UniqueConstraint('store_id', 'resource', 'purpose', name=op.f('uq_sync_cursors_store_id_resource_purpose'))
    )
    op.create_index('ix_sync_cursors_due', 'sync_cursors', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.create_table('webhook_checks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('store_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('due_at', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('lease_ends_at', connector.database.Utc(timezone=True), nullable=True),
    sa.Column('checked_at', connector.database.Utc(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_webhook_checks_store_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_checks')),
    sa.UniqueConstraint('store_id', name=op.f('uq_webhook_checks_store_id'))
    )
    op.create_index('ix_webhook_checks_due', 'webhook_checks', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.create_table('sync_sightings',
    sa.Column('cursor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('external_id', sa.String(length=128), nullable=False),
    sa.ForeignKeyConstraint(['cursor_id'], ['sync_cursors.id'], name=op.f('fk_sync_sightings_cursor_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cursor_id', 'kind', 'external_id', name=op.f('pk_sync_sightings'))
    )


def downgrade() -> None:
    op.drop_table('sync_sightings')
    op.drop_table('webhook_checks')
    op.drop_table('sync_cursors')
