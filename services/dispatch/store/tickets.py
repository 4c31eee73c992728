"""What intake told of tickets: their masked texts, what callers added, and what they took back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from chassis.store import Tx
from chassis.store.kept import Row
from services.dispatch.store.tables import orders
from services.dispatch.store.told import supplements, tickets

if TYPE_CHECKING:
    from services.dispatch.actions.opening import Ticket

KEPT = ("ticket_id", "channel", "text", "place", "received_at", "provincial_number", "version")


def keep(tx: Tx, ticket: Ticket) -> None:
    """Keep a ticket's text; an older telling changes nothing."""
    values = {name: getattr(ticket, name) for name in KEPT} | {"parties": list(ticket.parties)}
    tx.put(tickets, ("ticket_id",), values, newer="version")


def text_of(tx: Tx, ticket_id: str) -> Row | None:
    """A formed ticket's text, of the transaction's tenant."""
    row = tx.row(tickets, ticket_id=ticket_id)
    return row if row and row["version"] > 0 else None


def order_id(tx: Tx, ticket_id: str) -> str | None:
    """The ticket's own order, open or ended; not those it was handed on as."""
    return _order_id(tx, ticket_id, only_open=False)


def open_order_id(tx: Tx, ticket_id: str) -> str | None:
    """The ticket's own order while it is open."""
    return _order_id(tx, ticket_id, only_open=True)


def keep_withdrawal(tx: Tx, ticket_id: str, reason: str, at: dt.datetime) -> None:
    """Keep that the caller took it back, formed or not formed yet."""
    tx.put(tickets, ("ticket_id",), {"ticket_id": ticket_id, "withdrawn_reason": reason, "withdrawn_at": at})


def withdrawal_reason(tx: Tx, ticket_id: str) -> str | None:
    """Why the caller took it back; none when it was not."""
    row = tx.row(tickets, ticket_id=ticket_id)
    return row["withdrawn_reason"] if row and row["withdrawn_at"] else None


def keep_provincial_date(tx: Tx, ticket_id: str, due_at: dt.datetime, version: int) -> bool:
    """Keep the date the province moved it to, formed or not formed yet; answers whether it is the newest word."""
    values = {"ticket_id": ticket_id, "moved_due_at": due_at, "moved_version": version}
    return tx.put(tickets, ("ticket_id",), values, newer="moved_version")


def provincial_date(tx: Tx, ticket_id: str) -> dt.datetime | None:
    """The date the province moved it to; none where it never did."""
    row = tx.row(tickets, ticket_id=ticket_id)
    return row["moved_due_at"] if row else None


def keep_supplement(tx: Tx, ticket_id: str, text: str, at: dt.datetime, version: int) -> bool:
    """Keep what the caller added; answers whether it was new."""
    values = {"ticket_id": ticket_id, "version": version, "text": text, "at": at}
    return tx.insert_new(supplements, ("ticket_id", "version"), values)


def supplements_of(tx: Tx, ticket_id: str) -> list[Row]:
    """What the caller added, the oldest first."""
    return tx.rows(supplements, order="version", ticket_id=ticket_id)


def _order_id(tx: Tx, ticket_id: str, *, only_open: bool) -> str | None:
    still_open: dict[str, Any] = {"closed_at": None} if only_open else {}
    row = tx.row(orders, ticket_id=ticket_id, outer_order_id="", **still_open)
    return row["order_id"] if row else None
