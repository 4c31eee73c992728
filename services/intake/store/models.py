"""Versions of a tenant's model of the categories, and the closed tickets it learns from. The newest that serves, serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func

from chassis.store import Tx
from services.intake.lifecycle import State
from services.intake.store.tables import category_models as table
from services.intake.store.tables import tenants, tickets

MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class Decided:
    """A closed ticket's masked text and the category it was decided to have."""

    received_at: datetime
    category: str
    text: str


@dataclass(frozen=True)
class Version:
    """What is known of a version without its content. `digest` is the content's SHA-256, in hexadecimal."""

    version: int
    digest: str


def closed_tickets(tx: Tx, most: int) -> list[Decided]:
    """The tenant's newest closed tickets, the oldest of them first."""
    columns = (tickets.c.received_at, tickets.c.category, tickets.c.title, func.substr(tickets.c.text, 1, MOST_CHARACTERS).label("said"))
    mine = (tickets.c.tenant_id == tx.by.tenant_id) & (tickets.c.state == State.CLOSED)
    rows = tx.all(tx.select(tickets, *columns).where(mine).order_by(tickets.c.received_at.desc()).limit(most))
    return [Decided(row["received_at"], row["category"], f"{row['title']}\n{row['said']}") for row in reversed(rows)]


def serving(tx: Tx) -> Version | None:
    """The version that serves the caller's tenant; none before the first."""
    mine = (table.c.tenant_id == tx.by.tenant_id) & table.c.serves
    row = tx.one(tx.select(table, table.c.version, table.c.digest).where(mine).order_by(table.c.version.desc()).limit(1))
    return Version(row["version"], row["digest"]) if row else None


def content_of(tx: Tx, version: int) -> bytes:
    """A version's content. Raises LookupError for one there is none of."""
    row = tx.one(tx.select(table, table.c.content).where(table.c.tenant_id == tx.by.tenant_id, table.c.version == version))
    if row is None:
        raise LookupError(f"no version {version} of the categories' model")
    return bytes(row["content"])


def keep(tx: Tx, digest: str, content: bytes, facts: Mapping[str, Any], *, serves: bool) -> int:
    """Keep a new version; answers its number."""
    last = tx.one(tx.select(table, table.c.version).where(table.c.tenant_id == tx.by.tenant_id).order_by(table.c.version.desc()).limit(1))
    version = int(last["version"]) + 1 if last else 1
    tx.insert(table, version=version, digest=digest, content=content, serves=serves, trained_at=tx.now, **facts)
    return version


def tenants_of(tx: Tx) -> list[str]:
    """Every tenant there is, for the job that trains."""
    return [row["tenant_id"] for row in tx.all(tx.select(tenants, tenants.c.tenant_id).order_by(tenants.c.tenant_id))]
