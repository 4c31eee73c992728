"""16: coordination cases as the hub and those who take part see them, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.dispatch.actions.showing import readable
from services.dispatch.rules.coordinating import Case
from services.dispatch.store import coordinations, copies, orders, tickets
from services.dispatch.store.coordinations import Rows
from services.dispatch.store.rows import Row


def show_case(tx: Tx, coordination_id: str) -> tuple[Case, list[str], Sequence[Row]]:
    """With the units that take part, and the minutes. Raises Missing, also for who may not see it (17)."""
    case = coordinations.find(tx, coordination_id)
    units = coordinations.invited(tx, coordination_id)
    if tx.by.id in case.party_people or not (copies.at_hub(tx) or tx.by.unit_id in units):
        raise Missing(coordinations.NO_CASE)
    return case, units, coordinations.minutes_of(tx, coordination_id)


def list_cases(tx: Tx, page: Page, order_id: str, *, going: bool) -> Rows:
    """The hub's, or those that the caller's unit takes part in."""
    return coordinations.listed(tx, page, order_id, at_hub=copies.at_hub(tx), going=going)


def list_precedents(tx: Tx, order_id: str, page: Page) -> Rows:
    """Of the hub's own tenant, for an order that it may read. Raises Missing, and Denied for who is not of the hub."""
    row = readable(tx, order_id)
    copies.demand_hub(tx)
    with orders.owner_of(tx, row) as owner:
        text = tickets.text_of(owner, row["ticket_id"])
    place = (text["place"] if text else None) or {}
    return coordinations.precedents_of(tx, row["category"], place.get("district", ""), place.get("town", ""), page)
