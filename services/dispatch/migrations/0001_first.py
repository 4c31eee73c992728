"""first

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

from chassis.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "clocks",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(length=10), nullable=False),
        sa.Column("trigger_at", types.Instant(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("deadline_at", types.Instant(timezone=True), nullable=False),
        sa.Column("yellow_at", types.Instant(timezone=True), nullable=True),
        sa.Column("red_at", types.Instant(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar_revision", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("held_at", types.Instant(timezone=True), nullable=True),
        sa.Column("stopped_at", types.Instant(timezone=True), nullable=True),
        sa.Column("counted_from", sa.Integer(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "round", "kind", "version", name=op.f("pk_clocks")),
    )
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clocks_late_dispatch",
            ["tenant_id", "deadline_at"],
            unique=False,
            postgresql_where=sa.text("kind = '11-2' and late"),
            sqlite_where=sa.text("kind = '11-2' and late"),
        )

    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("handled_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox")),
        info={"shared": True},
    )
    op.create_table(
        "journal",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("handling_tenant_id", sa.String(length=64), nullable=True),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("article", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("subject", "number", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_tenant_id_at", ["tenant_id", "at"], unique=False)

    op.create_table(
        "journal_heads",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_journal_heads")),
        info={"shared": True},
    )
    op.create_table(
        "orders",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("handling_tenant_id", sa.String(length=64), nullable=True),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("outer_order_id", sa.String(length=64), nullable=False),
        sa.Column("outer_tenant_id", sa.String(length=64), nullable=False),
        sa.Column("formed_at", types.Instant(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("party_units", types.Json, nullable=False),
        sa.Column("party_people", types.Json, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("handlers", types.Json, nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("coordinate_since", types.Instant(timezone=True), nullable=True),
        sa.Column("closing", sa.String(length=20), nullable=True),
        sa.Column("closed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(timezone=True), nullable=False),
        sa.Column("due_kind", sa.String(length=12), nullable=False),
        sa.Column("answered_at", types.Instant(timezone=True), nullable=True),
        sa.Column("since", types.Instant(timezone=True), nullable=False),
        sa.Column("light", sa.String(length=8), nullable=False),
        sa.Column("light_version", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.String(length=16), nullable=False),
        sa.Column("pending_since", types.Instant(timezone=True), nullable=True),
        sa.Column("decide_by", types.Instant(timezone=True), nullable=True),
        sa.Column("escalated_at", types.Instant(timezone=True), nullable=True),
        sa.Column("calendar_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_calendar",
            ["tenant_id", "calendar_version"],
            unique=False,
            postgresql_where=sa.text("closed_at is null"),
            sqlite_where=sa.text("closed_at is null"),
        )
        batch_op.create_index(
            "ix_orders_decide_by",
            ["decide_by"],
            unique=False,
            postgresql_where=sa.text("decide_by is not null and escalated_at is null"),
            sqlite_where=sa.text("decide_by is not null and escalated_at is null"),
        )
        batch_op.create_index("ix_orders_handling_formed", ["handling_tenant_id", "formed_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_handling_state_due", ["handling_tenant_id", "state", "due_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_number", ["number"], unique=False)
        batch_op.create_index(
            "ix_orders_outer",
            ["outer_order_id"],
            unique=False,
            postgresql_where=sa.text("outer_order_id <> ''"),
            sqlite_where=sa.text("outer_order_id <> ''"),
        )
        batch_op.create_index("ix_orders_tenant_formed", ["tenant_id", "formed_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_tenant_state_due", ["tenant_id", "state", "due_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_tenant_state_since", ["tenant_id", "state", "since", "order_id"], unique=False)
        batch_op.create_index("ix_orders_ticket", ["ticket_id"], unique=False)
        batch_op.create_index("ix_orders_unit_formed", ["unit_id", "formed_at", "order_id"], unique=False)
        batch_op.create_index("ix_orders_unit_state_due", ["unit_id", "state", "due_at", "order_id"], unique=False)
        batch_op.create_index(
            "ix_orders_waiting",
            ["tenant_id", "pending_since", "order_id"],
            unique=False,
            postgresql_where=sa.text("pending <> ''"),
            sqlite_where=sa.text("pending <> ''"),
        )

    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("aggregate", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("trace", sa.String(length=64), server_default="", nullable=False),
        sa.Column("told_at", types.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
        info={"shared": True},
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_unsent", ["seq"], unique=False, postgresql_where=sa.text("sent_at is null"), sqlite_where=sa.text("sent_at is null")
        )

    op.create_table(
        "requests",
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("caller_id", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=120), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "caller_id", "method", "request_id", name=op.f("pk_requests")),
        info={"shared": True},
    )
    op.create_table(
        "retells",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", types.Instant(timezone=True), nullable=False),
        sa.Column("done_at", types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retells")),
        info={"shared": True},
    )
    op.create_table(
        "retries",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("told", types.Json, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("next_at", types.Instant(timezone=True), nullable=True),
        sa.Column("parked_at", types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_retries")),
        info={"shared": True},
    )
    with op.batch_alter_table("retries", schema=None) as batch_op:
        batch_op.create_index("ix_retries_next_at", ["next_at"], unique=False)
        batch_op.create_index("ix_retries_parked_at", ["parked_at"], unique=False)

    op.create_table(
        "revocations",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("issued_before", types.Instant(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_revocations")),
        info={"shared": True},
    )
    op.create_table(
        "rounds",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("delivered_at", types.Instant(timezone=True), nullable=False),
        sa.Column("signed_in_at", types.Instant(timezone=True), nullable=True),
        sa.Column("reported_at", types.Instant(timezone=True), nullable=True),
        sa.Column("replied_at", types.Instant(timezone=True), nullable=True),
        sa.Column("passed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", types.Instant(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.Column("late_return", sa.Boolean(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("promises", sa.Integer(), nullable=False),
        sa.Column("deficient", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", types.Instant(timezone=True), nullable=True),
        sa.Column("last_at", types.Instant(timezone=True), nullable=True),
        sa.Column("link_sent_at", types.Instant(timezone=True), nullable=True),
        sa.Column("link_until", types.Instant(timezone=True), nullable=True),
        sa.Column("unreachable_at", types.Instant(timezone=True), nullable=True),
        sa.Column("process", sa.String(length=12), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.Column("rated_at", types.Instant(timezone=True), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_rounds")),
    )
    op.create_table(
        "seals",
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("sealed_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service", "tenant_id", "day", name=op.f("pk_seals")),
        info={"shared": True},
    )
    op.create_table(
        "token_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("retired_at", types.Instant(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_token_keys")),
        info={"shared": True},
    )
