"""Loads and saves units, their past, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, text

from chassis.store import Tx
from services.directory.rules.units import DEEPEST, Holding, Unit, UnitKind, UnitState
from services.directory.store.tables import orders, people, systems, tenants, unit_history, units


def lock_tenant(tx: Tx) -> None:
    """Let nobody else change the tenant's tree and people until this transaction ends."""
    tx.one(tx.select(tenants, tenants.c.tenant_id).where(tenants.c.tenant_id == tx.by.tenant_id).with_for_update())


def load_unit(tx: Tx, unit_id: str) -> Unit | None:
    """A unit that the caller may see."""
    row = tx.one(tx.select(units).where(units.c.unit_id == unit_id))
    return unit_of(row) if row else None


def lock_unit(tx: Tx, unit_id: str) -> Unit | None:
    """A unit that nobody else changes until this transaction ends."""
    row = tx.one(tx.select(units).where(units.c.unit_id == unit_id).with_for_update())
    return unit_of(row) if row else None


def unit_of(row: Mapping[Any, Any]) -> Unit:
    """A row of `units`, or a unit of the history, as the rules know it."""
    return Unit(
        unit_id=row["unit_id"],
        tenant_id=row["tenant_id"],
        name=row["name"],
        short_name=row["short_name"],
        parent_id=row["parent_id"],
        kind=UnitKind(row["kind"]),
        state=UnitState(row["state"]),
        handling_tenant_id=row["handling_tenant_id"] or "",
        successor_id=row["successor_id"],
        duties=tuple(row["duties"]),
        version=row["version"],
    )


def save_units(tx: Tx, fresh: Iterable[Unit], verb: str, reason: str) -> None:
    """Insert units with the first page of their past."""
    rows = list(fresh)
    tx.insert_many(units, [_row(unit) for unit in rows])
    tx.insert_many(unit_history, [_past(tx, unit, verb, reason) for unit in rows])


def save_unit(tx: Tx, unit: Unit, verb: str, reason: str) -> None:
    """Update a unit and add to its past."""
    tx.run(tx.update(units).where(units.c.unit_id == unit.unit_id).values(**_row(unit)))
    tx.insert(unit_history, **_past(tx, unit, verb, reason))


def name_taken(tx: Tx, name: str, but: str = "") -> bool:
    """Whether another unit of the tenant that is not closed bears the name."""
    same = (units.c.tenant_id == tx.by.tenant_id) & (units.c.name_in_use == name) & (units.c.unit_id != but)
    return tx.one(tx.select(units, units.c.unit_id).where(same)) is not None


def hub_of(tx: Tx) -> str:
    """The id of the hub of the caller's tenant; every tenant has one from its start."""
    hubs = tx.select(units, units.c.unit_id).where(units.c.tenant_id == tx.by.tenant_id, units.c.kind == UnitKind.HUB)
    return str(tx.all(hubs.order_by(units.c.unit_id).limit(1))[0]["unit_id"])


def ancestors(tx: Tx, unit: Unit) -> tuple[str, ...]:
    """The ids of the units above, the nearest first, as far as the caller sees."""
    above: list[str] = []
    parent = unit.parent_id
    while parent and len(above) < DEEPEST:
        above.append(parent)
        row = tx.one(tx.select(units, units.c.parent_id).where(units.c.unit_id == parent))
        parent = row["parent_id"] if row else ""
    return tuple(above)


def children(tx: Tx, unit_id: str) -> list[Unit]:
    """The units directly below that are not closed."""
    below = tx.select(units).where(units.c.parent_id == unit_id, units.c.state != UnitState.CLOSED)
    return [unit_of(row) for row in tx.all(below.order_by(units.c.unit_id))]


def hold_orders(tx: Tx) -> None:
    """Let what dispatch tells wait until this transaction ends, so that no order slips in behind the count.

    Taken first of all locks, by the few who close units; whoever notes an order takes none.
    """
    if not tx.store.is_sqlite:
        tx.connection.execute(text("lock table orders in share row exclusive mode"))


def holding(tx: Tx, unit_id: str) -> Holding:
    """What still hangs on a unit."""
    below = (units.c.parent_id == unit_id) & (units.c.state != UnitState.CLOSED)
    staff = tx.select(people, func.count()).where(people.c.unit_id == unit_id, people.c.active)
    machines = tx.select(systems, func.count()).where(systems.c.unit_id == unit_id, systems.c.active)
    return Holding(
        open_orders=open_orders(tx, unit_id),
        children=_count(tx, tx.select(units, func.count()).where(below)),
        people=_count(tx, staff) + _count(tx, machines),
    )


def open_orders(tx: Tx, unit_id: str) -> int:
    """How many open orders dispatch has told of at a unit."""
    return _count(tx, tx.select(orders, func.count()).where(orders.c.unit_id == unit_id, orders.c.open))


def verbs_since(tx: Tx, unit_id: str, version: int) -> list[str]:
    """What was done to a unit after a version, oldest first."""
    since = tx.select(unit_history).where(unit_history.c.unit_id == unit_id, unit_history.c.version > version)
    return [row["verb"] for row in tx.all(since.order_by(unit_history.c.version).limit(5))]


def _count(tx: Tx, statement: Select[Any]) -> int:
    return int(tx.connection.execute(statement).scalar_one())


def _row(unit: Unit) -> dict[str, Any]:
    return {
        **_plain(unit),
        "handling_tenant_id": unit.handling_tenant_id or None,
        "name_in_use": None if unit.state is UnitState.CLOSED else unit.name,
    }


def _plain(unit: Unit) -> dict[str, Any]:
    return {**asdict(unit), "kind": unit.kind.value, "state": unit.state.value, "duties": list(unit.duties)}


def _past(tx: Tx, unit: Unit, verb: str, reason: str) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "version": unit.version,
        "tenant_id": unit.tenant_id,
        "handling_tenant_id": unit.handling_tenant_id or None,
        "verb": verb,
        "reason": reason,
        "by_id": tx.by.id,
        "at": tx.now,
        "unit": _plain(unit),
    }
