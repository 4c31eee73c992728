"""What dispatch told: a ticket's orders and holders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.store import Tx
from services.intake.store.tables import holders, orders


@dataclass(frozen=True)
class Order:
    """A ticket's order, or an inner one it was handed on to, as intake needs it. `holders`: the units that hold the ticket by it."""

    order_id: str
    tenant_id: str
    handling_tenant_id: str
    ticket_id: str
    outer_order_id: str
    version: int
    holders: tuple[str, ...]


def keep_orders(tx: Tx, told: Sequence[Order]) -> list[Order]:
    """Keep orders, each of another id, and who holds tickets by them; answers those of which nothing newer was kept already.

    Raises IntegrityError where another process kept one of them first: told again, it is known.
    """
    by_id = {order.order_id: order for order in told}
    taken = [by_id[order_id] for order_id in tx.put_newer(orders, "order_id", list(map(_row, told)), "version")]
    _keep_holders(tx, taken)
    return taken


def holders_of(tx: Tx, ticket_id: str) -> frozenset[str]:
    """The units that hold a ticket, by any of its orders that the caller's tenant sees."""
    return frozenset(row["unit_id"] for row in tx.rows(holders, ticket_id=ticket_id))


def _keep_holders(tx: Tx, taken: Sequence[Order]) -> None:
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tx.rows_among(holders, "order_id", [order.order_id for order in taken], order="unit_id"):
        kept[row["order_id"]].append(dict(row))
    wanted = {order.order_id: _holding(order) for order in taken}
    moved = [order_id for order_id, rows in wanted.items() if rows != kept[order_id]]
    for order_id in moved:
        if kept[order_id]:
            tx.drop(holders, order_id=order_id)
    tx.insert_many(holders, [row for order_id in moved for row in wanted[order_id]])


def _row(order: Order) -> dict[str, Any]:
    row = {**vars(order), "handling_tenant_id": order.handling_tenant_id or None}
    del row["holders"]
    return row


def _holding(order: Order) -> list[dict[str, Any]]:
    row = _row(order)
    shared = {name: row[name] for name in ("order_id", "tenant_id", "handling_tenant_id", "ticket_id")}
    return [{**shared, "unit_id": unit_id} for unit_id in sorted(set(order.holders))]
