"""second factors

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
        "second_factors",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("enrolment_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", types.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("enrolment_hash", name=op.f("uq_second_factors_enrolment_hash")),
    )
