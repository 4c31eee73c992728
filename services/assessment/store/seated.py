"""Tables of the seats (6(3)): calls as the exchange told them, what people found, contracts and their monthly statements."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from chassis.store import Instant, Json
from services.assessment.store.published import MONTH
from services.assessment.store.tables import DAY, ID, metadata

seat_calls = Table(
    "seat_calls",
    metadata,
    # The exchange's own id; there is no column for whoever called (17).
    Column("tenant_id", ID, primary_key=True),
    Column("call_id", ID, primary_key=True),
    Column("queued_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("abandoned_at", Instant),
    Column("ended_at", Instant, nullable=False),
    Column("seat", ID, nullable=False),
    Column("agent", ID, nullable=False),
    Column("day", DAY, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("waited_ms", BigInteger, nullable=False),
)
_c = seat_calls.c
# Holds all that a figure asks for, so that it reads the index alone.
Index("ix_seat_calls_figured", _c.tenant_id, _c.day, _c.answered, _c.waited_ms)
Index(None, _c.tenant_id, _c.queued_at, _c.call_id)
Index(None, _c.tenant_id, _c.agent, _c.queued_at, _c.call_id)

quality_marks = Table(
    "quality_marks",
    metadata,
    Column("mark_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # call or ticket.
    Column("inspected", String(8), nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("agent", ID, nullable=False),
    Column("day", DAY, nullable=False),
    # In tenths of a point; null for a ticket.
    Column("tenths", Integer),
    Column("defects", Json, nullable=False),
    Column("defective", Boolean, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("entered_by", ID, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", ID, nullable=False),
    Column("withdrawn_reason", Text, nullable=False),
)
_m = quality_marks.c
_standing = text("withdrawn_at is null")
Index(
    "ix_quality_marks_standing", _m.tenant_id, _m.inspected, _m.subject_id, unique=True, postgresql_where=_standing, sqlite_where=_standing
)
Index(None, _m.tenant_id, _m.day, _m.mark_id)
Index(None, _m.tenant_id, _m.inspected, _m.day, _m.mark_id)

contracts = Table(
    "contracts",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("company", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("since_day", DAY, nullable=False),
    Column("until_day", DAY, nullable=False),
    Column("counting", Json, nullable=False),
    # Measures with their bounds, as texts.
    Column("terms", Json, nullable=False),
    Column("set_by", ID, nullable=False),
    Column("set_at", Instant, nullable=False),
)

contract_statements = Table(
    "contract_statements",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("month", MONTH, primary_key=True),
    # 1 is the first, what follows are corrections.
    Column("version", Integer, primary_key=True),
    Column("company", Text, nullable=False),
    Column("contract_version", Integer, nullable=False),
    # Measure, hits, counted and bound, as they were.
    Column("lines", Json, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", ID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_id", ID, nullable=False),
)
