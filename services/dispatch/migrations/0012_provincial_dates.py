"""provincial dates

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provincial_due_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("provincial_since", types.Instant(timezone=True), nullable=True))

    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_at", types.Instant(timezone=True), nullable=True))

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_due_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_version", sa.BigInteger(), server_default="0", nullable=False))
