"""The province's orders as rows: which ticket each is, and both its dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import true

from chassis.store import Tx
from chassis.store.paging import Page
from hotline.dispatch.v1.events_pb2 import OrderSnapshot
from services.provincial.rules.dates import Word
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
    words: Sequence[Word],
    expected_at: datetime | None,
    flagged: bool,
) -> None:
    """Keep an order whose first message has come; one that is there stays as it is."""
    row = {
        "number": number, "province": province, "first_version": version, "ticket_id": None, "ticket_number": "", "urgent": urgent,
        "received_at": tx.now, "provincial_due_at": provincial_due_at, "dates": _told(words), "moves": 0,
        "expected_at": expected_at, "flagged": flagged,
    }  # fmt: skip
    tx.insert_missing(orders, KEY, [row])


def by_number(tx: Tx, number: str, *, lock: bool = False) -> Row | None:
    """The transaction's tenant's order of a number."""
    return tx.row(orders, tenant_id=tx.by.tenant_id, number=number, lock=lock)


def by_ticket(tx: Tx, ticket_id: str) -> Row | None:
    """The order that a ticket is."""
    return tx.row(orders, tenant_id=tx.by.tenant_id, ticket_id=ticket_id)


def bind(tx: Tx, number: str, ticket_id: str, ticket_number: str) -> None:
    """The ticket that an order is; told again it is the same."""
    tx.change(orders, {"tenant_id": tx.by.tenant_id, "number": number}, {"ticket_id": ticket_id, "ticket_number": ticket_number})


def words_of(order: Row) -> list[Word]:
    """What the province has said of an order's date."""
    return [Word(version, datetime.fromisoformat(at) if at else None, days) for version, at, days in order["dates"]]


def move(tx: Tx, order: Row, words: Sequence[Word], due_at: datetime | None) -> int:
    """Keep what the province has said of a locked order's date, and what comes of it; answers how often it has moved."""
    moves: int = order["moves"] + (due_at != order["provincial_due_at"])
    values = {"dates": _told(words), "provincial_due_at": due_at, "moves": moves}
    tx.change(orders, {"tenant_id": tx.by.tenant_id, "number": order["number"]}, values)
    return moves


def forget(tx: Tx, number: str) -> None:
    """An order that nobody took."""
    own = orders.c
    tx.run(tx.delete(orders).where(own.tenant_id == tx.by.tenant_id, own.number == number, own.ticket_id.is_(None)))


def follow(tx: Tx, order: OrderSnapshot, due_at: datetime | None, ruling_at: datetime | None) -> None:
    """What dispatch said last of a ticket's order, with our date and the one in force; what is older is ignored."""
    row = {
        "tenant_id": tx.by.tenant_id, "ticket_id": order.ticket_id, "order_id": order.order_id, "unit_id": order.unit_id,
        "due_at": due_at, "ruling_at": ruling_at, "version": order.version,
    }  # fmt: skip
    tx.put(standings, ("tenant_id", "ticket_id"), row, newer="version")


def standing_of(tx: Tx, ticket_id: str) -> Row | None:
    """What dispatch said last of a ticket's order."""
    return tx.row(standings, tenant_id=tx.by.tenant_id, ticket_id=ticket_id)


def estrange(tx: Tx, ticket_id: str) -> None:
    """A ticket that no link brought."""
    tx.insert_missing(strangers, ("tenant_id", "ticket_id"), [{"ticket_id": ticket_id}])


def is_stranger(tx: Tx, ticket_id: str) -> bool:
    """Whether a ticket is known to be none of a link's."""
    return tx.row(strangers, tenant_id=tx.by.tenant_id, ticket_id=ticket_id) is not None


def page_of(tx: Tx, page: Page, *, flagged: bool) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, the newest first."""
    own = orders.c
    told = (standings.c.tenant_id == own.tenant_id) & (standings.c.ticket_id == own.ticket_id)
    columns = (standings.c.order_id, standings.c.unit_id, standings.c.due_at, standings.c.ruling_at)
    found = tx.select(orders, *own, *columns).outerjoin(standings, told).where(own.tenant_id == tx.by.tenant_id)
    if flagged:
        found = found.where(own.flagged == true())
    rows, token = tx.page(found, (own.received_at.desc(), own.number.desc()), page)
    return list(rows), token


def _told(words: Sequence[Word]) -> list[Any]:
    return [[word.version, word.due_at.isoformat() if word.due_at else "", word.days] for word in words]
