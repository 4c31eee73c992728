"""Tables of findings (Art. 19): signs with their reasons, and of replies a keyed hash alone."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from chassis.store import Instant
from services.assessment.store.tables import DAY, ID, metadata

findings = Table(
    "findings",
    metadata,
    Column("finding_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("handling_tenant_id", ID),
    Column("unit_id", ID, nullable=False),
    Column("sign", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    # The newest figures that speak for it.
    Column("reason", Text, nullable=False),
    Column("found_at", Instant, nullable=False),
    # A person's.
    Column("opinion", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", ID, nullable=False),
    Column("due_at", Instant),
    Column("conclusion", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", ID, nullable=False),
)
_f = findings.c
Index(None, _f.tenant_id, _f.found_at, _f.finding_id)
Index(None, _f.tenant_id, _f.state, _f.found_at, _f.finding_id)
Index(None, _f.tenant_id, _f.unit_id, _f.found_at, _f.finding_id)
# One of a sign of a unit, however many processes find it.
_standing = text("state in ('found', 'confirmed')")
Index("ix_findings_standing", _f.tenant_id, _f.sign, _f.unit_id, unique=True, postgresql_where=_standing, sqlite_where=_standing)

replies = Table(
    "replies",
    metadata,
    # A reply that was passed: what it says as a keyed hash, never the words.
    Column("order_id", ID, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("day", DAY, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
)
Index(None, replies.c.tenant_id, replies.c.day, replies.c.digest)
