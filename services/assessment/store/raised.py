"""Tables of the ladder (Art. 16): its rungs, and documents as they were composed and rendered."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table, Text, text

from chassis.store import Instant, Json
from services.assessment.store.tables import DAY, ID, metadata

rungs = Table(
    "rungs",
    metadata,
    # A supervision is raised to each once.
    Column("supervision_id", ID, primary_key=True),
    Column("rung", String(20), primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    # open, settled, unsettled.
    Column("outcome", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("raised_by", ID, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("document_id", ID, nullable=False),
    Column("result", Text, nullable=False),
    # Of the document that others answered by.
    Column("outside_number", Text, nullable=False),
    Column("outside_day", DAY, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", ID, nullable=False),
)
_r = rungs.c
Index(None, _r.tenant_id, _r.due_at, _r.supervision_id, _r.rung)
Index(None, _r.tenant_id, _r.outcome, _r.due_at, _r.supervision_id, _r.rung)

official_documents = Table(
    "official_documents",
    metadata,
    Column("document_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # Of a district as a unit of the city: the tenant that may read what is addressed to it.
    Column("handling_tenant_id", ID),
    # A supervision or a finding.
    Column("subject_id", ID, nullable=False),
    # The unit that may read it; empty: the hub alone.
    Column("unit_id", ID, nullable=False),
    Column("named", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("rendered", Boolean, nullable=False),
    Column("docx", LargeBinary),
    Column("pdf", LargeBinary),
)
_d = official_documents.c
Index(None, _d.subject_id, _d.document_id)
_waiting = text("not rendered")
Index("ix_official_documents_waiting", _d.document_id, postgresql_where=_waiting, sqlite_where=_waiting)
