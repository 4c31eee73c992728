"""Directory's own count of open orders, kept from what dispatch tells."""

from __future__ import annotations

from collections.abc import Sequence

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
    newest = {order.order_id: order for order in sorted(told, key=lambda order: order.version)}
    reached: dict[tuple[str, str], None] = {}
    # By id, so that two replicas never wait for one another.
    for _, order in sorted(newest.items()):
        with tx.acting_for(order.tenant_id) as own:
            at_unit = order.state in AT_A_UNIT
            values = {"order_id": order.order_id, "unit_id": order.unit_id, "open": at_unit, "version": order.version}
            if own.put(orders, ("order_id",), values, newer="version") and at_unit:
                reached[order.tenant_id, order.unit_id] = None
    for tenant_id, unit_id in reached:
        with tx.acting_for(tenant_id) as own:
            _resume_closing(own, unit_id)


def _resume_closing(own: Tx, unit_id: str) -> None:
    unit = load_unit(own, unit_id)
    if unit is None or unit.state is not UnitState.CLOSED:
        return
    unit = lock_unit(own, unit_id)
    if unit is not None and unit.state is UnitState.CLOSED:
        resume_closing_unit(own, unit)
