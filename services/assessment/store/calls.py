"""Tables of what comes in (Art. 18): calls with their daily sums, what was said in them, and bursts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from chassis.store import Instant
from services.assessment.store.tables import DAY, ID, metadata

PLACE, CODE = String(200), String(20)
# A district, a stroke and a town.
KEY = String(280)

calls = Table(
    "calls",
    metadata,
    # A ticket that was formed, or settled without an order.
    Column("ticket_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    # The local day and hour of `at`.
    Column("day", DAY, nullable=False),
    Column("hour", String(2), nullable=False),
    Column("category", CODE, nullable=False),
    Column("district", ID, nullable=False),
    Column("town", PLACE, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("nature", CODE, nullable=False),
    # Who leads its order now; empty: nobody.
    Column("unit_id", ID, nullable=False),
)
_c = calls.c
Index(None, _c.tenant_id, _c.at, _c.ticket_id)
Index("ix_calls_burst", _c.tenant_id, _c.category, _c.at, _c.district, _c.town, _c.ticket_id)
# Each begins with what is asked for by name, and holds what it is then counted by.
Index("ix_calls_by_category", _c.tenant_id, _c.category, _c.day, _c.district, _c.unit_id, _c.channel, _c.nature, _c.hour)
Index("ix_calls_by_unit", _c.tenant_id, _c.unit_id, _c.day, _c.category, _c.district, _c.channel, _c.nature, _c.hour)
Index("ix_calls_by_day", _c.tenant_id, _c.day, _c.category, _c.district, _c.unit_id, _c.channel, _c.nature, _c.hour)

call_sums = Table(
    "call_sums",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    # Of rules.calls.Kind.
    Column("kind", String(10), primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("day", DAY, primary_key=True),
    Column("calls", BigInteger, nullable=False),
)
_s = call_sums.c
Index("ix_call_sums_compared", _s.tenant_id, _s.kind, _s.day, _s.key, _s.calls)

words = Table(
    "words",
    metadata,
    # What was said, masked as it was told; kept for as long as topics look back, and dropped by the job that finds them.
    Column("ticket_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)
Index(None, words.c.tenant_id, words.c.at, words.c.ticket_id)

parties = Table(
    "parties",
    metadata,
    # Art. 17: whom a ticket complains about, a unit or a person of the directory.
    Column("ticket_id", ID, primary_key=True),
    Column("party", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
)
Index(None, parties.c.tenant_id, parties.c.ticket_id)

numbers = Table(
    "numbers",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("series", String(2), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

bursts = Table(
    "bursts",
    metadata,
    Column("burst_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("district", ID, nullable=False),
    Column("town", PLACE, nullable=False),
    Column("category", CODE, nullable=False),
    # found, acknowledged.
    Column("state", String(12), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("found_at", Instant, nullable=False),
    # Of one window by chance, and how many were in it when it was found.
    Column("expected", String(24), nullable=False),
    Column("found_with", Integer, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", ID, nullable=False),
    Column("remark", Text, nullable=False),
)
_b = bursts.c
Index(None, _b.tenant_id, _b.found_at, _b.burst_id)
# Which one calls are of already.
Index(None, _b.tenant_id, _b.category, _b.last_at)

burst_tickets = Table(
    "burst_tickets",
    metadata,
    Column("burst_id", ID, primary_key=True),
    Column("ticket_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("number", ID, nullable=False),
    Column("at", Instant, nullable=False),
)
_t = burst_tickets.c
Index(None, _t.burst_id, _t.at, _t.ticket_id)
