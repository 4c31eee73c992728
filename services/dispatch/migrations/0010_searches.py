"""searches

Revision: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    lit = sa.text("light <> 'none'")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_category_formed", ["tenant_id", "category", "formed_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_lit", ["tenant_id", "formed_at", "order_id"], postgresql_where=lit, sqlite_where=lit)
