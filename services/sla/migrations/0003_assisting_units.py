"""assisting units

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assisting", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assisting", sa.String(length=64), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("uq_turns_standing"), sqlite_where=sa.text("lit = 1 and voided_at is null"))
        batch_op.create_index(
            "uq_turns_standing",
            ["order_id", "round", "kind", "deadline_version", "assisting", "light"],
            unique=True,
            postgresql_where=sa.text("lit and voided_at is null"),
            sqlite_where=sa.text("lit = 1 and voided_at is null"),
        )

    with op.batch_alter_table("urgings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assisting", sa.String(length=64), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("uq_urgings_date"))
        batch_op.create_index("uq_urgings_date", ["order_id", "round", "kind", "deadline_version", "assisting"], unique=True)
