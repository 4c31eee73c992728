"""Tables of reports (Art. 18): what was said of a day, a week or a month, with its files; and what categories are called."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from chassis.store import Instant, Json
from services.assessment.store.tables import DAY, ID, metadata

reports = Table(
    "reports",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # day, week, month.
    Column("every", String(8), nullable=False),
    Column("first_day", DAY, nullable=False),
    Column("last_day", DAY, nullable=False),
    # What was told late makes a new version; none is ever changed.
    Column("version", Integer, nullable=False),
    Column("named", Text, nullable=False),
    # All calls of the period.
    Column("calls", BigInteger, nullable=False),
    Column("content", Json, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("page", LargeBinary, nullable=False),
    Column("docx", LargeBinary, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("xlsx", LargeBinary, nullable=False),
)
_r = reports.c
Index(None, _r.tenant_id, _r.every, _r.first_day, _r.version, unique=True)
Index(None, _r.tenant_id, _r.first_day, _r.report_id)

category_names = Table(
    "category_names",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
)
