"""moved dates

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
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dates", types.Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("moves", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ruling_at", types.Instant(timezone=True), nullable=True))
