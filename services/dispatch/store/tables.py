"""dispatch's tables. An order and everything below it is its tenant's; a district reaches what it handles through `orders`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false, text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("dispatch")


def id_column(name: str, *, key: bool = False) -> Column[str]:
    """A column of ids."""
    return Column(name, String(64), primary_key=key, nullable=False)


orders = Table(
    "orders",
    metadata,
    id_column("order_id", key=True),
    id_column("tenant_id"),
    Column("handling_tenant_id", String(64)),
    id_column("ticket_id"),
    id_column("number"),
    id_column("outer_order_id"),
    id_column("outer_tenant_id"),
    Column("formed_at", Instant, nullable=False),
    Column("source", String(12), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("urgent_kind", String(16), nullable=False, server_default=""),
    Column("nature", String(20), nullable=False),
    id_column("category"),
    Column("title", Text, nullable=False),
    id_column("edition"),
    Column("party_units", Json, nullable=False),
    Column("party_people", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("version", BigInteger, nullable=False),
    id_column("unit_id"),
    Column("handlers", Json, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("reworks", Integer, nullable=False),
    Column("provincial_due_at", Instant),
    Column("provincial_since", Instant),
    Column("coordinate_since", Instant),
    Column("closing", String(20)),
    Column("closed_at", Instant),
    Column("round", Integer, nullable=False),
    # How many units ever assisted (16).
    Column("assists", Integer, nullable=False, server_default="0"),
    # What lists are sorted and filtered by.
    Column("due_at", Instant, nullable=False),
    Column("due_kind", String(12), nullable=False),
    Column("answered_at", Instant),
    Column("since", Instant, nullable=False),
    Column("light", String(8), nullable=False),
    Column("light_version", BigInteger, nullable=False),
    Column("pending", String(16), nullable=False),
    Column("pending_since", Instant),
    Column("decide_by", Instant),
    Column("escalated_at", Instant),
    # The version of the tenant's calendar by which its dates were last counted.
    Column("calendar_version", BigInteger, nullable=False),
)
LIT = text("light <> 'none'")
"""Written out, for a partial index serves only its own words."""
_waiting = text("pending <> ''")
_unescalated = text("decide_by is not null and escalated_at is null")
_open = text("closed_at is null")
URGENT = text("urgent and closed_at is null")
_closed = text("closed_at is not null")
_returned = text("returns > 0")
Index("ix_orders_tenant_state_due", orders.c.tenant_id, orders.c.state, orders.c.due_at, orders.c.order_id)
Index("ix_orders_tenant_state_since", orders.c.tenant_id, orders.c.state, orders.c.since, orders.c.order_id)
Index("ix_orders_unit_state_due", orders.c.unit_id, orders.c.state, orders.c.due_at, orders.c.order_id)
Index("ix_orders_handling_state_due", orders.c.handling_tenant_id, orders.c.state, orders.c.due_at, orders.c.order_id)
Index("ix_orders_tenant_formed", orders.c.tenant_id, orders.c.formed_at, orders.c.order_id)
Index("ix_orders_category_formed", orders.c.tenant_id, orders.c.category, orders.c.formed_at, orders.c.order_id)
Index("ix_orders_lit", orders.c.tenant_id, orders.c.formed_at, orders.c.order_id, postgresql_where=LIT, sqlite_where=LIT)
Index("ix_orders_unit_formed", orders.c.unit_id, orders.c.formed_at, orders.c.order_id)
Index("ix_orders_handling_formed", orders.c.handling_tenant_id, orders.c.formed_at, orders.c.order_id)
Index("ix_orders_ticket", orders.c.ticket_id)
Index("ix_orders_number", orders.c.number)
Index("ix_orders_outer", orders.c.outer_order_id, postgresql_where=text("outer_order_id <> ''"), sqlite_where=text("outer_order_id <> ''"))
Index("ix_orders_waiting", orders.c.tenant_id, orders.c.pending_since, orders.c.order_id, postgresql_where=_waiting, sqlite_where=_waiting)
Index("ix_orders_decide_by", orders.c.decide_by, postgresql_where=_unescalated, sqlite_where=_unescalated)
Index("ix_orders_open", orders.c.tenant_id, orders.c.order_id, postgresql_where=_open, sqlite_where=_open)
# Few at any time, so that whose they are is looked at row by row.
Index("ix_orders_urgent", orders.c.due_at, orders.c.order_id, postgresql_where=URGENT, sqlite_where=URGENT)
Index("ix_orders_calendar", orders.c.tenant_id, orders.c.calendar_version, postgresql_where=_open, sqlite_where=_open)
# What a category's orders teach: who closed them, the newest first, and which came back.
Index("ix_orders_closed", orders.c.tenant_id, orders.c.category, orders.c.closed_at, postgresql_where=_closed, sqlite_where=_closed)
Index("ix_orders_returned", orders.c.tenant_id, orders.c.category, orders.c.formed_at, postgresql_where=_returned, sqlite_where=_returned)

rounds = Table(
    "rounds",
    metadata,
    id_column("order_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    id_column("tenant_id"),
    id_column("unit_id"),
    Column("delivered_at", Instant, nullable=False),
    Column("signed_in_at", Instant),
    Column("reported_at", Instant),
    Column("replied_at", Instant),
    Column("passed_at", Instant),
    Column("ended_at", Instant),
    Column("ending", String(12)),
    Column("late_return", Boolean, nullable=False),
    Column("breached", Boolean, nullable=False, server_default=false()),
    Column("extensions", Integer, nullable=False),
    Column("promises", Integer, nullable=False),
    Column("deficient", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Instant),
    Column("last_at", Instant),
    Column("link_sent_at", Instant),
    Column("link_until", Instant),
    Column("unreachable_at", Instant),
    Column("process", String(12)),
    Column("result", String(12)),
    Column("rated_at", Instant),
    Column("via", String(8)),
    Column("remark", Text, nullable=False),
    Column("note", Text, nullable=False),
)

clocks = Table(
    "clocks",
    metadata,
    id_column("order_id", key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("assisting", String(64), primary_key=True, server_default=""),
    id_column("tenant_id"),
    id_column("unit_id"),
    Column("article", String(10), nullable=False),
    Column("trigger_at", Instant, nullable=False),
    Column("n", Integer, nullable=False),
    Column("unit", String(12), nullable=False),
    Column("deadline_at", Instant, nullable=False),
    Column("yellow_at", Instant),
    Column("red_at", Instant),
    Column("provisional", Boolean, nullable=False),
    id_column("calendar_revision"),
    id_column("edition"),
    # Ours by the rule, where the province's rules.
    Column("own_at", Instant),
    Column("state", String(8), nullable=False),
    Column("held_at", Instant),
    Column("stopped_at", Instant),
    Column("counted_from", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
)
LATE_DISPATCH = text("kind = '11-2' and late")
"""The hub's breaches (11(2)); written out, for a partial index serves only its own words."""
Index(
    "ix_clocks_late_dispatch",
    clocks.c.tenant_id,
    clocks.c.deadline_at,
    postgresql_where=LATE_DISPATCH,
    sqlite_where=LATE_DISPATCH,
)


