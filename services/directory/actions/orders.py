"""Directory's own count of open orders, kept from what dispatch tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from chassis.store import Tx
from hotline.dispatch.v1 import events_pb2
from services.directory.actions.units import resume_closing_unit
from services.directory.rules.units import UnitState
from services.directory.store.tables import orders
from services.directory.store.units import load_unit, lock_unit

AT_A_UNIT = frozenset(
    {
        events_pb2.ORDER_STATE_DISPATCHED,
        events_pb2.ORDER_STATE_HANDLING,
        events_pb2.ORDER_STATE_REPLIED,
        events_pb2.ORDER_STATE_CALLING_BACK,
    }
)


def note_orders(tx: Tx, told: Sequence[events_pb2.OrderSnapshot]) -> None:
    """Keep where orders stand; an older snapshot than the one kept changes nothing.

    A closed unit that an order still reaches goes back to closing: dispatch sent it before it knew.
    """
    by_tenant: dict[str, list[events_pb2.OrderSnapshot]] = defaultdict(list)
    for order in told:
        by_tenant[order.tenant_id].append(order)
    # By id, so that two replicas never wait for one another.
    for tenant_id, found in sorted(by_tenant.items()):
        with tx.acting_for(tenant_id) as own:
            for unit_id in _reached(own, found):
                _resume_closing(own, unit_id)


def _reached(own: Tx, told: Sequence[events_pb2.OrderSnapshot]) -> list[str]:
    """The units that orders are at now, of which nothing newer was known."""
    newest = {order.order_id: order for order in sorted(told, key=lambda order: order.version)}
    rows = [_row(order) for order in newest.values()]
    written = [newest[order_id] for order_id in own.put_newer(orders, "order_id", rows, "version")]
    return sorted({order.unit_id for order in written if order.state in AT_A_UNIT})


def _row(order: events_pb2.OrderSnapshot) -> dict[str, Any]:
    return {"order_id": order.order_id, "unit_id": order.unit_id, "open": order.state in AT_A_UNIT, "version": order.version}


def _resume_closing(own: Tx, unit_id: str) -> None:
    unit = load_unit(own, unit_id)
    if unit is None or unit.state is not UnitState.CLOSED:
        return
    unit = lock_unit(own, unit_id)
    if unit is not None and unit.state is UnitState.CLOSED:
        resume_closing_unit(own, unit)
