"""Tables of supervision (Art. 15): what was proposed and issued, by which evidence; and the calendar its terms are counted by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from chassis.store import Instant, Json
from services.assessment.store.tables import DAY, ID, metadata, recurrences

supervisions = Table(
    "supervisions",
    metadata,
    Column("supervision_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # Of a district as a unit of the city: the tenant that answers for it.
    Column("handling_tenant_id", ID),
    Column("unit_id", ID, nullable=False),
    # An item of 15.
    Column("ground", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    # Empty until it is issued.
    Column("number", ID, nullable=False),
    # A person's words, for people of the hub alone (17).
    Column("reason", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("proposed_by", ID, nullable=False),
    Column("issued_at", Instant),
    Column("issued_by", ID, nullable=False),
    Column("due_at", Instant),
    Column("answer", Text, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", ID, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", ID, nullable=False),
)
_s = supervisions.c
Index(None, _s.tenant_id, _s.proposed_at, _s.supervision_id)
Index(None, _s.tenant_id, _s.state, _s.proposed_at, _s.supervision_id)
Index(None, _s.tenant_id, _s.unit_id, _s.proposed_at, _s.supervision_id)
# One of a ground against a unit, but for what people enter, however many processes find it.
_standing = text("state in ('proposed', 'issued', 'answered', 'raised') and ground <> '15-6'")
Index(
    "ix_supervisions_standing", _s.tenant_id, _s.ground, _s.unit_id, unique=True, postgresql_where=_standing, sqlite_where=_standing
)  # fmt: skip

evidence = Table(
    "evidence",
    metadata,
    # Once a ground of 15 or a sign of 19: what was evidence of it proposes nothing again. The subject is an order, a ticket that came back,
    # an upkeep, an entry or a month, as the rate has it.
    Column("tenant_id", ID, primary_key=True),
    Column("ground", String(8), primary_key=True),
    Column("unit_id", ID, primary_key=True),
    Column("rate", String(40), primary_key=True),
    Column("subject_id", ID, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("handling_tenant_id", ID),
    # A supervision, or a finding of 19.
    Column("case_id", ID, nullable=False),
    # Of the order.
    Column("number", ID, nullable=False),
    Column("day", DAY, nullable=False),
    Column("said", Text, nullable=False),
    # As the fact was that it is taken from; null where it is none.
    Column("hit", Boolean),
)
_e = evidence.c
Index(None, _e.case_id, _e.day, _e.rate, _e.subject_id, _e.round)

supervision_days = Table(
    "supervision_days",
    metadata,
    # The last day that a tenant's facts were looked at for grounds.
    Column("tenant_id", ID, primary_key=True),
    Column("day", DAY, nullable=False),
)

supervision_numbers = Table(
    "supervision_numbers",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("revision", ID, nullable=False),
    Column("days", Json, nullable=False),
    Column("noticed_years", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)

Index(None, recurrences.c.tenant_id, recurrences.c.at)
