"""bursts by place

Revision: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("bursts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bursts_tenant_id_category_last_at"), ["tenant_id", "category", "last_at"], unique=False)

    with op.batch_alter_table("burst_tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_burst_tickets_ticket_id"))
