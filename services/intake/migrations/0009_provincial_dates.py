"""provincial dates

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provincial_due_at", types.Instant(timezone=True), nullable=True))
