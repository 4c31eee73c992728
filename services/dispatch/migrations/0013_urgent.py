"""urgent orders that are open

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

URGENT = sa.text("urgent and closed_at is null")


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_urgent", ["due_at", "order_id"], unique=False, postgresql_where=URGENT, sqlite_where=URGENT)
