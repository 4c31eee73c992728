"""Orders: one loaded whole, and saved by what changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chassis.errors import Missing
from chassis.store import Tx
from regulation.deadlines import Light
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks as clock_rules
from services.dispatch.rules.order import Clock, Order
from services.dispatch.rules.requests import Request
from services.dispatch.store import tables
from services.dispatch.store.rows import (
    KINDS,
    Row,
    assist_of,
    assist_row,
    clock_of,
    clock_row,
    order_of,
    order_row,
    request_of,
    request_row,
    round_of,
    round_row,
)

REQUEST_TABLES = {"return": tables.returns, "extension": tables.extensions, "progress_report": tables.progress_reports}
NO_ORDER = "没有这个工单，请核对工单编号"


def find(tx: Tx, order_id: str) -> Row:
    """The order's row, where the caller's tenant may see it. Raises Missing."""
    return _found(tx.row(tables.orders, order_id=order_id))


def claim(tx: Tx, order_id: str) -> Row:
    """The order's row, locked, where the caller's tenant owns or handles it. Raises Missing."""
    return _found(tx.row(tables.orders, lock=True, order_id=order_id))


def ask_ahead(tx: Tx, order_id: str) -> None:
    """The order will be claimed and looked at whole: it comes with what is asked next, with the parts that every order has."""
    tx.ahead.row(tables.orders, lock=True, order_id=order_id)
    tx.ahead.rows(tables.rounds, order="number", order_id=order_id)
    tx.ahead.rows(tables.clocks, order_id=order_id)


def _found(row: Row | None) -> Row:
    if row is None:
        raise Missing(NO_ORDER)
    return row


@contextmanager
def owner_of(tx: Tx, row: Row) -> Iterator[Tx]:
    """The same transaction as the order's owner: what hangs on an order is its tenant's alone."""
    if row["tenant_id"] == tx.by.tenant_id:
        yield tx
        return
    with tx.acting_for(row["tenant_id"]) as owner:
        yield owner


def whole(owner: Tx, row: Row) -> Order:
    """The order with its rounds, its dates and its open request."""
    order_id = row["order_id"]
    rounds = owner.rows(tables.rounds, order="number", order_id=order_id)
    clocks = owner.rows(tables.clocks, order_id=order_id)
    request = _open_request(owner, row) if row["pending"] else None
    in_order = sorted((clock_of(each) for each in clocks), key=lambda each: (each.round, each.version, each.kind, each.assisting))
    assists = owner.rows(tables.assists, order="number", order_id=order_id) if row["assists"] else []
    parts = tuple(round_of(each) for each in rounds), tuple(in_order), request, tuple(assist_of(each) for each in assists)
    return order_of(row, *parts)


def load(owner: Tx, order_id: str) -> Order:
    """An order of the transaction's own tenant, whole. Raises Missing."""
    return whole(owner, find(owner, order_id))


def open_inner(owner: Tx, outer_order_id: str, *, lock: bool = False) -> Order | None:
    """The open inner order of the transaction's own tenant."""
    row = owner.row(tables.orders, lock=lock, outer_order_id=outer_order_id, closed_at=None)
    return whole(owner, row) if row else None


def add(owner: Tx, order: Order, calendar_version: int) -> None:
    """A new order with all its parts."""
    owner.insert(
        tables.orders,
        **order_row(order),
        **_listed(order),
        since=owner.now,
        light=Light.NONE,
        light_version=0,
        calendar_version=calendar_version,
    )
    _add_parts(owner, order)


def save(owner: Tx, before: Order, after: Order) -> None:
    """What changed of an order, its rounds, its dates and its request."""
    old = {**order_row(before), **_listed(before)}
    fresh = _changed(old, {**order_row(after), **_listed(after)})
    if before.state is not after.state:
        fresh["since"] = owner.now
    if fresh:
        owner.change(tables.orders, {"order_id": after.order_id}, fresh)
    _save_rounds(owner, before, after)
    _save_clocks(owner, before, after)
    _save_assists(owner, before, after)
    if after.request is not None and after.request != before.request:
        owner.put(REQUEST_TABLES[after.request.facet], ("request_id",), request_row(after.request))


def _save_rounds(owner: Tx, before: Order, after: Order) -> None:
    """Rounds are only ever added behind the others."""
    for old, each in zip(before.rounds, after.rounds, strict=False):
        if each != old:
            key = {"order_id": after.order_id, "number": each.number}
            owner.change(tables.rounds, key, _changed(round_row(old), round_row(each)))
    fresh = after.rounds[len(before.rounds) :]
    owner.insert_many(tables.rounds, [{"order_id": after.order_id, **round_row(each)} for each in fresh])


def _save_clocks(owner: Tx, before: Order, after: Order) -> None:
    known = {each.key: each for each in before.clocks}
    for each in after.clocks:
        old = known.get(each.key)
        if old is not None and each != old:
            key = {"order_id": after.order_id, "round": each.round, "kind": each.kind, "version": each.version, "assisting": each.assisting}
            owner.change(tables.clocks, key, _changed(clock_row(old), clock_row(each)))
    fresh = [each for each in after.clocks if each.key not in known]
    owner.insert_many(tables.clocks, [_clock_row(after, each) for each in fresh])


def _save_assists(owner: Tx, before: Order, after: Order) -> None:
    """Assisting units are only ever added behind the others."""
    known = {each.number: assist_row(before, each) for each in before.assists}
    for each in after.assists:
        row = assist_row(after, each)
        if each.number in known and row != known[each.number]:
            owner.change(tables.assists, {"order_id": after.order_id, "number": each.number}, _changed(known[each.number], row))
    fresh = [each for each in after.assists if each.number not in known]
    owner.insert_many(tables.assists, [{"order_id": after.order_id, **assist_row(after, each)} for each in fresh])


def _changed(old: dict[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fresh.items() if value != old[name]}


def _add_parts(owner: Tx, order: Order) -> None:
    owner.insert_many(tables.rounds, [{"order_id": order.order_id, **round_row(each)} for each in order.rounds])
    owner.insert_many(tables.clocks, [_clock_row(order, each) for each in order.clocks])


def _clock_row(order: Order, clock: Clock) -> dict[str, Any]:
    return {"order_id": order.order_id, **clock_row(clock)}


def _open_request(owner: Tx, row: Row) -> Request | None:
    table = REQUEST_TABLES[row["pending"]]
    found = owner.row(table, order_id=row["order_id"], decision=None)
    return request_of(KINDS[row["pending"]], found) if found else None


def _listed(order: Order) -> dict[str, Any]:
    """What lists sort and filter by."""
    due = due_clock(order)
    pending = order.pending
    return {
        "due_at": due.deadline.deadline_at,
        "due_kind": due.kind,
        "answered_at": due.stopped_at,
        "pending": pending.facet if pending else "",
        "pending_since": pending.asked_at if pending else None,
        "decide_by": pending.decide_by if pending else None,
        "escalated_at": pending.escalated_at if pending else None,
    }


def due_clock(order: Order) -> Clock:
    """The date in force: the hub's while it waits for dispatch, else the unit's; of an ended order its last."""
    if order.round is not None:
        return clock_rules.answer(order)
    hub = clock_rules.hub_or_none(order)
    if order.state is State.PENDING and hub is not None:
        return hub
    answers = [each for each in order.clocks if each.kind in clock_rules.ANSWER and not each.assisting]
    return max(answers, key=lambda each: (each.round, each.version)) if answers else clock_rules.hub(order)
