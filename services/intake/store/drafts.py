"""Drafts as rows: all of their content is sealed, but a masked title to find them by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.keyring import keyring_of
from services.intake.store.tables import drafts as table

_COLUMNS = (table.c.draft_id, table.c.title, table.c.saved_at, table.c.version)
MOST_PER_PERSON = 100


@dataclass(frozen=True)
class Draft:
    """A draft of the caller's own."""

    draft_id: str
    title: str
    saved_at: datetime
    version: int


def load(tx: Tx, draft_id: str, *, lock: bool = False) -> Draft:
    """One of the caller's own drafts. Raises Missing, for others' too."""
    statement = tx.select(table, *_COLUMNS).where(_mine(tx), table.c.draft_id == draft_id)
    row = tx.one(statement.with_for_update() if lock else statement)
    if row is None:
        raise Missing(f"没有编号为 {draft_id} 的草稿，可能已经登记或删除")
    return Draft(**row)


def save(tx: Tx, draft: Draft, content: bytes) -> None:
    """Seal and keep it, new or not."""
    keys = keyring_of(tx.settings)
    sealed = keys.seal(content, tx.by.tenant_id, draft.draft_id, "sealed_content")
    tx.put(table, ("draft_id",), {**vars(draft), "owner_id": tx.by.id, "key_id": keys.active, "sealed_content": sealed})


def open_content(tx: Tx, draft: Draft) -> bytes:
    """What was typed."""
    row = tx.one(tx.select(table, table.c.sealed_content).where(_mine(tx), table.c.draft_id == draft.draft_id))
    if row is None:
        raise Missing(f"没有编号为 {draft.draft_id} 的草稿，可能已经登记或删除")
    return keyring_of(tx.settings).open(row["sealed_content"], tx.by.tenant_id, draft.draft_id, "sealed_content")


def discard(tx: Tx, draft_id: str) -> bool:
    """Take it away; answers whether it was there."""
    return bool(tx.run(tx.delete(table).where(_mine(tx), table.c.draft_id == draft_id)))


def count(tx: Tx) -> int:
    """How many the caller has."""
    return len(tx.all(tx.select(table, table.c.draft_id).where(_mine(tx)).limit(MOST_PER_PERSON)))


def page_of(tx: Tx, page: Page) -> tuple[list[Draft], str]:
    """The caller's drafts, newest first, and the token of the next page."""
    rows, token = tx.page(tx.select(table, *_COLUMNS).where(_mine(tx)), (table.c.saved_at.desc(), table.c.draft_id.desc()), page)
    return [Draft(**row) for row in rows], token


def _mine(tx: Tx) -> ColumnElement[bool]:
    return (table.c.tenant_id == tx.by.tenant_id) & (table.c.owner_id == tx.by.id)
