"""13: an order is urgent, becomes so or is no longer so; the departments that the city names are told."""

from __future__ import annotations

from dataclasses import replace

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.dispatch.v1.events_pb2 import UrgentRaised
from regulation.urgency import UrgentKind
from services.dispatch.actions.changing import Seen, change
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import urgency
from services.dispatch.rules.order import Order
from services.dispatch.rules.units import Unit
from services.dispatch.store import copies, orders
from services.dispatch.store.tables import urgent_told
from services.dispatch.words import number_of


def upgrade(tx: Tx, seen: Seen, kind: UrgentKind | None, reason: str) -> Order:
    """It is urgent after all."""
    told = whom(tx, replace(orders.load(tx, seen.order_id), urgent_kind=kind))
    upgraded = change(
        tx, Verb.UPGRADE, seen, lambda order, act, _owner: urgency.upgrade(order, kind, act),
        urgent_kind=kind, reason=reason, told=",".join(told),
    )  # fmt: skip
    raise_urgent(tx, upgraded, told)
    return upgraded


def downgrade(tx: Tx, seen: Seen, reason: str) -> Order:
    """It is not urgent after all."""
    return change(tx, Verb.DOWNGRADE, seen, lambda order, act, _owner: urgency.downgrade(order, reason, act), reason=reason)


def whom(owner: Tx, order: Order) -> tuple[str, ...]:
    """13, 17: the departments of the order's tenant that are to be told; ids of units."""

    def above(unit: Unit) -> list[Unit]:
        found = (copies.unit_of(owner, each, order.party_people) for each, _ in unit.above)
        return [each for each in found if each is not None]

    listed = copies.standing(owner).policy.told_of(order.urgent_kind)
    named = (copies.unit_of(owner, each, order.party_people) for each in listed)
    return tuple(each.unit_id for each in urgency.told_units(order, tuple(each for each in named if each is not None), above))


def raise_urgent(owner: Tx, order: Order, told: tuple[str, ...]) -> None:
    """Keep whom it is told to, and tell it."""
    owner.insert_many(urgent_told, [{"order_id": order.order_id, "unit_id": unit_id, "at": owner.now} for unit_id in told])
    event = UrgentRaised(
        order_id=order.order_id,
        ticket_id=order.ticket_id,
        number=order.number,
        urgent_kind=number_of(order.urgent_kind),
        told_unit_ids=told,
        at=stamp(owner.now),
        version=order.version,
    )
    owner.tell(event, order.order_id, order.version, order.tenant_id)
