"""What every door of dispatch does with a request and an order."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from chassis.errors import Invalid
from chassis.stamps import instant_of
from chassis.store import Tx
from hotline.dispatch.v1 import orders_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import URGENCY_URGENT, Nature
from regulation.deadlines import Light
from regulation.instants import closing
from regulation.table import Source
from services.dispatch.actions.changing import Seen
from services.dispatch.lifecycle import State
from services.dispatch.messages import order_message
from services.dispatch.rules.order import Order
from services.dispatch.store import orders
from services.dispatch.store.lists import Filter
from services.dispatch.words import name_of, word_of

WHOLE_DAY = 24 * 60


class Editing(Protocol):
    """A request for a verb."""

    order_id: str
    version: int


def seen(request: Editing) -> Seen:
    """The order and the version its caller saw. Raises Invalid without one."""
    if not request.version:
        raise Invalid("version", "请带上您看到的工单版本号，以免覆盖他人的办理")
    return Seen(request.order_id, request.version)


def shown(tx: Tx, order: Order) -> pb.Order:
    """The order after a verb."""
    return order_message(orders.find(tx, order.order_id), tx.now)


def filter_of(asked: pb.OrderFilter) -> Filter:
    """What is asked of a list."""
    return Filter(
        states=tuple(state for state in (word_of(State, each) for each in asked.states) if state),
        source=word_of(Source, asked.source),
        urgent=asked.urgency == URGENCY_URGENT if asked.urgency else None,
        nature=name_of(Nature, "NATURE", asked.nature) if asked.nature else "",
        category=asked.category,
        unit_id=asked.unit_id,
        light=word_of(Light, asked.light),
        due_until=instant_of(asked, "due_until"),
        formed_from=closing(dt.date.fromisoformat(asked.formed_from), 0) if asked.formed_from else None,
        formed_before=closing(dt.date.fromisoformat(asked.formed_to), WHOLE_DAY) if asked.formed_to else None,
    )


def day_of(text: str) -> dt.date | None:
    """A local date; the door has checked its form."""
    return dt.date.fromisoformat(text) if text else None
