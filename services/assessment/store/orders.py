"""What was told of orders, between the tables and the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.store import Tx
from regulation.deadlines import Kind
from services.assessment.rules.told import About, Date, Lead, Mark, Order, State
from services.assessment.store.tables import orders, recurrences


def load(tx: Tx, order_ids: Iterable[str]) -> dict[str, Order]:
    """Orders by id, locked until the transaction ends; the unknown are left out."""
    return _by_id(tx.rows_among(orders, "order_id", order_ids, order="order_id", lock=True))


def of_tickets(tx: Tx, ticket_ids: Iterable[str]) -> dict[str, Order]:
    """Orders of these tickets, locked."""
    return _by_id(tx.rows_among(orders, "ticket_id", ticket_ids, order="order_id", lock=True))


def inner_of(tx: Tx, outer_ids: Iterable[str]) -> dict[str, Order]:
    """Orders that these were handed on as, locked."""
    return _by_id(tx.rows_among(orders, "outer_order_id", outer_ids, order="order_id", lock=True))


def seen(tx: Tx, order_ids: Iterable[str]) -> dict[str, Order]:
    """Orders by id, as far as the caller may see them; locked by nobody."""
    return _by_id(tx.rows_among(orders, "order_id", order_ids))


def seen_of_tickets(tx: Tx, ticket_ids: Iterable[str]) -> list[Order]:
    """Orders of these tickets, as far as the caller may see them; locked by nobody."""
    return list(_by_id(tx.rows_among(orders, "ticket_id", ticket_ids)).values())


def add(tx: Tx, fresh: Sequence[Order]) -> None:
    """Keep orders that were unknown. Raises IntegrityError where another process was first: told again, they are known."""
    tx.insert_many(orders, [_row(order) for order in fresh])


def save(tx: Tx, changed: Sequence[Order]) -> None:
    """Keep what changed of orders that are locked."""
    tx.change_many(orders, "order_id", [_row(order) for order in changed])


def recur(tx: Tx, ticket_id: str, of_ticket_id: str, at: dt.datetime) -> bool:
    """Keep that a concluded ticket's matter came back; answers whether that is new."""
    row = {"ticket_id": ticket_id, "of_ticket_id": of_ticket_id, "at": at}
    return tx.insert_new(recurrences, ("ticket_id",), row)


def recurred(tx: Tx, ticket_ids: Iterable[str]) -> set[str]:
    """Those of the tickets whose matter came back."""
    return {row["of_ticket_id"] for row in tx.rows_among(recurrences, "of_ticket_id", ticket_ids)}


def order_of(row: Mapping[Any, Any]) -> Order:
    """An order from its row."""
    told = row["told"]
    about = About(
        row["tenant_id"], row["ticket_id"], row["number"], row["outer_order_id"], row["handling_tenant_id"] or "", row["category"],
        row["unit_id"],
    )  # fmt: skip
    return Order(
        row["order_id"],
        row["version"],
        about,
        {date.key: date for date in map(_date, told["dates"])},
        {mark.version: mark for mark in map(_mark, told["marks"])},
        dict(map(_lead, told["leads"])),
        row["recurred"],
    )


def _by_id(rows: Iterable[Mapping[Any, Any]]) -> dict[str, Order]:
    return {row["order_id"]: order_of(row) for row in rows}


def _row(order: Order) -> dict[str, Any]:
    about = order.about
    return {
        "order_id": order.order_id,
        "tenant_id": about.tenant_id,
        "handling_tenant_id": about.handling_tenant_id or None,
        "ticket_id": about.ticket_id,
        "number": about.number,
        "outer_order_id": about.outer_order_id,
        "category": about.category,
        "unit_id": about.unit_id,
        "version": order.version,
        "recurred": order.recurred,
        "told": {
            "dates": [_kept_date(date) for date in order.dates.values()],
            "marks": [_kept_mark(mark) for mark in order.marks.values()],
            "leads": [_kept_lead(number, lead) for number, lead in order.leads.items()],
        },
    }


def _kept_date(date: Date) -> tuple[Any, ...]:
    at, stopped = date.deadline_at.isoformat(), date.stopped_at.isoformat() if date.stopped_at else None
    return date.round, date.kind.name, date.version, date.told, date.unit_id, date.state.name, at, stopped


def _kept_mark(mark: Mark) -> tuple[Any, ...]:
    return mark.version, mark.round, mark.verb, mark.at.isoformat(), mark.late, mark.process, mark.result


def _kept_lead(number: int, lead: Lead) -> tuple[Any, ...]:
    (began, began_at), (handled, tenant_id) = lead.began, lead.handled
    return number, began, began_at.isoformat(), handled, tenant_id


def _date(kept: Sequence[Any]) -> Date:
    round_, kind, version, told, unit_id, state, deadline_at, stopped_at = kept
    stopped = _instant(stopped_at) if stopped_at else None
    return Date(round_, Kind[kind], version, told, unit_id, State[state], _instant(deadline_at), stopped)


def _mark(kept: Sequence[Any]) -> Mark:
    version, round_, verb, at, late, process, result = kept
    return Mark(version, round_, verb, _instant(at), late, process, result)


def _lead(kept: Sequence[Any]) -> tuple[int, Lead]:
    number, began, began_at, handled, handling_tenant_id = kept
    return number, Lead((began, _instant(began_at)), (handled, handling_tenant_id))


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def after(tx: Tx, order_id: str, limit: int) -> list[Order]:
    """The tenant's own orders behind an id, locked by nobody."""
    wanted = tx.select(orders).where(orders.c.tenant_id == tx.by.tenant_id, orders.c.order_id > order_id)
    return [order_of(row) for row in tx.all(wanted.order_by(orders.c.order_id).limit(limit))]
