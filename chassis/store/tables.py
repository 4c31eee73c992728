"""The tables every service's store has beside its own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

from chassis.store.types import Instant, Json

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PLUMBING = {"shared": True}
SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def tables_for(service: str) -> MetaData:
    """A service's MetaData with the chassis' tables in it; its schema on PostgreSQL bears the service's name.

    A table whose info says `shared` has no tenant's predicate: it is reference data or plumbing. On every other table
    `tenant_id` is the owner of a row, and `handling_tenant_id`, where there is one, the tenant that works on it too.
    """
    metadata = MetaData(naming_convention=NAMING, info={"service": service})
    _outbox(metadata)
    _inbox(metadata)
    _requests(metadata)
    _journal(metadata)
    _tokens(metadata)
    return metadata


def _outbox(metadata: MetaData) -> None:
    outbox = Table(
        "outbox",
        metadata,
        Column("seq", SERIAL, primary_key=True, autoincrement=True),
        Column("event_id", String(36), nullable=False, unique=True),
        Column("tenant_id", String(64), nullable=False),
        Column("type", String(120), nullable=False),
        Column("aggregate", String(64), nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("payload", Text, nullable=False),
        Column("trace", String(64), nullable=False, server_default=""),
        Column("told_at", Instant, nullable=False),
        Column("sent_at", Instant),
        info=PLUMBING,
    )
    unsent = text("sent_at is null")
    Index("ix_outbox_unsent", outbox.c.seq, postgresql_where=unsent, sqlite_where=unsent)
    Table(
        "retells",
        metadata,
        Column("id", String(36), primary_key=True),
        Column("consumer", String(40), nullable=False),
        Column("next_seq", BigInteger, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("done_at", Instant),
        info=PLUMBING,
    )


def _inbox(metadata: MetaData) -> None:
    """Rows of the inbox are never swept: outboxes are kept, and a retelling of the whole past must find what was handled."""
    Table(
        "inbox",
        metadata,
        Column("event_id", String(36), primary_key=True),
        Column("handled_at", Instant, nullable=False),
        info=PLUMBING,
    )
    retries = Table(
        "retries",
        metadata,
        Column("event_id", String(36), primary_key=True),
        Column("tenant_id", String(64), nullable=False),
        Column("source", String(40), nullable=False),
        Column("type", String(120), nullable=False),
        Column("told", Json, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("error", Text, nullable=False),
        Column("next_at", Instant),
        Column("parked_at", Instant),
        info=PLUMBING,
    )
    Index("ix_retries_next_at", retries.c.next_at)
    Index("ix_retries_parked_at", retries.c.parked_at)


def _requests(metadata: MetaData) -> None:
    requests = Table(
        "requests",
        metadata,
        Column("tenant_id", String(64), primary_key=True),
        Column("caller_id", String(64), primary_key=True),
        Column("method", String(120), primary_key=True),
        Column("request_id", String(64), primary_key=True),
        Column("digest", LargeBinary(32), nullable=False),
        Column("answer", LargeBinary),
        # Real time, whatever the store's clock says.
        Column("at", Instant, nullable=False),
        info=PLUMBING,
    )
    Index("ix_requests_at", requests.c.at)


def _journal(metadata: MetaData) -> None:
    journal = Table(
        "journal",
        metadata,
        Column("subject", String(64), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("tenant_id", String(64), nullable=False),
        Column("handling_tenant_id", String(64)),
        Column("at", Instant, nullable=False),
        Column("by_kind", String(10), nullable=False),
        Column("by_id", String(64), nullable=False),
        Column("unit_id", String(64), nullable=False),
        Column("verb", String(60), nullable=False),
        Column("article", String(10), nullable=False),
        Column("detail", Text, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
    )
    Index("ix_journal_tenant_id_at", journal.c.tenant_id, journal.c.at)
    Table(
        "journal_heads",
        metadata,
        Column("subject", String(64), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("hash", String(64), nullable=False),
        info=PLUMBING,
    )
    Table(
        "seals",
        metadata,
        Column("service", String(40), primary_key=True),
        Column("tenant_id", String(64), primary_key=True),
        Column("day", String(10), primary_key=True),
        Column("entries", Integer, nullable=False),
        Column("head", String(64), nullable=False),
        Column("signature", Text, nullable=False),
        Column("sealed_at", Instant, nullable=False),
        # Empty on seals of before they named their key.
        Column("key_id", String(64), nullable=False, server_default=""),
        info=PLUMBING,
    )


def _tokens(metadata: MetaData) -> None:
    Table(
        "token_keys",
        metadata,
        Column("key_id", String(64), primary_key=True),
        Column("public_key", Text, nullable=False),
        Column("retired_at", Instant),
        Column("version", BigInteger, nullable=False),
        info=PLUMBING,
    )
    Table(
        "revocations",
        metadata,
        Column("subject", String(64), primary_key=True),
        Column("issued_before", Instant, nullable=False),
        Column("version", BigInteger, nullable=False),
        info=PLUMBING,
    )
