"""language

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=35), server_default="", nullable=False))
