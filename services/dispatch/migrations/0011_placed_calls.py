"""placed calls

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    under_way = sa.text("ended_at is null")
    op.create_table(
        "placed_calls",
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", types.Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("ended_at", types.Instant(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("recording", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_placed_calls")),
    )
    with op.batch_alter_table("placed_calls", schema=None) as batch_op:
        batch_op.create_index("uq_placed_calls_under_way", ["order_id"], unique=True, postgresql_where=under_way, sqlite_where=under_way)
