"""Tickets that a new one may be like: the same caller's, and those of the same days and district. Few, and by an index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func

from chassis.likeness import MOST_CHARACTERS
from chassis.store import Tx
from services.intake.lifecycle import State
from services.intake.rules.ticket import Ticket
from services.intake.store.callers import FOUND_ORDER
from services.intake.store.tables import callers, tickets
from services.intake.store.tickets import NEWEST_FIRST, read

MOST_EARLIER = 20
MOST_NEAR = 1000
NEAR = timedelta(hours=72)
_COMPARED = (State.REGISTERED, State.FORMED, State.ANSWERED, State.CLOSED)


def earlier_of(tx: Tx, phone_hash: bytes, apart_from: str) -> list[Ticket]:
    """The same caller's tickets that are open or concluded, newest first, with the beginning of their texts."""
    mine = (callers.c.tenant_id == tx.by.tenant_id) & (callers.c.phone_hash == phone_hash) & (callers.c.ticket_id != apart_from)
    found = tx.select(callers, *_columns()).join(tickets, tickets.c.ticket_id == callers.c.ticket_id)
    compared = found.where(mine, tickets.c.state.in_(_COMPARED)).order_by(*FOUND_ORDER).limit(MOST_EARLIER)
    return [read(row) for row in tx.all(compared)]


def near(tx: Tx, district: str, at: datetime, apart_from: str) -> list[Ticket]:
    """The tenant's tickets of a district received within 72 hours of an instant, newest first, with the beginning of their texts."""
    mine = (tickets.c.tenant_id == tx.by.tenant_id) & (tickets.c.district == district) & (tickets.c.ticket_id != apart_from)
    during = (tickets.c.received_at >= at - NEAR) & (tickets.c.received_at <= at + NEAR)
    found = tx.select(tickets, *_columns()).where(mine, during, tickets.c.state.in_(_COMPARED))
    return [read(row) for row in tx.all(found.order_by(*NEWEST_FIRST).limit(MOST_NEAR))]


def phone_hash_of(tx: Tx, ticket: Ticket) -> bytes | None:
    """The keyed hash of a ticket's number; none where nobody's number is known."""
    row = tx.one(tx.select(callers, callers.c.phone_hash).where(callers.c.ticket_id == ticket.ticket_id))
    return row["phone_hash"] if row else None


def _columns() -> list[ColumnElement[Any]]:
    rest: list[ColumnElement[Any]] = [column for column in tickets.c if column.name != "text"]
    return [*rest, func.substr(tickets.c.text, 1, MOST_CHARACTERS).label("text")]
