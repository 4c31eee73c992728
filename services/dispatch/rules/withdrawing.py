"""10, 11(1): what the caller adds, and what the caller takes back; and how any round ends before its answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.dispatch.lifecycle import State, Verb, after
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import VOID_ENDINGS, Closing, Ending, Order
from services.dispatch.rules.requests import Decision


def supplement(order: Order) -> Order:
    """10: what the caller adds is kept with the order while it is open; it moves no date."""
    return replace(order, state=after(order.state, Verb.SUPPLEMENT))


def withdraw(order: Order, act: Act) -> Order:
    """The caller takes it back: the order ends, its open round is out of every count (20), but for a late return."""
    return _end(order, after(order.state, Verb.WITHDRAW), Ending.WITHDRAWN, Closing.WITHDRAWN, act.now)


def lapse(order: Order, act: Act) -> Order:
    """7(2): an inner order ends with the round of the outer one it served."""
    return _end(order, after(order.state, Verb.LAPSE), Ending.LAPSED, Closing.LAPSED, act.now)


def end_round(order: Order, ending: Ending, now: dt.datetime) -> Order:
    """The open round ends; what was still undecided lapses; a void round's clocks count for nothing."""
    if ending in VOID_ENDINGS:
        order = clocks.void(order)
    return _end_assisting(lapse_request(order, now), ending, now).with_round(ended_at=now, ending=ending)


def _end_assisting(order: Order, ending: Ending, now: dt.datetime) -> Order:
    """16: what ends the round ends the assisting units' part in it."""
    order = clocks.stop(order, now, of=order.assisting)
    return replace(order, assists=tuple(replace(each, ended_at=now, ending=ending) if each.open else each for each in order.assists))


def lapse_request(order: Order, now: dt.datetime) -> Order:
    """What was still undecided is no longer to be decided."""
    if order.pending is None:
        return order
    return replace(order, request=replace(order.pending, decision=Decision.LAPSED, decided_at=now))


def _end(order: Order, state: State, ending: Ending, closing: Closing, now: dt.datetime) -> Order:
    ended = clocks.void_hub(order) if order.round is None else end_round(order, ending, now)
    return replace(ended, state=state, closing=closing, closed_at=now)
