"""What dispatch told: a ticket's orders and holders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.store import Tx
from services.intake.store.tables import holders, orders


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
    shared = {name: row[name] for name in ("order_id", "tenant_id", "handling_tenant_id", "ticket_id")}
    fresh = [{**shared, "unit_id": unit_id} for unit_id in sorted(set(held_by))]
    if tx.rows(holders, order="unit_id", order_id=order.order_id) != fresh:
        tx.drop(holders, order_id=order.order_id)
        tx.insert_many(holders, fresh)
    return True


def holders_of(tx: Tx, ticket_id: str) -> frozenset[str]:
    """The units that hold a ticket, by any of its orders that the caller's tenant sees."""
    return frozenset(row["unit_id"] for row in tx.rows(holders, ticket_id=ticket_id))
