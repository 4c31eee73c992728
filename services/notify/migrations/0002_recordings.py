"""recordings

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    kept = sa.text("dropped_at is null")
    op.create_table(
        "recordings",
        sa.Column("recording", sa.String(length=200), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("kept_at", types.Instant(timezone=True), nullable=False),
        sa.Column("dropped_at", types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("recording", name=op.f("pk_recordings")),
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index("ix_recordings_kept", ["tenant_id", "kept_at"], unique=False, postgresql_where=kept, sqlite_where=kept)
