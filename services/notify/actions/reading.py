"""A unit's inbox, read by who works there; messages, by the hub."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.errors import Denied, Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from services.notify.store import inbox

Row = Mapping[Any, Any]
LONGEST_WAIT = 20.0
LOOK_SECONDS = 0.25
# Whoever waits holds a thread of the server's: of eight it must leave most to others, who are answered at once.
WAITING = threading.BoundedSemaphore(3)


def own_unit(tx: Tx) -> str:
    """Whose inbox the caller reads. Raises Denied for who works nowhere."""
    if not tx.by.unit_id:
        raise Denied("您不属于任何单位，没有站内消息")
    return tx.by.unit_id


def list_items(tx: Tx, page: Page, *, unread: bool) -> tuple[list[Row], str, int]:
    """A page of the inbox, the token of the next, and how many items are unread."""
    unit_id = own_unit(tx)
    rows, token = inbox.page_of(tx, page, unit_id, unread=unread)
    return rows, token, inbox.count_unread(tx, unit_id)


def mark_read(tx: Tx, ids: Sequence[str]) -> list[Row]:
    """Items of the inbox, read. Raises Invalid for one that is not there: then none is marked."""
    rows = inbox.mark_read(tx, own_unit(tx), ids)
    if unknown := sorted(set(ids) - {row["item_id"] for row in rows}):
        raise Invalid("item_ids", f"本单位没有编号为 {unknown[0]} 的站内消息，请核对后重试")
    return rows


def list_changes(tx: Tx, page: Page, seconds: float) -> Callable[[], tuple[list[Row], str]]:
    """Looks for what changed, again and again for so long, each time in a transaction of its own. Raises Invalid, Denied."""
    if not 0 <= seconds <= LONGEST_WAIT:
        raise Invalid("wait", f"wait：最多等候 {LONGEST_WAIT:.0f} 秒")
    store, by, unit_id = tx.store, tx.by, own_unit(tx)
    found = inbox.changes_of(tx, page, unit_id)

    def look() -> tuple[list[Row], str]:
        return store.read(by, lambda later: inbox.changes_of(later, page, unit_id))

    return lambda: found if found[0] else _waited(look, found, seconds)


def _waited(look: Callable[[], tuple[list[Row], str]], found: tuple[list[Row], str], seconds: float) -> tuple[list[Row], str]:
    until = time.monotonic() + seconds
    if not seconds or not WAITING.acquire(blocking=False):
        return found
    try:
        while not found[0] and time.monotonic() < until:
            time.sleep(min(LOOK_SECONDS, max(until - time.monotonic(), 0)))
            found = look()
    finally:
        WAITING.release()
    return found
