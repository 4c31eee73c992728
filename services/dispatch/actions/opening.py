"""What intake told of a ticket: formed, supplemented, withdrawn. Safe twice, and in any order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from chassis.store import Tx
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.actions import raising
from services.dispatch.actions.changing import Seen, change, in_calendar, note
from services.dispatch.actions.telling import tell
from services.dispatch.lifecycle import OPENING, Verb
from services.dispatch.rules.dispatching import open_order
from services.dispatch.rules.law import Law, edition_of
from services.dispatch.rules.order import Order
from services.dispatch.rules.provincial import move_provincial_date
from services.dispatch.rules.withdrawing import supplement, withdraw
from services.dispatch.store import copies, orders, tickets
from services.dispatch.words import OPEN_VERB


@dataclass(frozen=True, slots=True)
class Ticket:
    """A formed ticket as intake told it; its texts are masked."""

    ticket_id: str
    number: str
    tenant_id: str
    channel: str
    nature: str
    source: Source
    urgent: bool
    urgent_kind: UrgentKind | None
    category: str
    place: dict[str, str]
    title: str
    text: str
    parties: tuple[dict[str, str], ...]
    received_at: dt.datetime
    formed_at: dt.datetime
    edition: str
    provincial_number: str
    provincial_due_at: dt.datetime | None
    version: int


def ticket_formed(tx: Tx, ticket: Ticket) -> None:
    """11(1): its order waits for dispatch. A withdrawal that came before still wins."""
    tickets.keep(tx, ticket)
    if tickets.order_id(tx, ticket.ticket_id) is not None:
        return
    order = _opened(tx, ticket)
    reason = tickets.withdrawal_reason(tx, ticket.ticket_id)
    if reason is not None:
        _withdraw(tx, order.order_id, reason)


def ticket_supplemented(tx: Tx, ticket_id: str, text: str, at: dt.datetime, version: int) -> None:
    """10: kept with the ticket, and told with the order while that is open. Before the order there is only the ticket's."""
    fresh = tickets.keep_supplement(tx, ticket_id, text, at, version)
    order_id = tickets.open_order_id(tx, ticket_id)
    if fresh and order_id is not None:
        change(tx, Verb.SUPPLEMENT, Seen(order_id), lambda order, _act, _owner: supplement(order))


def ticket_withdrawn(tx: Tx, ticket_id: str, reason: str, at: dt.datetime) -> None:
    """The caller took it back; an order that has ended stays as it ended."""
    tickets.keep_withdrawal(tx, ticket_id, reason, at)
    order_id = tickets.open_order_id(tx, ticket_id)
    if order_id is not None:
        _withdraw(tx, order_id, reason)


def provincial_date_moved(tx: Tx, ticket_id: str, due_at: dt.datetime, version: int) -> None:
    """11(3): the province's own date of a ticket; what the province said before it is ignored."""
    fresh = tickets.keep_provincial_date(tx, ticket_id, due_at, version)
    order_id = tickets.open_order_id(tx, ticket_id)
    if fresh and order_id is not None:
        change(
            tx, Verb.MOVE_PROVINCIAL_DATE, Seen(order_id), lambda order, act, _owner: move_provincial_date(order, due_at, act),
            provincial_due_at=due_at.isoformat(),
        )  # fmt: skip


def _withdraw(tx: Tx, order_id: str, reason: str) -> None:
    change(tx, Verb.WITHDRAW, Seen(order_id), lambda order, act, _owner: withdraw(order, act), reason=reason)


def _opened(tx: Tx, ticket: Ticket) -> Order:
    state, article = OPENING
    standing = copies.standing(tx)
    with in_calendar(article):
        edition = edition_of(ticket.edition, ticket.received_at, standing.policy)
        order = Order(order_id=tx.new_id(), state=state, version=1, edition=edition.name, **_facts(ticket), **_provincial(tx, ticket))
        order = open_order(order, Law(standing.calendar, standing.policy, edition))
    orders.add(tx, order, standing.calendar_version)
    told = raising.whom(tx, order) if order.urgent else ()
    note(tx, OPEN_VERB, article, order, {"urgent": order.urgent, "source": order.source, "told": ",".join(told)})
    tell(tx, OPEN_VERB, article, None, order)
    if order.urgent:
        raising.raise_urgent(tx, order, told)
    return order


def _provincial(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """The province's date, which it may have moved before the ticket was formed."""
    due_at = tickets.provincial_date(tx, ticket.ticket_id) or ticket.provincial_due_at
    return {"provincial_due_at": due_at, "provincial_since": tx.now} if due_at else {}


def _facts(ticket: Ticket) -> dict[str, Any]:
    shared = ("ticket_id", "number", "tenant_id", "formed_at", "source", "urgent", "urgent_kind", "nature", "category", "title")
    return {
        **{name: getattr(ticket, name) for name in shared},
        "party_units": frozenset(each["unit_id"] for each in ticket.parties if each.get("unit_id")),
        "party_people": frozenset(each["person_id"] for each in ticket.parties if each.get("person_id")),
    }
