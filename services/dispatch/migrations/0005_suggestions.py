"""suggestions

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    closed, returned = sa.text("closed_at is not null"), sa.text("returns > 0")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_closed", ["tenant_id", "category", "closed_at"], unique=False, postgresql_where=closed, sqlite_where=closed
        )
        batch_op.create_index(
            "ix_orders_returned", ["tenant_id", "category", "formed_at"], unique=False, postgresql_where=returned, sqlite_where=returned
        )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duties", types.Json, server_default="[]", nullable=False))
        batch_op.create_index("ix_units_tenant", ["tenant_id"], unique=False)
