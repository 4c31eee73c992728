"""assisting units

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
        "assists",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("delivered_at", types.Instant(timezone=True), nullable=False),
        sa.Column("signed_in_at", types.Instant(timezone=True), nullable=True),
        sa.Column("contributed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", types.Instant(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_assists")),
    )
    with op.batch_alter_table("assists", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assists_owed",
            ["unit_id", "due_at", "order_id", "number"],
            unique=False,
            postgresql_where=sa.text("contributed_at is null and ended_at is null"),
            sqlite_where=sa.text("contributed_at is null and ended_at is null"),
        )

    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.drop_index("ix_clocks_late_dispatch")
        batch_op.add_column(sa.Column("assisting", sa.String(length=64), server_default="", nullable=False))
        batch_op.drop_constraint("pk_clocks", type_="primary")
        batch_op.create_primary_key("pk_clocks", ["order_id", "round", "kind", "version", "assisting"])
    late = sa.text("kind = '11-2' and late")
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clocks_late_dispatch", ["tenant_id", "deadline_at"], unique=False, postgresql_where=late, sqlite_where=late
        )

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assists", sa.Integer(), server_default="0", nullable=False))
