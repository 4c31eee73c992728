"""What hangs on one order, to be shown; and how often the hub was late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from chassis.store import Tx
from services.dispatch.rules.order import Order
from services.dispatch.rules.requests import Decision, Request
from services.dispatch.store import tables, told
from services.dispatch.store.orders import REQUEST_TABLES
from services.dispatch.store.rows import KINDS, request_of


def requests_of(owner: Tx, order_id: str) -> list[Request]:
    """Everything the unit asked for, the oldest first."""
    found: list[Request] = []
    for facet, table in REQUEST_TABLES.items():
        rows = owner.all(owner.select(table).where(table.c.order_id == order_id))
        found += [request_of(KINDS[facet], row) for row in rows]
    return sorted(found, key=lambda each: (each.asked_at, each.request_id))


def urgings_of(owner: Tx, order_id: str) -> list[RowMapping]:
    """What sla issued, the oldest first; one whose issue was not told yet is left out."""
    own = told.urgings.c
    issued = owner.select(told.urgings).where(own.order_id == order_id, own.at.is_not(None))
    return owner.all(issued.order_by(own.at, own.urging_id))


def told_of(owner: Tx, order_id: str) -> list[RowMapping]:
    """13: the departments that were told of it, the first first."""
    own = tables.urgent_told.c
    return owner.all(owner.select(tables.urgent_told).where(own.order_id == order_id).order_by(own.at, own.unit_id))


def return_refused(owner: Tx, order: Order) -> bool:
    """16: whether a return that the unit asked for in its round was refused."""
    refused = owner.rows(tables.returns, order_id=order.order_id, decision=Decision.REFUSED)
    return any(row["round"] == order.present.number for row in refused)


def inner_of(district: Tx, outer_order_id: str) -> list[RowMapping]:
    """Every inner order of the transaction's tenant that an outer one was handed on as, the oldest first."""
    own = tables.orders.c
    statement = district.select(tables.orders).where(own.outer_order_id == outer_order_id, own.tenant_id == district.by.tenant_id)
    return district.all(statement.order_by(own.order_id))


def count_late_dispatches(owner: Tx, since: dt.datetime, until: dt.datetime) -> int:
    """11(2): dispatched late, or late and not dispatched yet, by the instant it was due: 24:00 is the day it closes."""
    own, waiting = tables.clocks.c, tables.orders.c
    done = select(func.count()).select_from(tables.clocks).where(own.tenant_id == owner.by.tenant_id, tables.LATE_DISPATCH)
    late = _count(owner, done.where(own.deadline_at > since, own.deadline_at <= until))
    open_ = select(func.count()).where(waiting.tenant_id == owner.by.tenant_id, waiting.state == "pending", waiting.due_at < owner.now)
    return late + _count(owner, open_.where(waiting.due_at > since, waiting.due_at <= until))


def count_late_decisions(owner: Tx, since: dt.datetime, until: dt.datetime) -> int:
    """11(4): decided late, or late and undecided, by the instant it was due."""
    total = 0
    for table in REQUEST_TABLES.values():
        own = table.c
        late = (own.decided_at > own.decide_by) | (own.decided_at.is_(None) & (own.decide_by < owner.now))
        counted = select(func.count()).where(own.tenant_id == owner.by.tenant_id, own.decide_by > since, own.decide_by <= until, late)
        total += _count(owner, counted)
    return total


def _count(owner: Tx, statement: Select[Any]) -> int:
    counted: int = owner.connection.execute(statement).scalar_one()
    return counted
