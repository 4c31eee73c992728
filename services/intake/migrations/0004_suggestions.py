"""suggestions

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "category_models",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serves", sa.Boolean(), nullable=False),
        sa.Column("trained_at", types.Instant(timezone=True), nullable=False),
        sa.Column("trained_on", types.Json, nullable=False),
        sa.Column("figures", types.Json, nullable=False),
        sa.Column("against", types.Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version", name=op.f("pk_category_models")),
    )
    grouped = sa.text("group_ticket_id <> ''")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_ticket_id", sa.String(length=64), server_default="", nullable=False))
        batch_op.create_index(
            "ix_tickets_group", ["tenant_id", "group_ticket_id"], unique=False, postgresql_where=grouped, sqlite_where=grouped
        )
