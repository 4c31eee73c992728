"""Tables of what others told: intake of tickets, sla of urgings, directory of tenants, units, people and calendars."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from chassis.store import Instant, Json
from services.dispatch.store.tables import id_column, metadata

# A withdrawal may come before its ticket: both take this row, so that neither misses the other. Version 0: not formed yet.
tickets = Table(
    "tickets",
    metadata,
    id_column("ticket_id", key=True),
    id_column("tenant_id"),
    Column("channel", String(20), nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("place", Json),
    Column("parties", Json),
    Column("received_at", Instant),
    Column("provincial_number", String(64), nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("withdrawn_at", Instant),
    Column("withdrawn_reason", Text),
    # The province's own date, as it moved it last (11(3)); version 0: never.
    Column("moved_due_at", Instant),
    Column("moved_version", BigInteger, nullable=False, server_default="0"),
)
supplements = Table(
    "supplements",
    metadata,
    id_column("ticket_id", key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    id_column("tenant_id"),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
urgings = Table(
    "urgings",
    metadata,
    id_column("urging_id", key=True),
    id_column("order_id"),
    id_column("tenant_id"),
    Column("round", Integer),
    Column("kind", String(12)),
    Column("unit_id", String(64)),
    Column("deadline_at", Instant),
    Column("at", Instant),
    Column("voided_reason", Text),
    Column("version", BigInteger, nullable=False, server_default="0"),
)
Index("ix_urgings_order", urgings.c.order_id)

# What directory told.
tenants = Table(
    "tenants",
    metadata,
    id_column("tenant_id", key=True),
    Column("name", Text, nullable=False),
    id_column("parent_tenant_id"),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
)
units = Table(
    "units",
    metadata,
    id_column("unit_id", key=True),
    id_column("tenant_id"),
    Column("handling_tenant_id", String(64)),
    Column("name", Text, nullable=False),
    id_column("parent_id"),
    Column("kind", String(12), nullable=False),
    Column("open", Boolean, nullable=False),
    id_column("successor_id"),
    Column("duties", Json, nullable=False, server_default="[]"),
    Column("version", BigInteger, nullable=False),
)
Index("ix_units_tenant", units.c.tenant_id)
people = Table(
    "people",
    metadata,
    id_column("person_id", key=True),
    id_column("tenant_id"),
    id_column("unit_id"),
    Column("active", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index("ix_people_unit", people.c.unit_id)
calendars = Table(
    "calendars",
    metadata,
    id_column("tenant_id", key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    id_column("revision"),
    Column("days", Json, nullable=False),
    Column("noticed_years", Json, nullable=False),
)
