"""The province's orders as rows: which ticket each is, and both its dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import true

from chassis.store import Tx
from chassis.store.paging import Page
from services.provincial.store.tables import orders, standings, strangers

Row = Mapping[Any, Any]
KEY = ("tenant_id", "number")


def begin(
    tx: Tx,
    province: str,
    number: str,
    version: int,
    *,
    urgent: bool,
    provincial_due_at: datetime | None,
    expected_at: datetime | None,
    flagged: bool,
) -> None:
    """Keep an order whose first message has come; one that is there stays as it is."""
    row = {
        "number": number, "province": province, "first_version": version, "ticket_id": None, "ticket_number": "", "urgent": urgent,
        "received_at": tx.now, "provincial_due_at": provincial_due_at, "expected_at": expected_at, "flagged": flagged,
    }  # fmt: skip
    tx.insert_new(orders, KEY, row)


def by_number(tx: Tx, number: str, *, lock: bool = False) -> Row | None:
    """The transaction's tenant's order of a number."""
    return tx.row(orders, tenant_id=tx.by.tenant_id, number=number, lock=lock)


def by_ticket(tx: Tx, ticket_id: str) -> Row | None:
    """The order that a ticket is."""
    return tx.row(orders, tenant_id=tx.by.tenant_id, ticket_id=ticket_id)


def bind(tx: Tx, number: str, ticket_id: str, ticket_number: str) -> None:
    """The ticket that an order is; told again it is the same."""
    tx.change(orders, {"tenant_id": tx.by.tenant_id, "number": number}, {"ticket_id": ticket_id, "ticket_number": ticket_number})


def forget(tx: Tx, number: str) -> None:
    """An order that nobody took."""
    own = orders.c
    tx.run(tx.delete(orders).where(own.tenant_id == tx.by.tenant_id, own.number == number, own.ticket_id.is_(None)))


def follow(tx: Tx, ticket_id: str, order_id: str, unit_id: str, due_at: datetime | None, version: int) -> None:
    """What dispatch said last of a ticket's order; what is older is ignored."""
    row = {
        "tenant_id": tx.by.tenant_id, "ticket_id": ticket_id, "order_id": order_id, "unit_id": unit_id, "due_at": due_at,
        "version": version,
    }  # fmt: skip
    tx.put(standings, ("tenant_id", "ticket_id"), row, newer="version")


def standing_of(tx: Tx, ticket_id: str) -> Row | None:
    """What dispatch said last of a ticket's order."""
    return tx.row(standings, tenant_id=tx.by.tenant_id, ticket_id=ticket_id)


def estrange(tx: Tx, ticket_id: str) -> None:
    """A ticket that no link brought."""
    tx.insert_new(strangers, ("tenant_id", "ticket_id"), {"ticket_id": ticket_id})


def is_stranger(tx: Tx, ticket_id: str) -> bool:
    """Whether a ticket is known to be none of a link's."""
    return tx.row(strangers, tenant_id=tx.by.tenant_id, ticket_id=ticket_id) is not None


def page_of(tx: Tx, page: Page, *, flagged: bool) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, the newest first."""
    own = orders.c
    told = (standings.c.tenant_id == own.tenant_id) & (standings.c.ticket_id == own.ticket_id)
    columns = (standings.c.order_id, standings.c.unit_id, standings.c.due_at)
    found = tx.select(orders, *own, *columns).outerjoin(standings, told).where(own.tenant_id == tx.by.tenant_id)
    if flagged:
        found = found.where(own.flagged == true())
    rows, token = tx.page(found, (own.received_at.desc(), own.number.desc()), page)
    return list(rows), token
