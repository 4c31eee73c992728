"""The stop list: numbers that are left alone, each by its keyed hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.store.tables import stops

Row = Mapping[Any, Any]


def add(tx: Tx, phone_hash: bytes, reason: str) -> tuple[Row, bool]:
    """The stop of a number, and whether it is a new one."""
    row = {"stop_id": tx.new_id(), "tenant_id": tx.by.tenant_id, "phone_hash": phone_hash, "reason": reason, "at": tx.now, "by": tx.by.id}
    if tx.insert_new(stops, ("tenant_id", "phone_hash"), row):
        return row, True
    return find(tx, phone_hash) or row, False


def find(tx: Tx, phone_hash: bytes) -> Row | None:
    """The stop of a number of the transaction's tenant."""
    return tx.row(stops, tenant_id=tx.by.tenant_id, phone_hash=phone_hash)


def remove(tx: Tx, phone_hash: bytes) -> None:
    """It is left alone no longer."""
    tx.drop(stops, tenant_id=tx.by.tenant_id, phone_hash=phone_hash)


def page_of(tx: Tx, page: Page) -> tuple[list[Row], str]:
    """A page of the caller's tenant's, the newest first."""
    mine = tx.select(stops).where(stops.c.tenant_id == tx.by.tenant_id)
    rows, token = tx.page(mine, (stops.c.at.desc(), stops.c.stop_id.desc()), page)
    return list(rows), token
