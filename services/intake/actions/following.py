"""What intake does when it is told something: a ticket follows its order, and its holders are known (Art. 11(10), 17)."""

from __future__ import annotations

from chassis.errors import Missing
from chassis.store import Tx
from services.intake import lifecycle
from services.intake.actions.telling import record
from services.intake.rules.settling import follow_order
from services.intake.rules.ticket import OrderView, Ticket
from services.intake.store import holding
from services.intake.store import tickets as rows
from services.intake.store.holding import Order


def keep_order(tx: Tx, order: Order, view: OrderView, held_by: tuple[str, ...], *, withdrawn: bool) -> None:
    """Keep who holds a ticket; its outer order's state becomes the ticket's. An older snapshot changes nothing."""
    with tx.acting_for(order.tenant_id) as owner:
        if holding.keep_order(owner, order, held_by) and not order.outer_order_id:
            _follow(owner, order, view, withdrawn=withdrawn)


def _follow(tx: Tx, order: Order, view: OrderView, *, withdrawn: bool) -> None:
    try:
        ticket = rows.load(tx, order.ticket_id, lock=True)
    except Missing:
        return  # not a ticket of ours
    followed = follow_order(ticket, view, order.handling_tenant_id, withdrawn=withdrawn)
    rows.save(tx, followed, before=ticket)
    if followed.handling_tenant_id != ticket.handling_tenant_id:
        rows.hand_over(tx, ticket.ticket_id, followed.handling_tenant_id)
    if _has_closed(ticket, followed):
        record(tx, followed, lifecycle.CLOSE, lifecycle.CLOSING.code, closing=view.closing)


def _has_closed(before: Ticket, after: Ticket) -> bool:
    return after.state is lifecycle.State.CLOSED and before.state is not lifecycle.State.CLOSED
