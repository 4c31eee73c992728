"""What dispatch and directory told: a ticket's orders and holders, the tree of units, tenants' policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from chassis.caller import Caller
from chassis.store import Tx
from regulation.policy import Policy, PolicyError
from services.intake.rules.reading import Unit
from services.intake.store.tables import holders, orders, tenants, units


@dataclass(frozen=True)
class Order:
    """A ticket's order, or an inner one it was handed on to, as intake needs it."""

    order_id: str
    tenant_id: str
    handling_tenant_id: str
    ticket_id: str
    outer_order_id: str
    version: int


def keep_order(tx: Tx, order: Order, held_by: Sequence[str]) -> bool:
    """Keep an order and who holds the ticket by it; False when something newer is kept already."""
    row = {**vars(order), "handling_tenant_id": order.handling_tenant_id or None}
    if not tx.put(orders, ("order_id",), row, newer="version"):
        return False
    tx.run(tx.delete(holders).where(holders.c.order_id == order.order_id))
    shared = {name: row[name] for name in ("order_id", "tenant_id", "handling_tenant_id", "ticket_id")}
    tx.insert_many(holders, [{**shared, "unit_id": unit_id} for unit_id in dict.fromkeys(held_by)])
    return True


def holders_of(tx: Tx, ticket_id: str) -> frozenset[str]:
    """The units that hold a ticket, by any of its orders that the caller's tenant sees."""
    rows = tx.all(tx.select(holders, holders.c.unit_id).where(holders.c.ticket_id == ticket_id))
    return frozenset(row["unit_id"] for row in rows)


def keep_unit(tx: Tx, unit: Unit, handling_tenant_id: str, parent_id: str, successor_id: str, version: int) -> None:
    """Keep what is needed of a unit to know whom a complaint about it concerns."""
    row = {
        **vars(unit),
        "handling_tenant_id": handling_tenant_id or None,
        "parent_id": parent_id,
        "successor_id": successor_id,
        "version": version,
    }
    tx.put(units, ("unit_id",), row, newer="version")


def kin_of(tx: Tx, by: Caller) -> tuple[Unit, ...]:
    """The units a complaint about which is one about a person's: see rules.reading.Reader."""
    begin = or_(units.c.unit_id == by.unit_id, units.c.handling_tenant_id == by.tenant_id)
    columns = (units.c.unit_id, units.c.tenant_id, units.c.kind, units.c.parent_id)
    found = tx.select(units, *columns).where(begin).cte("kin", recursive=True)
    nearer = or_(units.c.unit_id == found.c.parent_id, units.c.successor_id == found.c.unit_id)
    found = found.union(tx.select(units, *columns).join(found, nearer))
    rows = tx.all(select(found.c.unit_id, found.c.tenant_id, found.c.kind))
    return tuple(Unit(row["unit_id"], row["tenant_id"], row["kind"]) for row in rows)


def keep_policies(tx: Tx, tenant_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's choices."""
    tx.put(tenants, ("tenant_id",), {"tenant_id": tenant_id, "policies": policies, "version": version}, newer="version")


def policy_of(tx: Tx) -> Policy:
    """The choices of the caller's tenant; what intake cannot read of them is left at its default."""
    row = tx.one(tx.select(tenants, tenants.c.policies).where(tenants.c.tenant_id == tx.by.tenant_id))
    try:
        return Policy.of(row["policies"]) if row else Policy()
    except PolicyError:
        return Policy()
