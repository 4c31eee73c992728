"""Tables of topics (Art. 14): what is alike in what callers say, the tickets behind it, and units asked to study it."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text, text

from chassis.store import Instant
from services.assessment.store.tables import ID, metadata

topics = Table(
    "topics",
    metadata,
    Column("topic_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    # The ticket that speaks for them.
    Column("central_ticket_id", ID, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)
_t = topics.c
Index(None, _t.tenant_id, _t.last_at, _t.topic_id)

topic_tickets = Table(
    "topic_tickets",
    metadata,
    Column("topic_id", ID, primary_key=True),
    Column("ticket_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("at", Instant, nullable=False),
    # As it was told, masked.
    Column("title", Text, nullable=False),
)
_b = topic_tickets.c
Index(None, _b.topic_id, _b.at, _b.ticket_id)
Index(None, _b.ticket_id)
Index(None, _b.tenant_id, _b.at, _b.topic_id)

studies = Table(
    "studies",
    metadata,
    Column("study_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # Of a district as a unit of the city: the tenant that answers for it.
    Column("handling_tenant_id", ID),
    Column("topic_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    # asked, answered, closed.
    Column("state", String(12), nullable=False),
    # What the hub asks of it.
    Column("demand", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", ID, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("causes", Text, nullable=False),
    Column("mechanism", Text, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", ID, nullable=False),
    # Why an answer was not enough, or what it came to.
    Column("remark", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", ID, nullable=False),
)
_s = studies.c
Index(None, _s.tenant_id, _s.asked_at, _s.study_id)
Index(None, _s.handling_tenant_id, _s.asked_at, _s.study_id)
Index(None, _s.tenant_id, _s.unit_id, _s.asked_at, _s.study_id)
Index(None, _s.topic_id, _s.asked_at, _s.study_id)
_open = text("state <> 'closed'")
Index("ix_studies_open", _s.topic_id, _s.unit_id, unique=True, postgresql_where=_open, sqlite_where=_open)
