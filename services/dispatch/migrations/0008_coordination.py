"""coordination

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "coordinations",
        sa.Column("coordination_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", types.Instant(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("disputing_unit_id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", types.Instant(timezone=True), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("documented_on", sa.String(length=10), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("lead_unit_id", sa.String(length=64), nullable=False),
        sa.Column("assisting", types.Json, nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("closed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("party_people", types.Json, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("coordination_id", name=op.f("pk_coordinations")),
    )
    with op.batch_alter_table("coordinations", schema=None) as batch_op:
        batch_op.create_index("ix_coordinations_opened", ["tenant_id", "opened_at", "coordination_id"], unique=False)
        batch_op.create_index("ix_coordinations_order", ["order_id", "opened_at"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("minute_id", sa.String(length=64), nullable=False),
        sa.Column("coordination_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("minute_id", name=op.f("pk_minutes")),
    )
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.create_index("ix_minutes_coordination", ["coordination_id", "minute_id"], unique=False)

    op.create_table(
        "participants",
        sa.Column("coordination_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("coordination_id", "unit_id", name=op.f("pk_participants")),
    )
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.create_index("ix_participants_unit", ["unit_id", "coordination_id"], unique=False)

    op.create_table(
        "precedents",
        sa.Column("coordination_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead_unit_id", sa.String(length=64), nullable=False),
        sa.Column("assisting", types.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", types.Instant(timezone=True), nullable=False),
        sa.Column("party_people", types.Json, nullable=False),
        sa.PrimaryKeyConstraint("coordination_id", name=op.f("pk_precedents")),
    )
    with op.batch_alter_table("precedents", schema=None) as batch_op:
        batch_op.create_index("ix_precedents_category", ["tenant_id", "category"], unique=False)
