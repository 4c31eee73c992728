"""11(4): a request that the hub leaves undecided goes up to the supervisor."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import Order


def due_to_escalate(order: Order, now: dt.datetime) -> bool:
    """Whether an open request is past its day and still with the hub's desk."""
    request = order.pending
    return bool(request and request.decide_by and now > request.decide_by and request.escalated_at is None)


def escalate(order: Order, act: Act) -> Order:
    """11(4): after one working day it goes up to the supervisor, and the delay is the hub's breach (policy)."""
    state = after(order.state, Verb.ESCALATE)
    if not due_to_escalate(order, act.now) or order.pending is None:
        return order
    return replace(order, state=state, request=replace(order.pending, escalated_at=act.now))
