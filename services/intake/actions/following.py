"""What intake does when it is told something: a ticket follows its order, and its holders are known (Art. 11(10), 17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chassis.store import Tx
from services.intake import lifecycle
from services.intake.actions.telling import record
from services.intake.rules.settling import follow_order
from services.intake.rules.ticket import OrderView, Ticket
from services.intake.store import holding
from services.intake.store import tickets as rows
from services.intake.store.holding import Order


@dataclass(frozen=True)
class Snapshot:
    """An order as dispatch told it, with what its ticket shows of it."""

    order: Order
    view: OrderView
    withdrawn: bool


def keep_orders(tx: Tx, told: Iterable[Snapshot]) -> None:
    """Keep who holds tickets; an outer order's state becomes its ticket's. An older snapshot changes nothing."""
    by_tenant: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in told:
        by_tenant[snapshot.order.tenant_id].append(snapshot)
    # By id, so that two replicas never wait for one another.
    for tenant_id, snapshots in sorted(by_tenant.items()):
        with tx.acting_for(tenant_id) as owner:
            _keep(owner, snapshots)


def _keep(tx: Tx, told: Sequence[Snapshot]) -> None:
    newest = {each.order.order_id: each for each in sorted(told, key=lambda each: each.order.version)}
    taken = [newest[order.order_id] for order in holding.keep_orders(tx, [each.order for each in newest.values()])]
    outer = {each.order.ticket_id: each for each in taken if not each.order.outer_order_id}
    # A ticket that is none of ours is left out.
    before = rows.load_among(tx, outer)
    after = [_followed(ticket, outer[ticket.ticket_id]) for ticket in before]
    rows.save_all(tx, after, before)
    for ticket, followed in zip(before, after, strict=True):
        _tell_of(tx, ticket, followed)


def _followed(ticket: Ticket, told: Snapshot) -> Ticket:
    return follow_order(ticket, told.view, told.order.handling_tenant_id, withdrawn=told.withdrawn)


def _tell_of(tx: Tx, before: Ticket, after: Ticket) -> None:
    if after.handling_tenant_id != before.handling_tenant_id:
        rows.hand_over(tx, after.ticket_id, after.handling_tenant_id)
    if after.state is lifecycle.State.CLOSED and before.state is not lifecycle.State.CLOSED:
        record(tx, after, lifecycle.CLOSE, lifecycle.CLOSING.code, closing=after.order.closing)
