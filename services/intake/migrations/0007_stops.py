"""stops

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "stops",
        sa.Column("stop_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_stops")),
    )
    with op.batch_alter_table("stops", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stops_tenant_id_at_stop_id"), ["tenant_id", "at", "stop_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stops_tenant_id_phone_hash"), ["tenant_id", "phone_hash"], unique=True)
