"""paces

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "paces",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("since", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_paces")),
        info={"shared": True},
    )
