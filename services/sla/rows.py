"""Orders and their dates between the tables and the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, select

from chassis.store import Tx
from regulation.articles import Article
from regulation.terms import Deadline, Kind, Light, Unit
from services.sla.rules.clocks import Clock, Key, State
from services.sla.rules.orders import Facts, Order, Seen
from services.sla.store import clocks, orders


def load(tx: Tx, order_ids: Iterable[str]) -> dict[str, Order]:
    """Orders by id, locked until the transaction ends; the unknown are left out."""
    return with_clocks(tx, tx.rows_among(orders, "order_id", order_ids, order="order_id", lock=True))


def with_clocks(tx: Tx, rows: Iterable[Mapping[Any, Any]]) -> dict[str, Order]:
    """Orders by id from their rows, in the order given, with all their dates."""
    found = {row["order_id"]: row for row in rows}
    dates: dict[str, dict[Key, Clock]] = {order_id: {} for order_id in found}
    for row in tx.rows_among(clocks, "order_id", found):
        clock = clock_of(row)
        dates[row["order_id"]][clock.key] = clock
    return {order_id: _order(row, dates[order_id]) for order_id, row in found.items()}


def add(tx: Tx, fresh: Sequence[tuple[Order, dt.datetime | None]]) -> None:
    """Keep orders that were unknown, each with when something of it falls due next.

    Raises IntegrityError where another process was first: told again, they are known.
    """
    tx.insert_many(orders, [_order_row(order, next_at) for order, next_at in fresh])
    tx.insert_many(clocks, [_clock_row(order, clock) for order, _ in fresh for clock in order.clocks.values()])


class Change(NamedTuple):
    """An order before and after, and when something of it falls due next."""

    before: Order
    after: Order
    next_at: dt.datetime | None


def save(tx: Tx, changes: Sequence[Change]) -> None:
    """Keep what changed of orders that are locked, and of their dates."""
    if not changes:
        return
    rows = [_order_row(change.after, change.next_at) for change in changes]
    tx.change_many(orders, "order_id", rows)
    changed = [(change, clock) for change in changes for clock in _changed(change)]
    fresh = [_clock_row(change.after, clock) for change, clock in changed if clock.key not in change.before.clocks]
    known = [_clock_row(change.after, clock) for change, clock in changed if clock.key in change.before.clocks]
    tx.insert_many(clocks, fresh)
    tx.change_many(clocks, "clock_id", known)


def _changed(change: Change) -> list[Clock]:
    before, after = change.before, change.after
    moved = before.facts != after.facts
    return [clock for key, clock in after.clocks.items() if moved or before.clocks.get(key) != clock]


def due(tx: Tx, limit: int) -> list[tuple[dt.datetime, str, str]]:
    """The orders due first, of every tenant: instant, tenant, order. For `store.read_across` alone."""
    return [(row["next_at"], row["tenant_id"], row["order_id"]) for row in tx.kept("due", _due, now=tx.now, limit=limit)]


def _due() -> Select[Any]:
    columns = (orders.c.next_at, orders.c.tenant_id, orders.c.order_id)
    fallen = orders.c.next_at <= bindparam("now", type_=orders.c.next_at.type)
    return select(*columns).where(fallen).order_by(orders.c.next_at, orders.c.order_id).limit(bindparam("limit", type_=Integer()))


def claim(tx: Tx, order_ids: Iterable[str]) -> dict[str, Order]:
    """Those of the orders that are due still and that no other replica has in hand."""
    rows = tx.rows_among(orders, "order_id", order_ids, order="order_id", lock=True, skip_locked=True)
    return with_clocks(tx, [row for row in rows if row["next_at"] is not None and row["next_at"] <= tx.now])


def clock_id(order_id: str, key: Key) -> str:
    """The id a date is asked for by."""
    return f"{order_id}:{_texts([key])[0]}"


def key_columns(key: Key) -> dict[str, Any]:
    """A date's key as columns."""
    return {"round": key.round, "kind": key.kind.name, "deadline_version": key.deadline_version, "assisting": key.assisting}


