"""reveals

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
    revealed = sa.text("verb IN ('reveal_contact')")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_journal_revealed",
            ["tenant_id", "at", "subject", "number"],
            unique=False,
            postgresql_where=revealed,
            sqlite_where=revealed,
        )
