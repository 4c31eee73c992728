"""Tables of third-party samples (20): seeds as they were committed to, what was drawn from, what was drawn and obtained."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from chassis.store import Instant, Json
from services.assessment.store.published import MONTH
from services.assessment.store.tables import ID, metadata

RATING = String(12)

samples = Table(
    "samples",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("month", MONTH, primary_key=True),
    Column("seed_hash", ID, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("minimum", Integer, nullable=False),
    Column("committed_at", Instant, nullable=False),
    Column("committed_by", ID, nullable=False),
    # Empty until it is revealed.
    Column("seed", Text, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("drawn_at", Instant),
    Column("drawn_by", ID, nullable=False),
)

sample_strata = Table(
    "sample_strata",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("month", MONTH, primary_key=True),
    Column("unit_id", ID, primary_key=True),
    # "order:round", sorted, as they were on the day of drawing.
    Column("frame", Json, nullable=False),
    # Those drawn, by rank.
    Column("drawn", Json, nullable=False),
)

sample_items = Table(
    "sample_items",
    metadata,
    Column("item_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("month", MONTH, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("order_id", ID, nullable=False),
    Column("round", Integer, nullable=False),
    Column("ticket_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("category", String(20), nullable=False),
    # As the hub obtained them; empty where it reached nobody.
    Column("hub_process", RATING, nullable=False),
    Column("hub_result", RATING, nullable=False),
    # Empty until the third party obtained them.
    Column("process", RATING, nullable=False),
    Column("result", RATING, nullable=False),
    # call, entered, imported.
    Column("via", String(10), nullable=False),
    Column("recorded_at", Instant),
    Column("recorded_by", ID, nullable=False),
    Column("differs", Boolean, nullable=False),
    Column("calls", Integer, nullable=False),
    # Of the call under way; empty: none is.
    Column("call_id", ID, nullable=False),
)
_i = sample_items.c
Index(None, _i.tenant_id, _i.month, _i.item_id)
Index(None, _i.tenant_id, _i.month, _i.unit_id, _i.item_id)
_differs = text("differs")
Index("ix_sample_items_differing", _i.tenant_id, _i.month, _i.item_id, postgresql_where=_differs, sqlite_where=_differs)
_calling = text("call_id <> ''")
Index("ix_sample_items_calling", _i.call_id, unique=True, postgresql_where=_calling, sqlite_where=_calling)
