"""An order as somebody may see it, with all that hangs on it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Missing
from chassis.journal import Entry
from chassis.stamps import stamp
from chassis.store import Tx
from chassis.store.paging import Page
from hotline.dispatch.v1 import orders_pb2 as pb
from regulation.calendar import Calendar
from regulation.instants import SHANGHAI
from services.dispatch.messages import (
    assist_message,
    attempt_message,
    date_message,
    offer_message,
    order_message,
    reply_message,
    request_message,
    round_message,
    ticket_message,
    urging_message,
)
from services.dispatch.rules.acting import may_read
from services.dispatch.rules.offering import offered
from services.dispatch.rules.order import Clock, Order
from services.dispatch.store import calls, copies, orders, reading, replies, tickets
from services.dispatch.store.rows import Row
from services.dispatch.words import number_of


def show_order(tx: Tx, order_id: str) -> pb.GetOrderResponse:
    """With its ticket, rounds, dates and their explanation. Raises Missing, also for who may not read it (17)."""
    row, order, at_hub = _read(tx, order_id)
    offers = offered(order, tx.by, at_hub=at_hub)
    with orders.owner_of(tx, row) as owner:
        answer = pb.GetOrderResponse(order=order_message(row, tx.now), offers=map(offer_message, offers))
        _add_below(owner, order, answer)
        _add_ticket(owner, order, answer)
        answer.inner_orders.extend(_inner_orders(owner, order))
    return answer


def readable(tx: Tx, order_id: str) -> Row:
    """The order's row, for who may read it. Raises Missing (17)."""
    return _read(tx, order_id)[0]


def list_journal(tx: Tx, order_id: str, page: Page) -> tuple[list[Entry], str]:
    """The order's steps among those of its ticket, oldest first (10); a page may hold fewer than were asked for."""
    row = readable(tx, order_id)
    with orders.owner_of(tx, row) as owner:
        entries, token = journal.entries(owner, row["ticket_id"], page)
    return [each for each in entries if json.loads(each.detail)["order"] == order_id], token


def count_hub_breaches(tx: Tx, first: dt.date, last: dt.date) -> pb.HubBreaches:
    """11(2), 11(4): by the instants that were missed, in these local days, both included."""
    since = dt.datetime.combine(first, dt.time(), SHANGHAI)
    until = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), SHANGHAI)
    return pb.HubBreaches(
        late_dispatches=reading.count_late_dispatches(tx, since, until), late_decisions=reading.count_late_decisions(tx, since, until)
    )


def _read(tx: Tx, order_id: str) -> tuple[Row, Order, bool]:
    row = orders.find(tx, order_id)
    at_hub = copies.at_hub(tx)
    with orders.owner_of(tx, row) as owner:
        order = orders.whole(owner, row)
    if not may_read(order, tx.by, at_hub=at_hub):
        raise Missing(orders.NO_ORDER)
    return row, order, at_hub


def _add_below(owner: Tx, order: Order, answer: pb.GetOrderResponse) -> None:
    order_id = order.order_id
    answer.rounds.extend(round_message(order, each, owner.now) for each in order.rounds)
    answer.dates.extend(_dates(owner, order.clocks))
    answer.assists.extend(assist_message(each) for each in order.assists)
    answer.replies.extend(reply_message(each) for each in replies.of_order(owner, order_id))
    answer.requests.extend(request_message(each) for each in reading.requests_of(owner, order_id))
    answer.attempts.extend(attempt_message(each) for each in calls.of_order(owner, order_id))
    answer.told.extend(pb.Told(unit_id=each["unit_id"], at=stamp(each["at"])) for each in reading.told_of(owner, order_id))
    answer.urgings.extend(urging_message(each) for each in reading.urgings_of(owner, order_id))


def _add_ticket(owner: Tx, order: Order, answer: pb.GetOrderResponse) -> None:
    """The text is the ticket's tenant's: of an inner order, its outer one's."""
    if order.inner:
        with owner.acting_for(order.outer_tenant_id) as city:
            _add_text(city, order.ticket_id, answer)
    else:
        _add_text(owner, order.ticket_id, answer)


def _add_text(owner: Tx, ticket_id: str, answer: pb.GetOrderResponse) -> None:
    text = tickets.text_of(owner, ticket_id)
    if text is not None:
        answer.ticket.CopyFrom(ticket_message(text))
    answer.supplements.extend(pb.Supplement(at=stamp(each["at"]), text=each["text"]) for each in tickets.supplements_of(owner, ticket_id))


def _dates(owner: Tx, clocks: Iterable[Clock]) -> list[pb.Date]:
    calendars: dict[str, Calendar] = {}
    messages = []
    for clock in clocks:
        revision = clock.deadline.calendar_revision
        calendar = calendars.setdefault(revision, calendars.get(revision) or copies.calendar_by(owner, revision))
        messages.append(date_message(clock, calendar))
    return messages


def _inner_orders(owner: Tx, order: Order) -> list[pb.InnerOrder]:
    """What the city sees of a district's work: dates, state and result (7(2))."""
    if not order.handling_tenant_id:
        return []
    with owner.acting_for(order.handling_tenant_id) as district:
        return [_inner_order(district, row) for row in reading.inner_of(district, order.order_id)]


def _inner_order(district: Tx, row: RowMapping) -> pb.InnerOrder:
    inner = orders.whole(district, row)
    answers = replies.of_order(district, inner.order_id)
    return pb.InnerOrder(
        order_id=inner.order_id,
        unit_id=inner.unit_id,
        state=number_of(inner.state),
        closing=number_of(inner.closing),
        dates=_dates(district, inner.clocks),
        result=next((each["result"] for each in reversed(answers) if each["verb"] in replies.ANSWERS), ""),
    )
