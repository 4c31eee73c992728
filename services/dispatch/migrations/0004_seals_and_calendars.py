"""seals and calendars

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("calendars", schema=None) as batch_op:
        batch_op.drop_column("applied")

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_at", ["at"], unique=False)

    with op.batch_alter_table("seals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(length=64), server_default="", nullable=False))
