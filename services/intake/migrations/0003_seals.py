"""seals

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
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_at", ["at"], unique=False)

    with op.batch_alter_table("seals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(length=64), server_default="", nullable=False))
