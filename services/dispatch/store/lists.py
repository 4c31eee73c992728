"""Lists of orders, each one query for its orders and one for each sort of thing shown with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, or_

from chassis.store import Tx
from chassis.store.paging import Page
from regulation.deadlines import Light
from regulation.table import Source
from services.dispatch.lifecycle import HELD_BY_UNIT, State
from services.dispatch.rules.requests import Request
from services.dispatch.store import tables
from services.dispatch.store.orders import REQUEST_TABLES
from services.dispatch.store.replies import ANSWERS
from services.dispatch.store.rows import KINDS, request_of
from services.dispatch.store.tables import orders

Rows = tuple[list[RowMapping], str]
OWN = orders.c
BY_DATE = (OWN.due_at, OWN.order_id)
BY_SINCE = (OWN.since, OWN.order_id)
SAME = ("source", "nature", "category", "unit_id", "light")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of a list; what is None or empty does not matter."""

    states: tuple[State, ...] = ()
    source: Source | None = None
    urgent: bool | None = None
    nature: str = ""
    category: str = ""
    unit_id: str = ""
    light: Light | None = None
    due_until: dt.datetime | None = None
    formed_from: dt.datetime | None = None
    formed_before: dt.datetime | None = None

    def of(self, statement: Select[Any]) -> Select[Any]:
        """The statement with what is asked."""
        if self.states:
            statement = statement.where(OWN.state.in_(self.states))
        if self.urgent is not None:
            statement = statement.where(OWN.urgent.is_(self.urgent))
        if self.due_until is not None:
            statement = statement.where(OWN.due_at <= self.due_until)
        if self.formed_from is not None:
            statement = statement.where(OWN.formed_at >= self.formed_from)
        if self.formed_before is not None:
            statement = statement.where(OWN.formed_at < self.formed_before)
        if self.light not in (None, Light.NONE):
            statement = statement.where(tables.LIT)
        same = {name: value for name in SAME if (value := getattr(self, name))}
        return statement.where(*(OWN[name] == value for name, value in same.items()))


def queue(tx: Tx, state: State, filter_: Filter, page: Page) -> Rows:
    """The hub's orders in one state: those to dispatch by their date, others the longest waiting first."""
    statement = tx.select(orders).where(OWN.tenant_id == tx.by.tenant_id, OWN.state == state)
    return _page(tx, filter_.of(statement), BY_DATE if state is State.PENDING else BY_SINCE, page)


def urgent(tx: Tx, page: Page) -> Rows:
    """What is urgent and open, of the tenant's own and of what it handles, by its date."""
    mine = or_(OWN.tenant_id == tx.by.tenant_id, OWN.handling_tenant_id == tx.by.tenant_id)
    return _page(tx, tx.select(orders).where(mine, tables.URGENT), BY_DATE, page)


def inbox(tx: Tx, filter_: Filter, page: Page, *, at_hub: bool) -> Rows:
    """What the caller's unit holds, by its date; a district's hub holds what the city sent to the district too."""
    mine: ColumnElement[bool] = (OWN.unit_id == tx.by.unit_id) & (OWN.tenant_id == tx.by.tenant_id)
    if at_hub:
        mine = or_(mine, OWN.handling_tenant_id == tx.by.tenant_id)
    statement = tx.select(orders).where(mine, OWN.state.in_(HELD_BY_UNIT))
    return _page(tx, filter_.of(statement), BY_DATE, page)


def assisted(tx: Tx, page: Page) -> tuple[list[tuple[RowMapping, RowMapping]], str]:
    """16: the orders that the caller's unit assists and owes its part of, by its own date: (assist, order)."""
    own = tables.assists.c
    owed = tx.select(tables.assists).where(
        own.unit_id == tx.by.unit_id, own.tenant_id == tx.by.tenant_id, own.contributed_at.is_(None), own.ended_at.is_(None)
    )
    parts, token = tx.page(owed, (own.due_at, own.order_id, own.number), page)
    found = tx.all(tx.select(orders).where(OWN.order_id.in_([each["order_id"] for each in parts])))
    by_id = {row["order_id"]: row for row in found if tx.by.id not in row["party_people"]}
    return [(each, by_id[each["order_id"]]) for each in parts if each["order_id"] in by_id], token


def decisions(tx: Tx, filter_: Filter, facet: str, page: Page, *, escalated: bool) -> Rows:
    """The hub's orders with an open request, the oldest request first."""
    statement = tx.select(orders).where(OWN.tenant_id == tx.by.tenant_id, OWN.pending != "")
    if facet:
        statement = statement.where(OWN.pending == facet)
    if escalated:
        statement = statement.where(OWN.escalated_at.is_not(None))
    return _page(tx, filter_.of(statement), (OWN.pending_since, OWN.order_id), page)


def everything(tx: Tx, filter_: Filter, page: Page, *conditions: ColumnElement[bool]) -> Rows:
    """Orders that meet the conditions, newest first."""
    statement = filter_.of(tx.select(orders).where(*conditions))
    return _page(tx, statement, (OWN.formed_at.desc(), OWN.order_id.desc()), page)


def visible(tx: Tx, tenant_id: str, *, at_hub: bool, handled: bool) -> ColumnElement[bool]:
    """17: a hub's people see a tenant's orders, or those it handles for another; a unit's people those it has."""
    if not at_hub:
        return (OWN.tenant_id == tx.by.tenant_id) & (OWN.unit_id == tx.by.unit_id)
    return OWN.handling_tenant_id == tx.by.tenant_id if handled else OWN.tenant_id == tenant_id


def named(ticket_id: str, number: str) -> list[ColumnElement[bool]]:
    """Orders of one ticket, by its id or its number; either may be empty."""
    asked = ((ticket_id, OWN.ticket_id == ticket_id), (number, OWN.number == number))
    return [condition for given, condition in asked if given]


def open_requests(tx: Tx, rows: Sequence[RowMapping]) -> dict[str, Request]:
    """The open request of each order, by order: a query for each kind there is."""
    found: dict[str, Request] = {}
    for facet in sorted({row["pending"] for row in rows}):
        table = REQUEST_TABLES[facet]
        ids = [row["order_id"] for row in rows if row["pending"] == facet]
        asked = tx.all(tx.select(table).where(table.c.order_id.in_(ids), table.c.decision.is_(None)))
        found |= {row["order_id"]: request_of(KINDS[facet], row) for row in asked}
    return found


def standing_replies(tx: Tx, rows: Sequence[RowMapping]) -> dict[str, RowMapping]:
    """The reply that waits for review, by order."""
    own = tables.replies.c
    standing = own.order_id.in_([row["order_id"] for row in rows]) & own.sent_back_at.is_(None) & own.verb.in_(ANSWERS)
    replies = tx.all(tx.select(tables.replies).where(standing).order_by(own.at, own.reply_id))
    return {row["order_id"]: row for row in replies}


def present_rounds(tx: Tx, rows: Sequence[RowMapping]) -> dict[str, RowMapping]:
    """The open round, by order."""
    own = tables.rounds.c
    found = tx.all(tx.select(tables.rounds).where(own.order_id.in_([row["order_id"] for row in rows]), own.ending.is_(None)))
    return {row["order_id"]: row for row in found}


def _page(tx: Tx, statement: Select[Any], order: Sequence[ColumnElement[Any]], page: Page) -> Rows:
    """A page without the orders in which the caller is complained about (17)."""
    rows, token = tx.page(statement, order, page)
    return [row for row in rows if tx.by.id not in row["party_people"]], token
