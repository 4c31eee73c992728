"""provincial's tables. No column holds what a caller said or who called: of a message the digest is kept, files lie sealed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("provincial")

ID = String(64)
KIND = String(20)

messages = Table(
    "messages",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    # The province's number and version are one message.
    Column("number", ID, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("province", ID, nullable=False),
    Column("kind", KIND, nullable=False),
    # Of what it says: a number used for something else is found out.
    Column("digest", LargeBinary(32), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("taken_at", Instant),
    Column("warnings", Json, nullable=False),
)
_m = messages.c
Index(None, _m.tenant_id, _m.received_at, _m.number, _m.version)

orders = Table(
    "orders",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("number", ID, primary_key=True),
    Column("province", ID, nullable=False),
    # Of the message that brought it: a later one of the kind corrects it.
    Column("first_version", BigInteger, nullable=False),
    # Intake's; unset while it has not taken it.
    Column("ticket_id", ID),
    Column("ticket_number", ID, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    # By all that the province has said of it; beside it each word, by the version of its message, and how often it moved.
    Column("provincial_due_at", Instant),
    Column("dates", Json, nullable=False, server_default="[]"),
    Column("moves", BigInteger, nullable=False, server_default="0"),
    # Ours if it were dispatched when it came.
    Column("expected_at", Instant),
    Column("flagged", Boolean, nullable=False),
)
_o = orders.c
Index(None, _o.tenant_id, _o.ticket_id, unique=True)
Index(None, _o.tenant_id, _o.received_at, _o.number)
Index(None, _o.tenant_id, _o.flagged, _o.received_at, _o.number)

# What dispatch said last of a provincial order; it may come before the ticket is known to be one of a link's.
standings = Table(
    "standings",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("ticket_id", ID, primary_key=True),
    Column("order_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    # Ours by the rule, and the one in force; unset while it waits for dispatch.
    Column("due_at", Instant),
    Column("ruling_at", Instant),
    Column("version", BigInteger, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # One key is one message to the province, however often its fact is told.
    Column("key", String(200), nullable=False),
    Column("province", ID, nullable=False),
    # The province's; empty while it is not known whether the ticket is one of the province's.
    Column("number", ID, nullable=False),
    Column("ticket_id", ID, nullable=False),
    Column("kind", KIND, nullable=False),
    Column("content", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    # In real time, as networks fail in it.
    Column("retry_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
_f = feedback.c
Index(None, _f.tenant_id, _f.key, unique=True)
# Asked for in the same words, for a database that plans without knowing values.
WAITING = text("state = 'queued' and number <> ''")
Index("ix_feedback_waiting", _f.province, _f.retry_at, _f.feedback_id, postgresql_where=WAITING, sqlite_where=WAITING)
Index(None, _f.tenant_id, _f.number, _f.state, _f.at, _f.feedback_id)
Index(None, _f.tenant_id, _f.at, _f.feedback_id)
Index(None, _f.tenant_id, _f.state, _f.at, _f.feedback_id)
Index(None, _f.tenant_id, _f.ticket_id, _f.at, _f.feedback_id)

# Tickets of the provincial channel that no link brought: an operator typed them, or the province's own system.
strangers = Table("strangers", metadata, Column("tenant_id", ID, primary_key=True), Column("ticket_id", ID, primary_key=True))

files = Table(
    "files",
    metadata,
    Column("attachment_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("ticket_id", ID, nullable=False),
    # Empty until a reply takes it along.
    Column("feedback_id", ID, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("attached_at", Instant, nullable=False),
    Column("attached_by", ID, nullable=False),
)
Index(None, files.c.tenant_id, files.c.ticket_id, files.c.feedback_id)
Index(None, files.c.feedback_id, files.c.attachment_id)

refusals = Table(
    "refusals",
    metadata,
    Column("refusal_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("province", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("code", KIND, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index(None, refusals.c.tenant_id, refusals.c.at, refusals.c.refusal_id)

polls = Table(
    "polls",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("province", ID, primary_key=True),
    # Where the next page begins, as the province said.
    Column("cursor", String(200), nullable=False),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("province", ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("differences", Json, nullable=False),
)

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)

units = Table(
    "units",
    metadata,
    Column("unit_id", ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)
