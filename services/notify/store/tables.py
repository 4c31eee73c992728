"""notify's tables. No column of any holds a number or a key in the clear: who is written to is looked up when it is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Dialect, Index, Integer, LargeBinary, String, Table, Text, text
from sqlalchemy.types import TypeDecorator

from chassis.store import Instant, Json, tables_for

metadata = tables_for("notify")
# Across tenants: the link looks for what waits, and finds by a receipt whose message it is, and
# whose recordings it keeps; the worker for what expired.
TICK_TABLES = ("messages", "attempts", "recordings")

ID = String(64)
NAME = String(40)
REFERENCE = 200


class Yuan(TypeDecorator[Decimal]):
    """Money, exact on both databases: whole ten-thousandths of a yuan."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> Any:
        """Refuses nothing: what is finer is rounded."""
        return None if value is None else int((value * 10_000).to_integral_value())

    def process_result_value(self, value: Any, _dialect: Dialect) -> Decimal | None:
        """With four places."""
        return None if value is None else (Decimal(int(value)) / 10_000).quantize(Decimal("0.0001"))


messages = Table(
    "messages",
    metadata,
    Column("message_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    # One key is one message, however often it is asked for.
    Column("key", String(200), nullable=False),
    Column("notice", NAME, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(35), nullable=False),
    Column("template_version", BigInteger, nullable=False),
    Column("template", Text, nullable=False),
    Column("fields", Json, nullable=False),
    # 0 before 1.
    Column("rank", Integer, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("ticket_id", ID, nullable=False),
    Column("order_id", ID, nullable=False),
    Column("round", Integer, nullable=False),
    Column("webhook_id", ID, nullable=False),
    # By which whoever ordered a call knows it.
    Column("call_id", ID, nullable=False),
    # Of whom it is told by: its attempts go on with it.
    Column("trace", ID, nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    # By the store's clock.
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # In real time, as networks and processes fail in it.
    Column("retry_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("ended_at", Instant),
)
_m = messages.c
# Asked for in the same words as the indexes have them, for a database that plans without knowing values.
QUEUED = text("state = 'queued'")
Index(None, _m.tenant_id, _m.key, unique=True)
Index(
    "ix_messages_queued", _m.channel, _m.rank, _m.not_before, _m.message_id, postgresql_where=QUEUED, sqlite_where=QUEUED
)  # fmt: skip
Index("ix_messages_expiring", _m.expires_at, _m.message_id, postgresql_where=QUEUED, sqlite_where=QUEUED)
CALLING = text("state = 'sent' and channel = 'voice'")
Index("ix_messages_calling", _m.sent_at, _m.message_id, postgresql_where=CALLING, sqlite_where=CALLING)
Index(None, _m.tenant_id, _m.asked_at, _m.message_id)
Index(None, _m.tenant_id, _m.ticket_id, _m.asked_at, _m.message_id)
Index(None, _m.tenant_id, _m.unit_id, _m.asked_at, _m.message_id)
Index(None, _m.tenant_id, _m.state, _m.asked_at, _m.message_id)

attempts = Table(
    "attempts",
    metadata,
    Column("message_id", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("provider", ID, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(12)),
    Column("reason", Text, nullable=False),
    Column("reference", String(REFERENCE), nullable=False),
    Column("cost", Yuan, nullable=False),
)
REFERRED = text("reference <> ''")
Index(
    "ix_attempts_reference", attempts.c.provider, attempts.c.reference, postgresql_where=REFERRED, sqlite_where=REFERRED
)  # fmt: skip

# Of each recording that lies with a provider's channel; what was dropped stays named.
recordings = Table(
    "recordings",
    metadata,
    Column("recording", String(REFERENCE), primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("provider", ID, nullable=False),
    Column("message_id", ID, nullable=False),
    Column("ticket_id", ID, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("dropped_at", Instant),
)
_kept = text("dropped_at is null")
Index(
    "ix_recordings_kept", recordings.c.tenant_id, recordings.c.kept_at, postgresql_where=_kept, sqlite_where=_kept
)  # fmt: skip

inbox = Table(
    "inbox_items",
    metadata,
    Column("item_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("ticket_id", ID, nullable=False),
    Column("order_id", ID, nullable=False),
    Column("notice", NAME, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    Column("read_by", ID, nullable=False),
    Column("change", BigInteger, nullable=False),
)
_i = inbox.c
_unread = text("read_at is null")
Index(None, _i.unit_id, _i.at, _i.item_id)
Index(None, _i.unit_id, _i.change)
Index("ix_inbox_items_unread", _i.unit_id, _i.at, _i.item_id, postgresql_where=_unread, sqlite_where=_unread)

# Whoever changes a unit's inbox takes its next number and holds it until the commit, so that none comes late to who follows.
inbox_heads = Table(
    "inbox_heads",
    metadata,
    Column("unit_id", ID, primary_key=True),
    Column("change", BigInteger, nullable=False),
    info={"shared": True},
)

templates = Table(
    "templates",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("notice", NAME, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("current", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", ID, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("url", Text, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("notices", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", ID, nullable=False),
)
Index(None, webhooks.c.tenant_id, webhooks.c.webhook_id)

spending = Table(
    "spending",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("spent", Yuan, nullable=False),
)

# All links together keep a provider's rate; in real time.
paces = Table(
    "paces",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("since", Instant, nullable=False),
    info={"shared": True},
)

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", ID, primary_key=True),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)

units = Table(
    "units",
    metadata,
    Column("unit_id", ID, primary_key=True),
    Column("tenant_id", ID, nullable=False),
    Column("handling_tenant_id", ID, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("version", BigInteger, nullable=False),
    info={"shared": True},
)
Index(None, units.c.tenant_id, units.c.kind)
