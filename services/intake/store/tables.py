"""intake's tables.

Columns named `sealed_…` hold what only intake may know, encrypted field by field; `key_id` names the key of a row's
seals. Every other text is masked. What hangs on a ticket bears the tenant that handles it too, so that a district works
on the city's ticket through the same predicate.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from chassis.store import Instant, Json, tables_for
from services.intake.store.types import Tokens

metadata = tables_for("intake")
# Copies of the directory: a unit or a person of any tenant may be complained about at any hub.
SHARED = {"shared": True}
# Keys are rotated across tenants; without a key these tables are noise. `tenants` tells whose models are trained.
TICK_TABLES = ("callers", "supplements", "attachments", "drafts", "tenants")
# What waits is counted across tenants.
MEASURED_TABLES = ("tickets",)

ID, TENANT = String(64), String(64)
# Ranges of codes are compared byte by byte, whatever the database's locale.
CODE = String(20).with_variant(String(20, collation="C"), "postgresql")


def _owned(*, handled: bool = True) -> list[Column[Any]]:
    owner: list[Column[Any]] = [Column("tenant_id", TENANT, nullable=False)]
    return [*owner, Column("handling_tenant_id", TENANT)] if handled else owner


tickets = Table(
    "tickets",
    metadata,
    Column("ticket_id", ID, primary_key=True),
    *_owned(),
    Column("number", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("nature", String(12), nullable=False),
    Column("source", String(12), nullable=False),
    Column("urgency", String(12), nullable=False),
    Column("urgent_kind", String(16), nullable=False, server_default=""),
    Column("category", CODE, nullable=False),
    Column("category_path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("district", TENANT, nullable=False),
    Column("town", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("parties", Json, nullable=False),
    Column("provincial_number", ID),
    Column("provincial_due_at", Instant),
    Column("edition", String(40), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", ID, nullable=False),
    Column("settle_by", Instant, nullable=False),
    Column("masking_confirmed", Boolean, nullable=False),
    Column("settlement", Json, nullable=False),
    Column("settled_at", Instant),
    Column("decline_request", Json),
    Column("decline_requested", Boolean, nullable=False),
    Column("order_id", ID, nullable=False),
    Column("order_state", String(20), nullable=False),
    Column("order_round", Integer, nullable=False),
    Column("closing", String(24), nullable=False),
    Column("closed_at", Instant),
    Column("group_ticket_id", ID, nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False),
)
_t = tickets.c
_grouped = text("group_ticket_id <> ''")
Index("ix_tickets_group", _t.tenant_id, _t.group_ticket_id, postgresql_where=_grouped, sqlite_where=_grouped)
# What a channel's system registered, which tickets of the telephone need not pay for.
_of_callers = text("channel IN ('wechat', 'app', 'mayor_mailbox')")
Index(
    "ix_tickets_registered_by", _t.tenant_id, _t.registered_by, _t.received_at, _t.ticket_id,
    postgresql_where=_of_callers, sqlite_where=_of_callers,
)  # fmt: skip
Index(None, _t.tenant_id, _t.number, unique=True)
Index(None, _t.tenant_id, _t.provincial_number, unique=True)
# A tenant with few tickets is found by these, one with many by those below: no index serves an "or" in the order of a list.
Index(None, _t.tenant_id, _t.received_at, _t.ticket_id)
Index(None, _t.handling_tenant_id, _t.received_at, _t.ticket_id)
Index(None, _t.received_at, _t.ticket_id)
Index(None, _t.state, _t.received_at, _t.ticket_id)
Index(None, _t.category, _t.received_at, _t.ticket_id)
Index(None, _t.district, _t.received_at, _t.ticket_id)

callers = Table(
    "callers",
    metadata,
    Column("ticket_id", ID, primary_key=True),
    *_owned(),
    Column("received_at", Instant, nullable=False),
    Column("phone_hash", LargeBinary(32)),
    Column("language", String(35), nullable=False, server_default=""),
    Column("key_id", String(40), nullable=False),
    Column("sealed_name", LargeBinary),
    Column("sealed_phone", LargeBinary),
    Column("sealed_other_contact", LargeBinary),
    Column("sealed_address", LargeBinary),
    Column("sealed_id_number", LargeBinary),
    Column("sealed_mask_words", LargeBinary),
    Column("sealed_title", LargeBinary),
    Column("sealed_text", LargeBinary),
    Column("sealed_place_address", LargeBinary),
)
Index(None, callers.c.tenant_id, callers.c.phone_hash, callers.c.received_at)
Index(None, callers.c.key_id)

# By which words tickets are found (decision 0014). Shared: row security would keep PostgreSQL from the index; noise without the key.
ticket_words = Table(
    "ticket_words",
    metadata,
    Column("tenant_id", TENANT, primary_key=True),
    Column("ticket_id", ID, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("tokens", Tokens, nullable=False),
    info=SHARED,
)
Index(None, ticket_words.c.tenant_id, ticket_words.c.received_at)
Index(None, ticket_words.c.received_at, ticket_words.c.ticket_id)
# Without a list of what waits to be sorted in, which every search would read. SQLite has no such index: there it stays empty.
Index(
    "ix_ticket_words_tokens", ticket_words.c.tokens,
    postgresql_using="gin", postgresql_with={"fastupdate": "off"}, sqlite_where=text("tokens is null"),
)  # fmt: skip

supplements = Table(
    "supplements",
    metadata,
    Column("supplement_id", ID, primary_key=True),
    *_owned(),
    Column("ticket_id", ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", ID, nullable=False),
    Column("key_id", String(40), nullable=False),
    Column("sealed_text", LargeBinary),
)
Index(None, supplements.c.ticket_id, supplements.c.supplement_id)
Index(None, supplements.c.key_id)

attachments = Table(
    "attachments",
    metadata,
    Column("attachment_id", ID, primary_key=True),
    *_owned(),
    Column("ticket_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", ID, nullable=False),
    Column("key_id", String(40), nullable=False),
    Column("sealed_name", LargeBinary),
    Column("sealed_content", LargeBinary),
)
Index(None, attachments.c.ticket_id, attachments.c.attachment_id)
Index(None, attachments.c.key_id)

drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", ID, primary_key=True),
    *_owned(handled=False),
    Column("owner_id", ID, nullable=False),
    Column("title", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("key_id", String(40), nullable=False),
    Column("sealed_content", LargeBinary),
)
Index(None, drafts.c.tenant_id, drafts.c.owner_id, drafts.c.saved_at, drafts.c.draft_id)
Index(None, drafts.c.key_id)

stops = Table(
    "stops",
    metadata,
    Column("stop_id", ID, primary_key=True),
    *_owned(handled=False),
    Column("phone_hash", LargeBinary(32), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", ID, nullable=False),
)
Index(None, stops.c.tenant_id, stops.c.phone_hash, unique=True)
Index(None, stops.c.tenant_id, stops.c.at, stops.c.stop_id)

SEALED: tuple[Table, ...] = (callers, supplements, attachments, drafts)
"""Tables with sealed columns: a seal is bound to its tenant, the row's primary key and the column's name."""

number_blocks = Table(
    "number_blocks",
    metadata,
    *_owned(handled=False),
    Column("day", String(10), nullable=False),
    Column("block", Integer, nullable=False),
    Column("used", Integer, nullable=False),
)
Index(None, number_blocks.c.tenant_id, number_blocks.c.day, number_blocks.c.block, unique=True)

orders = Table(
    "orders",
    metadata,
    Column("order_id", ID, primary_key=True),
    *_owned(),
    Column("ticket_id", ID, nullable=False),
    Column("outer_order_id", ID, nullable=False),
    Column("version", BigInteger, nullable=False),
)

holders = Table(
    "holders",
    metadata,
    Column("order_id", ID, primary_key=True),
    Column("unit_id", ID, primary_key=True),
    *_owned(),
    Column("ticket_id", ID, nullable=False),
)
Index(None, holders.c.ticket_id, holders.c.unit_id)
Index(None, holders.c.unit_id, holders.c.ticket_id)

units = Table(
    "units",
    metadata,
    Column("unit_id", ID, primary_key=True),
    *_owned(),
    Column("parent_id", ID, nullable=False),
    Column("successor_id", ID, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("version", BigInteger, nullable=False),
    info=SHARED,
)
Index(None, units.c.successor_id)
Index(None, units.c.handling_tenant_id)

people = Table(
    "people",
    metadata,
    Column("person_id", ID, primary_key=True),
    *_owned(handled=False),
    Column("version", BigInteger, nullable=False),
    info=SHARED,
)

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", TENANT, primary_key=True),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
)

category_trees = Table(
    "category_trees",
    metadata,
    Column("tenant_id", TENANT, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

categories = Table(
    "categories",
    metadata,
    Column("tenant_id", TENANT, primary_key=True),
    Column("code", CODE, primary_key=True),
    Column("since_version", BigInteger, primary_key=True),
    Column("until_version", BigInteger),
    Column("name", Text, nullable=False),
    Column("keywords", Json, nullable=False),
)

# `figures` are a version's own on rows held out in time, `against` those of what served then on the same rows.
category_models = Table(
    "category_models",
    metadata,
    Column("tenant_id", TENANT, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("serves", Boolean, nullable=False),
    Column("trained_at", Instant, nullable=False),
    Column("trained_on", Json, nullable=False),
    Column("figures", Json, nullable=False),
    Column("against", Json, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What was shown of what is masked, for who looks after it: few of a journal's steps.
REVEALED = text("verb IN ('reveal_caller', 'reveal_text', 'download_attachment')")
_j = metadata.tables["journal"].c
Index("ix_journal_revealed", _j.tenant_id, _j.at, _j.subject, _j.number, postgresql_where=REVEALED, sqlite_where=REVEALED)
