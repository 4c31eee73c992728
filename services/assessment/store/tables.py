"""assessment's tables: `orders`, `recurrences` and `upkeep` keep what was told; `facts` and `sums` can be made anew from them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("assessment")
TICK_TABLES = ("tenants", "supervision_days", "official_documents")

ID, DAY = String(64), String(10)

orders = Table(
    "orders",
    metadata,
    Column("order_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("handling_tenant_id", ID),
    Column("ticket_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("outer_order_id", ID, nullable=False),
    Column("category", String(20), nullable=False),
    # Who leads it by the newest word; empty: nobody.
    Column("unit_id", ID, nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False),
    Column("recurred", Boolean, nullable=False),
    Column("told", Json, nullable=False),
)
Index(None, orders.c.ticket_id)
Index(None, orders.c.outer_order_id)
Index(None, orders.c.tenant_id, orders.c.order_id)

recurrences = Table(
    "recurrences",
    metadata,
    # The ticket that came, and the concluded one whose matter it is.
    Column("ticket_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("of_ticket_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
)
Index(None, recurrences.c.of_ticket_id)

upkeep = Table(
    "upkeep",
    metadata,
    Column("upkeep_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    # Null while it was not told.
    Column("due_at", Instant),
    Column("done_at", Instant),
)
Index(None, upkeep.c.tenant_id, upkeep.c.upkeep_id)

facts = Table(
    "facts",
    metadata,
    # An order, or an upkeep of a knowledge entry.
    Column("subject_id", ID, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("rate", String(40), primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("handling_tenant_id", ID),
    Column("number", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("category", String(20), nullable=False),
    Column("day", DAY, nullable=False),
    Column("hit", Boolean, nullable=False),
)
_f = facts.c
Index(None, _f.tenant_id, _f.rate, _f.day, _f.subject_id, _f.round)
Index(None, _f.tenant_id, _f.unit_id, _f.rate, _f.day, _f.subject_id, _f.round)

sums = Table(
    "sums",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    # tenant, unit or category; a category's sums hold those of the categories below it.
    Column("kind", String(10), primary_key=True),
    Column("key", ID, primary_key=True),
    Column("rate", String(40), primary_key=True),
    Column("day", DAY, primary_key=True),
    Column("handling_tenant_id", ID),
    Column("counted", BigInteger, nullable=False),
    Column("hits", BigInteger, nullable=False),
)
_s = sums.c
# Holds all that a figure and a comparison ask for, so that they read the index alone.
Index("ix_sums_figured", _s.tenant_id, _s.rate, _s.kind, _s.key, _s.day, _s.counted, _s.hits, _s.handling_tenant_id)

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("parent_id", ID, nullable=False),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)

units = Table(
    "units",
    metadata,
    Column("unit_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("parent_id", ID, nullable=False),
    Column("handling_tenant_id", ID, nullable=False),
    # Where its work went when it was merged; else empty.
    Column("successor_id", ID, nullable=False, server_default=""),
    Column("open", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)
Index(None, units.c.tenant_id, units.c.unit_id)
Index(None, units.c.handling_tenant_id)
Index(None, units.c.successor_id)
