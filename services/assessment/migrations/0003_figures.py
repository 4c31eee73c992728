"""figures

Revision: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("sums", schema=None) as batch_op:
        batch_op.drop_index("ix_sums_compared")
        batch_op.create_index(
            "ix_sums_figured", ["tenant_id", "rate", "kind", "key", "day", "counted", "hits", "handling_tenant_id"], unique=False
        )
