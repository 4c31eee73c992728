"""To whom an order might go: to be dispatched, or, where a district holds it, to be handed on (11(2), 7(2), 17)."""

from __future__ import annotations

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.kept import Row
from services.dispatch.actions.showing import readable
from services.dispatch.rules.order import Order
from services.dispatch.rules.suggesting import Matter, UnitSuggestion
from services.dispatch.rules.suggesting import suggest_units as rule
from services.dispatch.store import copies, orders, precedents, tickets
from services.dispatch.store.candidates import candidates


def suggest_units(tx: Tx, order_id: str) -> list[UnitSuggestion]:
    """The three best units of the caller's own tenant, with their reasons. Raises Missing, and Denied for who is not of the hub."""
    row = readable(tx, order_id)
    copies.demand_hub(tx)
    if tx.by.tenant_id not in (row["tenant_id"], row["handling_tenant_id"]):
        raise Missing(orders.NO_ORDER)
    with orders.owner_of(tx, row) as owner:
        order = orders.whole(owner, row)
        matter = _matter(owner, order)
    return rule(order, matter, candidates(tx, order.party_people), precedents.of_category(tx, order.category, order_id))


def _matter(owner: Tx, order: Order) -> Matter:
    """The text is the ticket's tenant's: of an inner order, its outer one's."""
    if order.inner:
        with owner.acting_for(order.outer_tenant_id) as city:
            text = tickets.text_of(city, order.ticket_id)
    else:
        text = tickets.text_of(owner, order.ticket_id)
    return _said(order, text)


def _said(order: Order, text: Row | None) -> Matter:
    place = (text["place"] if text else None) or {}
    return Matter(f"{order.title}\n{text['text'] if text else ''}", place.get("district", ""), place.get("town", ""))
