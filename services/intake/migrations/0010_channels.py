"""channels

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
    of_callers = sa.text("channel IN ('wechat', 'app', 'mayor_mailbox')")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tickets_registered_by",
            ["tenant_id", "registered_by", "received_at", "ticket_id"],
            unique=False,
            postgresql_where=of_callers,
            sqlite_where=of_callers,
        )
