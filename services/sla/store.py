"""sla's own tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("sla")

# What the tick reads across tenants: which orders are due.
TICK_TABLES = ("orders",)
# Which dates run is counted across tenants.
MEASURED_TABLES = ("clocks",)

orders = Table(
    "orders",
    metadata,
    Column("order_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("ticket_id", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("seen", Json, nullable=False),
    Column("light", String(10), nullable=False),
    Column("turns", Integer, nullable=False),
    Column("next_at", Instant),
)
_due = text("next_at is not null")
Index("ix_orders_due", orders.c.next_at, orders.c.order_id, postgresql_where=_due, sqlite_where=_due)

clocks = Table(
    "clocks",
    metadata,
    Column("clock_id", String(128), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("order_id", String(64), nullable=False),
    Column("ticket_id", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("deadline_version", Integer, nullable=False),
    Column("assisting", String(64), nullable=False, server_default=""),
    Column("article", String(10), nullable=False),
    Column("trigger_at", Instant, nullable=False),
    Column("n", Integer, nullable=False),
    Column("counted_in", String(20), nullable=False),
    Column("deadline_at", Instant, nullable=False),
    Column("yellow_at", Instant),
    Column("red_at", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("calendar_revision", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    # Ours by the rule, where the province's rules.
    Column("own_at", Instant),
    Column("state", String(10), nullable=False),
    Column("held_at", Instant),
    Column("stopped_at", Instant),
    Column("void_at", Instant),
    Column("replaced_at", Instant),
    # Null for a date that has no lights.
    Column("light", String(10)),
    Column("is_open", Boolean, nullable=False),
)
# The drivers ask for truth in their own words; an index with a condition is used only where it is asked for in the same.
_open, _open_sqlite = text("is_open"), text("is_open = 1")
Index("ix_clocks_order_id", clocks.c.order_id)
Index("ix_clocks_ticket_id", clocks.c.ticket_id)
Index("ix_clocks_open", clocks.c.deadline_at, clocks.c.clock_id, postgresql_where=_open, sqlite_where=_open_sqlite)
Index("ix_clocks_open_light", clocks.c.light, clocks.c.deadline_at, clocks.c.clock_id, postgresql_where=_open, sqlite_where=_open_sqlite)
# Holds all that CountLights asks for, so that counting reads the index alone.
Index(
    "ix_clocks_open_unit",
    clocks.c.unit_id,
    clocks.c.light,
    clocks.c.deadline_at,
    clocks.c.clock_id,
    clocks.c.tenant_id,
    clocks.c.handling_tenant_id,
    clocks.c.is_open,
    postgresql_where=_open,
    sqlite_where=_open_sqlite,
)

turns = Table(
    "turns",
    metadata,
    Column("order_id", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("ticket_id", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("deadline_version", Integer, nullable=False),
    Column("assisting", String(64), nullable=False, server_default=""),
    Column("light", String(10), nullable=False),
    Column("order_light", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("lit", Boolean, nullable=False),
    Column("voided_at", Instant),
    Column("article", String(10), nullable=False),
)
_stands, _stands_sqlite = text("lit and voided_at is null"), text("lit = 1 and voided_at is null")
# Exactly once: no two replicas turn the same light of the same date.
Index(
    "uq_turns_standing",
    turns.c.order_id,
    turns.c.round,
    turns.c.kind,
    turns.c.deadline_version,
    turns.c.assisting,
    turns.c.light,
    unique=True,
    postgresql_where=_stands,
    sqlite_where=_stands_sqlite,
)
Index("ix_turns_ticket_id", turns.c.ticket_id, turns.c.order_id, turns.c.turn)
Index("ix_turns_at", turns.c.at, turns.c.light, turns.c.unit_id, postgresql_where=_stands, sqlite_where=_stands_sqlite)

urgings = Table(
    "urgings",
    metadata,
    Column("urging_id", String(36), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("order_id", String(64), nullable=False),
    Column("ticket_id", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("deadline_version", Integer, nullable=False),
    Column("assisting", String(64), nullable=False, server_default=""),
    Column("deadline_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("voided_at", Instant),
    Column("void_reason", String(200)),
    Column("article", String(10), nullable=False),
    Column("version", BigInteger, nullable=False),
)
# Exactly once per round, kind of date and version of the deadline (Art. 12).
Index("uq_urgings_date", urgings.c.order_id, urgings.c.round, urgings.c.kind, urgings.c.deadline_version, urgings.c.assisting, unique=True)
Index("ix_urgings_at", urgings.c.at, urgings.c.urging_id)
Index("ix_urgings_unit_id", urgings.c.unit_id, urgings.c.at, urgings.c.urging_id)
Index("ix_urgings_ticket_id", urgings.c.ticket_id)
