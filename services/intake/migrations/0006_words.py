"""words

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types
from services.intake.store.types import Tokens

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for column in ("state", "category", "district"):
            batch_op.drop_index(batch_op.f(f"ix_tickets_tenant_id_{column}_received_at"))
            name = batch_op.f(f"ix_tickets_{column}_received_at_ticket_id")
            batch_op.create_index(name, [column, "received_at", "ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_received_at_ticket_id"), ["received_at", "ticket_id"], unique=False)
    op.create_table(
        "ticket_words",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", types.Instant(timezone=True), nullable=False),
        sa.Column("tokens", Tokens(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", name=op.f("pk_ticket_words")),
    )
    op.create_index(op.f("ix_ticket_words_tenant_id_received_at"), "ticket_words", ["tenant_id", "received_at"])
    op.create_index(op.f("ix_ticket_words_received_at_ticket_id"), "ticket_words", ["received_at", "ticket_id"])
    op.create_index(
        "ix_ticket_words_tokens",
        "ticket_words",
        ["tokens"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        sqlite_where=sa.text("tokens is null"),
    )