def _requests(name: str, *own: Column[Any]) -> Table:
    table = Table(
        name,
        metadata,
        id_column("request_id", key=True),
        id_column("order_id"),
        id_column("tenant_id"),
        Column("round", Integer, nullable=False),
        id_column("unit_id"),
        Column("asked_at", Instant, nullable=False),
        id_column("asked_by"),
        Column("reason", Text, nullable=False),
        Column("decide_by", Instant),
        Column("escalated_at", Instant),
        Column("decision", String(8)),
        Column("decided_at", Instant),
        id_column("decided_by"),
        Column("decision_reason", Text, nullable=False),
        *own,
    )
    overdue = text("decide_by is not null")
    Index(f"ix_{name}_order", table.c.order_id)
    Index(f"ix_{name}_decide_by", table.c.tenant_id, table.c.decide_by, postgresql_where=overdue, sqlite_where=overdue)
    return table


returns = _requests(
    "returns",
    Column("basis", Text, nullable=False),
    id_column("suggested_unit_id"),
    Column("late", Boolean, nullable=False),
)
extensions = _requests("extensions", Column("days", Integer, nullable=False), Column("granted_days", Integer, nullable=False))
progress_reports = _requests(
    "progress_reports",
    Column("progress", Text, nullable=False),
    Column("measures", Text, nullable=False),
    Column("promised_on", String(10), nullable=False),
    Column("caller_told_at", Instant, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    id_column("reply_id", key=True),
    id_column("order_id"),
    id_column("tenant_id"),
    Column("round", Integer, nullable=False),
    Column("verb", String(60), nullable=False),
    id_column("unit_id"),
    id_column("by_id"),
    Column("at", Instant, nullable=False),
    Column("measures", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", String(8)),
    Column("sent_back_at", Instant),
    Column("sent_back_reason", Text, nullable=False, server_default=""),
)
Index("ix_replies_order", replies.c.order_id, replies.c.at)

# Texts that a unit begins its replies with.
reply_templates = Table(
    "reply_templates",
    metadata,
    id_column("template_id", key=True),
    id_column("tenant_id"),
    id_column("unit_id"),
    Column("name", Text, nullable=False),
    Column("measures", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    id_column("changed_by"),
    Column("retired_at", Instant),
)
Index("ix_reply_templates_unit", reply_templates.c.unit_id, reply_templates.c.name, reply_templates.c.template_id)

# Assisting units (16).
assists = Table(
    "assists",
    metadata,
    id_column("order_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    id_column("tenant_id"),
    Column("round", Integer, nullable=False),
    id_column("unit_id"),
    Column("delivered_at", Instant, nullable=False),
    Column("signed_in_at", Instant),
    Column("contributed_at", Instant),
    Column("ended_at", Instant),
    Column("ending", String(12)),
    Column("note", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
)
_owed = text("contributed_at is null and ended_at is null")
Index(
    "ix_assists_owed", assists.c.unit_id, assists.c.due_at, assists.c.order_id, assists.c.number,
    postgresql_where=_owed, sqlite_where=_owed,
)  # fmt: skip

# Coordination cases (16), whom they call together, what was said there, and what they were decided by for the next of their kind.
coordinations = Table(
    "coordinations",
    metadata,
    id_column("coordination_id", key=True),
    id_column("tenant_id"),
    id_column("order_id"),
    id_column("ticket_id"),
    id_column("number"),
    Column("cause", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    id_column("opened_by"),
    Column("state", String(12), nullable=False),
    id_column("disputing_unit_id"),
    Column("question", Text, nullable=False),
    Column("asked_at", Instant),
    Column("document_number", Text, nullable=False),
    Column("documented_on", String(10), nullable=False),
    Column("finding", Text, nullable=False),
    id_column("lead_unit_id"),
    Column("assisting", Json, nullable=False),
    Column("decision_reason", Text, nullable=False),
    Column("closed_at", Instant),
    id_column("decided_by"),
    Column("party_people", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index("ix_coordinations_opened", coordinations.c.tenant_id, coordinations.c.opened_at, coordinations.c.coordination_id)
Index("ix_coordinations_order", coordinations.c.order_id, coordinations.c.opened_at)
participants = Table(
    "participants",
    metadata,
    id_column("coordination_id", key=True),
    id_column("unit_id", key=True),
    id_column("tenant_id"),
    Column("at", Instant, nullable=False),
)
Index("ix_participants_unit", participants.c.unit_id, participants.c.coordination_id)
minutes = Table(
    "minutes",
    metadata,
    id_column("minute_id", key=True),
    id_column("coordination_id"),
    id_column("tenant_id"),
    Column("at", Instant, nullable=False),
    id_column("by_id"),
    Column("text", Text, nullable=False),
)
Index("ix_minutes_coordination", minutes.c.coordination_id, minutes.c.minute_id)
precedents = Table(
    "precedents",
    metadata,
    id_column("coordination_id", key=True),
    id_column("tenant_id"),
    id_column("order_id"),
    id_column("category"),
    id_column("district"),
    Column("town", Text, nullable=False),
    Column("title", Text, nullable=False),
    id_column("lead_unit_id"),
    Column("assisting", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("party_people", Json, nullable=False),
)
Index("ix_precedents_category", precedents.c.tenant_id, precedents.c.category)

# Departments that were told of an urgent order (13).
urgent_told = Table(
    "urgent_told",
    metadata,
    id_column("order_id", key=True),
    Column("at", Instant, primary_key=True),
    id_column("unit_id", key=True),
    id_column("tenant_id"),
)

attempts = Table(
    "attempts",
    metadata,
    id_column("order_id", key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    id_column("tenant_id"),
    Column("at", Instant, nullable=False),
    id_column("by_id"),
    Column("outcome", String(14), nullable=False),
    Column("note", Text, nullable=False),
)

placed_calls = Table(
    "placed_calls",
    metadata,
    id_column("call_id", key=True),
    id_column("order_id"),
    Column("round", Integer, nullable=False),
    id_column("tenant_id"),
    Column("asked_at", Instant, nullable=False),
    id_column("asked_by"),
    id_column("unit_id"),
    Column("ended_at", Instant),
    Column("outcome", String(14), nullable=False),
    # Its name where it is kept.
    Column("recording", String(200), nullable=False),
)
_under_way = text("ended_at is null")
Index("uq_placed_calls_under_way", placed_calls.c.order_id, unique=True, postgresql_where=_under_way, sqlite_where=_under_way)
