"""urgency

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "urgent_told",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "at", "unit_id", name=op.f("pk_urgent_told")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent_kind", sa.String(length=16), server_default="", nullable=False))

    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("breached", sa.Boolean(), server_default=sa.false(), nullable=False))
