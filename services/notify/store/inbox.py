"""Inboxes of units as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import literal

from chassis.store import Tx
from chassis.store.paging import Page, next_token
from services.notify.store.tables import inbox, inbox_heads

Row = Mapping[Any, Any]
CHANGES = (inbox.c.change,)
MOST_COUNTED = 100


def add(tx: Tx, item_id: str, unit_id: str, notice: str, text: str, *, urgent: bool, ticket_id: str, order_id: str) -> None:
    """A message is laid into a unit's inbox."""
    tx.insert(
        inbox, item_id=item_id, unit_id=unit_id, ticket_id=ticket_id, order_id=order_id, notice=notice, urgent=urgent, text=text,
        at=tx.now, read_at=None, read_by="", change=_next(tx, unit_id),
    )  # fmt: skip


def mark_read(tx: Tx, unit_id: str, ids: Sequence[str]) -> list[Row]:
    """Those of a unit's items, read now where they were not; in the order of their ids."""
    mine = (inbox.c.unit_id == unit_id) & inbox.c.item_id.in_(sorted(ids))
    fresh = tx.all(tx.select(inbox, inbox.c.item_id).where(mine, inbox.c.read_at.is_(None)).order_by(inbox.c.item_id).with_for_update())
    for row in fresh:
        tx.change(inbox, {"item_id": row["item_id"]}, {"read_at": tx.now, "read_by": tx.by.id, "change": _next(tx, unit_id)})
    return list(tx.all(tx.select(inbox).where(mine).order_by(inbox.c.item_id)))


def page_of(tx: Tx, page: Page, unit_id: str, *, unread: bool) -> tuple[list[Row], str]:
    """A page of a unit's items, the newest first."""
    wanted = tx.select(inbox).where(inbox.c.unit_id == unit_id)
    if unread:
        wanted = wanted.where(inbox.c.read_at.is_(None))
    rows, token = tx.page(wanted, (inbox.c.at.desc(), inbox.c.item_id.desc()), page)
    return list(rows), token


def count_unread(tx: Tx, unit_id: str) -> int:
    """How many of a unit's items are unread, up to a hundred."""
    unread = tx.select(inbox, literal(1)).where(inbox.c.unit_id == unit_id, inbox.c.read_at.is_(None)).limit(MOST_COUNTED)
    return len(tx.all(unread))


def changes_of(tx: Tx, page: Page, unit_id: str) -> tuple[list[Row], str]:
    """What changed since a token, the oldest first, and the token to ask with next."""
    rows, token = tx.page(tx.select(inbox).where(inbox.c.unit_id == unit_id), CHANGES, page)
    last = rows[-1] if rows else {inbox.c.change: 0}
    return list(rows), token or (page.token if not rows and page.token else next_token(last, CHANGES))


def _next(tx: Tx, unit_id: str) -> int:
    """The next number of a unit's inbox, held until the transaction ends."""
    tx.insert_missing(inbox_heads, ("unit_id",), [{"unit_id": unit_id, "change": 0}])
    counted = tx.update(inbox_heads).where(inbox_heads.c.unit_id == unit_id).values(change=inbox_heads.c.change + 1)
    return int(tx.connection.execute(counted.returning(inbox_heads.c.change)).scalar_one())