def clock_of(row: Mapping[Any, Any]) -> Clock:
    """A date from its row."""
    return Clock(
        key=Key(row["round"], Kind[row["kind"]], row["deadline_version"], row["assisting"]),
        deadline=_deadline(row),
        unit_id=row["unit_id"],
        state=State(row["state"]),
        held_at=row["held_at"],
        stopped_at=row["stopped_at"],
        void_at=row["void_at"],
        replaced_at=row["replaced_at"],
        light=Light[row["light"] or "NONE"],
    )


def _keys(texts: Iterable[str]) -> tuple[Key, ...]:
    parts = (text.split(":", 3) for text in texts)
    return tuple(Key(int(round_), Kind[kind], int(version), *assisting) for round_, kind, version, *assisting in parts)


def _texts(keys: Iterable[Key]) -> list[str]:
    return [":".join(filter(None, (str(key.round), key.kind.name, str(key.deadline_version), key.assisting))) for key in keys]


def _deadline(row: Mapping[Any, Any]) -> Deadline:
    return Deadline(
        kind=Kind[row["kind"]],
        article=Article.parse(row["article"]),
        trigger_at=row["trigger_at"],
        n=row["n"],
        unit=Unit(row["counted_in"]),
        deadline_at=row["deadline_at"],
        yellow_at=row["yellow_at"],
        red_at=row["red_at"],
        provisional=row["provisional"],
        calendar_revision=row["calendar_revision"],
        edition=row["edition"],
        own_at=row["own_at"],
    )


def _order(row: Mapping[Any, Any], dates: Mapping[Key, Clock]) -> Order:
    facts = Facts(row["tenant_id"], row["handling_tenant_id"] or "", row["ticket_id"], row["number"], row["unit_id"])
    seen = tuple(
        Seen(version, round_, dt.datetime.fromisoformat(at), _keys(told), _keys(void)) for version, round_, at, told, void in row["seen"]
    )
    return Order(row["order_id"], facts, seen, dates, Light[row["light"]], row["turns"])


def _order_row(order: Order, next_at: dt.datetime | None) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        **owner_columns(order.facts),
        "number": order.facts.number,
        "unit_id": order.facts.unit_id,
        "seen": [(seen.version, seen.round, seen.at.isoformat(), _texts(seen.told), _texts(seen.void)) for seen in order.seen],
        "light": order.light.name,
        "turns": order.turns,
        "next_at": next_at,
    }


def owner_columns(facts: Facts) -> dict[str, Any]:
    """Whose row it is, and of which ticket."""
    return {
        "tenant_id": facts.tenant_id,
        "handling_tenant_id": facts.handling_tenant_id or None,
        "ticket_id": facts.ticket_id,
    }


def _clock_row(order: Order, clock: Clock) -> dict[str, Any]:
    deadline = clock.deadline
    return {
        "clock_id": clock_id(order.order_id, clock.key),
        **owner_columns(order.facts),
        "order_id": order.order_id,
        "number": order.facts.number,
        "unit_id": clock.unit_id,
        **key_columns(clock.key),
        "article": deadline.article.code,
        "trigger_at": deadline.trigger_at,
        "n": deadline.n,
        "counted_in": deadline.unit.value,
        "deadline_at": deadline.deadline_at,
        "yellow_at": deadline.yellow_at,
        "red_at": deadline.red_at,
        "provisional": deadline.provisional,
        "calendar_revision": deadline.calendar_revision,
        "edition": deadline.edition,
        "own_at": deadline.own_at,
        "state": clock.state.value,
        "held_at": clock.held_at,
        "stopped_at": clock.stopped_at,
        "void_at": clock.void_at,
        "replaced_at": clock.replaced_at,
        "light": clock.light.name if clock.is_lit else None,
        "is_open": clock.is_open,
    }
