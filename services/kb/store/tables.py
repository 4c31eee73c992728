"""kb's tables. Everything of an entry is its owner's row; what others see of it they see through the owner (decision 0011)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("kb")
# Across tenants: the index is built from the first two, freshness looks at all.
TICK_TABLES = ("entries", "versions", "upkeep", "revisions")

ID, DAY = String(64), String(10)

entries = Table(
    "entries",
    metadata,
    Column("entry_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("state", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("review_on", DAY, nullable=False),
    Column("citywide", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("published_version", BigInteger, nullable=False),
    Column("grounds", Json, nullable=False),
    # The next day on which it may become stale; empty for none.
    Column("check_on", DAY, nullable=False),
    # Of the published text, as far as the indexes know: see revisions.
    Column("revision", BigInteger, nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("events", Integer, nullable=False),
)
_e = entries.c
Index(None, _e.tenant_id, _e.edited_at, _e.entry_id)
Index(None, _e.tenant_id, _e.unit_id, _e.edited_at, _e.entry_id)
Index(None, _e.tenant_id, _e.state, _e.edited_at, _e.entry_id)
Index(None, _e.revision, _e.entry_id)
_checked = text("check_on <> ''")
Index("ix_entries_check", _e.check_on, _e.entry_id, postgresql_where=_checked, sqlite_where=_checked)

versions = Table(
    "versions",
    metadata,
    Column("entry_id", ID, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("content", Json, nullable=False),
    Column("edited_by", ID, nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("reviewed_by", ID, nullable=False),
    Column("reviewed_at", Instant),
    Column("published", Boolean, nullable=False),
    Column("refusal", Text, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    # One row: whoever changes what is found takes the next number and holds it until the commit, so that none comes late.
    Column("name", String(10), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    info={"shared": True},
)

attachments = Table(
    "attachments",
    metadata,
    Column("attachment_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", ID, nullable=False),
)
Index(None, attachments.c.entry_id, attachments.c.attachment_id)

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("person_id", ID, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index(None, feedback.c.entry_id, feedback.c.version, feedback.c.person_id, unique=True)
Index(None, feedback.c.entry_id, feedback.c.at, feedback.c.feedback_id)

gaps = Table(
    "gaps",
    metadata,
    Column("gap_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # The question without what makes no difference; empty once closed, so that the same asked again is a new gap.
    Column("key", String(200)),
    Column("query", Text, nullable=False),
    Column("category", String(20), nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("entry_id", ID, nullable=False),
    Column("reason", Text, nullable=False),
)
_g = gaps.c
Index(None, _g.tenant_id, _g.key, unique=True)
Index(None, _g.tenant_id, _g.last_at, _g.gap_id)
Index(None, _g.tenant_id, _g.unit_id, _g.last_at, _g.gap_id)
_open = text("closed_at is null")
Index("ix_gaps_open", _g.tenant_id, _g.asked, _g.gap_id, postgresql_where=_open, sqlite_where=_open)

upkeep = Table(
    "upkeep",
    metadata,
    Column("upkeep_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("gap_id", ID, nullable=False),
    Column("grounds", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("overdue_at", Instant),
    Column("done_at", Instant),
    Column("events", Integer, nullable=False),
)
_u = upkeep.c
_undone = text("done_at is null")
_due = text("done_at is null and overdue_at is null")
# One at a time for each entry and gap, whatever the replicas do.
Index("uq_upkeep_open", _u.entry_id, _u.gap_id, unique=True, postgresql_where=_undone, sqlite_where=_undone)
Index("ix_upkeep_due", _u.due_at, _u.upkeep_id, postgresql_where=_due, sqlite_where=_due)
Index(None, _u.tenant_id, _u.due_at, _u.upkeep_id)
Index(None, _u.tenant_id, _u.unit_id, _u.due_at, _u.upkeep_id)

usage = Table(
    "usage",
    metadata,
    Column("entry_id", ID, primary_key=True),
    Column("day", DAY, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("cited", Integer, nullable=False),
)
Index(None, usage.c.tenant_id, usage.c.day)

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("parent_id", ID, nullable=False),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)
Index(None, tenants.c.parent_id)

units = Table(
    "units",
    metadata,
    Column("unit_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)
Index(None, units.c.tenant_id, units.c.kind)
