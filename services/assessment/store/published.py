"""Tables of the monthly assessment (Art. 20): items people score, what was published, appeals, interviews."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from chassis.store import Instant, Json
from services.assessment.store.tables import ID, metadata

MONTH, DECIMAL = String(7), String(24)

items = Table(
    "items",
    metadata,
    # Each entry is kept; the newest of a part counts.
    Column("item_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("month", MONTH, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("part", String(40), nullable=False),
    Column("points", DECIMAL, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("entered_by", ID, nullable=False),
    Column("entered_at", Instant, nullable=False),
)
_i = items.c
Index(None, _i.tenant_id, _i.month, _i.unit_id, _i.part, _i.item_id)

exclusions = Table(
    "exclusions",
    metadata,
    # A fact that a score does not count, for a reason a person gave.
    Column("subject_id", ID, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("rate", String(40), primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("excluded_by", ID, nullable=False),
    Column("excluded_at", Instant, nullable=False),
)
Index(None, exclusions.c.tenant_id, exclusions.c.subject_id)

assessments = Table(
    "assessments",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("month", MONTH, primary_key=True),
    # 1 is the publication, what follows are corrections.
    Column("version", Integer, primary_key=True),
    Column("published_at", Instant, nullable=False),
    Column("published_by", ID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rates_version", ID, nullable=False),
    Column("scheme_version", ID, nullable=False),
    Column("changes", Json, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("month", MONTH, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("unit_id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("group", String(12), nullable=False),
    Column("orders", BigInteger, nullable=False),
    # Null where there was nothing to be judged by.
    Column("score", DECIMAL),
    Column("rank", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("last", Boolean, nullable=False),
    Column("parts", Json, nullable=False),
)
_s = scores.c
Index(None, _s.tenant_id, _s.unit_id, _s.month, _s.version)

appeals = Table(
    "appeals",
    metadata,
    Column("appeal_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # Of a district's own unit: the tenant that handles for it.
    Column("handling_tenant_id", ID),
    Column("month", MONTH, nullable=False),
    Column("version", Integer, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("filed_by", ID, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("decision", Text, nullable=False),
    Column("decided_by", ID, nullable=False),
    Column("decided_at", Instant),
)
_a = appeals.c
Index(None, _a.tenant_id, _a.filed_at, _a.appeal_id)
Index(None, _a.tenant_id, _a.month, _a.unit_id)

interviews = Table(
    "interviews",
    metadata,
    Column("interview_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("handling_tenant_id", ID),
    Column("unit_id", ID, nullable=False),
    # ranking, inaction, slowness.
    Column("ground", String(10), nullable=False),
    # Of a ranking: those in a row.
    Column("months", Json, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("proposed_by", ID, nullable=False),
    Column("record", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", ID, nullable=False),
)
_v = interviews.c
Index(None, _v.tenant_id, _v.proposed_at, _v.interview_id)
Index(None, _v.tenant_id, _v.unit_id, _v.ground)
