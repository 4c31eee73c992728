"""previews

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    still_open = sa.text("closed_at is null")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_open", ["tenant_id", "order_id"], unique=False, postgresql_where=still_open, sqlite_where=still_open
        )
