"""Clocks: which date is in force, and the only ways in which one starts, waits, moves, stops and falls away.

Deadlines of a closed round never move; every function here touches the open round alone, and `dispatched` the hub's
own clock. Dates move by an extension, a 续报, a deficient reply sent back, an upgrade or downgrade of urgency, a revised
calendar (`redating`) and the province's word (`provincial`), by nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace

from regulation.deadlines import Deadline, Kind
from services.dispatch.rules.order import Clock, ClockState, Order

ANSWER = frozenset({Kind.HANDLE, Kind.EXTENSION, Kind.PROMISE, Kind.DEFICIENT, Kind.REWORK, Kind.RESULT})
"""Kinds of the one date by which the unit owes its answer; in a round each is the next version of the one before."""

AGAINST_UNIT = ANSWER | {Kind.FIRST_REPORT}
"""Kinds with lights, which sla watches. The hub's own date and the last day of a return have none."""

LEAD = frozenset({""})
"""Whose dates bear no assisting unit."""

_GOING = frozenset({ClockState.RUNNING, ClockState.HELD})


def answer(order: Order) -> Clock:
    """The date by which the open round's answer is due, or was."""
    return _newest(order, ANSWER, order.present.number)


def first_answer(order: Order) -> Clock:
    """The date by which the open round's answer was due first."""
    return min(_answers(order), key=lambda each: each.version)


def before_upgrade(order: Order) -> Clock | None:
    """13: the date that the last upgrade cut short, if the date in force goes back to one."""
    by_version = {each.version: each for each in _answers(order)}
    clock: Clock | None = answer(order)
    while clock is not None and not (clock.kind is Kind.RESULT and clock.counted_from):
        clock = by_version.get(clock.counted_from)
    return by_version[clock.counted_from] if clock else None


def of_kind(order: Order, kind: Kind) -> Clock:
    """The open round's clock of a kind. Raises LookupError when it has none."""
    return _newest(order, {kind}, order.present.number)


def has(order: Order, kind: Kind) -> bool:
    """Whether the open round has a date of this kind."""
    return any(each.kind is kind and each.round == order.present.number and not each.assisting for each in order.clocks)


def hub_or_none(order: Order) -> Clock | None:
    """The hub's newest date of dispatch (11(2)); an order that was handed on has none until it comes back."""
    dates = (each for each in order.clocks if each.kind is Kind.DISPATCH)
    return max(dates, key=lambda each: (each.round, each.version), default=None)


def first_hub(order: Order) -> Clock:
    """The date the hub had first for the round that is to come."""
    number = hub(order).round
    return min((each for each in order.clocks if each.kind is Kind.DISPATCH and each.round == number), key=lambda each: each.version)


def hub(order: Order) -> Clock:
    """The hub's newest date of dispatch. Raises LookupError when it has none."""
    newest = hub_or_none(order)
    if newest is None:
        raise LookupError(f"order {order.order_id} has no date of dispatch")
    return newest


def start(order: Order, *deadlines: Deadline) -> Order:
    """The dates of a round that was just delivered."""
    present = order.present
    return replace(order, clocks=(*order.clocks, *(Clock(present.number, 1, each, present.unit_id) for each in deadlines)))


def start_assisting(order: Order, unit_id: str, *deadlines: Deadline) -> Order:
    """16: the dates of an assisting unit; one that assists the round again goes on counting versions."""
    number = order.present.number
    before = max((each.version for each in order.clocks if each.round == number and each.assisting == unit_id), default=0)
    return replace(order, clocks=(*order.clocks, *(Clock(number, before + 1, each, unit_id, assisting=unit_id) for each in deadlines)))


def of_assisting(order: Order, unit_id: str, kinds: Collection[Kind] = ANSWER) -> Clock | None:
    """16: an assisting unit's newest date of these kinds in the open round."""
    number = order.present.number
    ours = (each for each in order.clocks if each.round == number and each.assisting == unit_id and each.kind in kinds)
    return max(ours, key=lambda each: each.version, default=None)


def void_assisting(order: Order, unit_id: str) -> Order:
    """16: nothing of what runs against an assisting unit in the open round counts any more."""
    number = order.present.number
    ours = (each for each in order.clocks if each.round == number and each.assisting == unit_id)
    return put(order, *(replace(each, state=ClockState.VOID, held_at=None) for each in ours))


def start_hub(order: Order, deadline: Deadline, hub_unit_id: str = "") -> Order:
    """The hub's date for the round that is to come."""
    return replace(order, clocks=(*order.clocks, Clock(len(order.rounds) + 1, 1, deadline, hub_unit_id)))


def stop_hub(order: Order, at: dt.datetime) -> Order:
    """The hub dispatched; late is the hub's own breach (11(2))."""
    return put(order, replace(hub(order), state=ClockState.STOPPED, stopped_at=at))


def hold(order: Order, at: dt.datetime) -> Order:
    """Red and urging wait while a request asked for in time is undecided (11(4), 11(7))."""
    return put(order, replace(answer(order), state=ClockState.HELD, held_at=at))


def release(order: Order) -> Order:
    """The request was refused: the date stands as it was, and lights missed meanwhile fire at once (11(4))."""
    held = answer(order)
    state = ClockState.STOPPED if held.stopped_at else ClockState.RUNNING
    return put(order, replace(held, state=state, held_at=None))


def stop(order: Order, at: dt.datetime, kinds: Collection[Kind] = frozenset(Kind), *, of: Collection[str] = LEAD) -> Order:
    """Answered, by the lead or by these assisting units. A held one stays held, with that instant, until the request is decided."""

    def stopped(clock: Clock) -> Clock:
        state = clock.state if clock.state is ClockState.HELD else ClockState.STOPPED
        return replace(clock, state=state, stopped_at=at)

    return _each_going(order, kinds, of, stopped)


def extend(order: Order, deadline: Deadline) -> Order:
    """11(4): the old date no longer counts; what was answered meanwhile is held against the new one."""
    old = answer(order)
    moved = replace(_next(old, deadline), stopped_at=old.stopped_at, state=_settled(old))
    return put(order, replace(old, state=ClockState.VOID, held_at=None, stopped_at=None), moved)


def promise(order: Order, deadline: Deadline, asked_at: dt.datetime) -> Order:
    """11(7): the interim report answered the old date on time; the promised one has lights of its own."""
    old = answer(order)
    moved = replace(_next(old, deadline), stopped_at=old.stopped_at, state=_settled(old))
    return put(order, replace(old, state=ClockState.STOPPED, held_at=None, stopped_at=asked_at), moved)


def reopen(order: Order, deadline: Deadline) -> Order:
    """11(8): the reply was sent back. The old date runs on where it is the later, else a new one begins."""
    old = answer(order)
    if deadline == old.deadline:
        return put(order, replace(old, state=ClockState.RUNNING, stopped_at=None))
    return put(order, old, _next(old, deadline))


def supersede(order: Order, old: Clock, deadline: Deadline, *, ended_at: dt.datetime | None = None) -> Order:
    """13: another date takes the place of one that ran. With `ended_at` the old one was missed, and is held against the unit as of then."""
    gone = replace(old, state=ClockState.STOPPED if ended_at else ClockState.VOID, held_at=None, stopped_at=ended_at)
    return put(order, gone, _next(old, deadline))


def redate(order: Order, clock: Clock, deadline: Deadline) -> Order:
    """The calendar or the province moved it: the same clock, as far as it had come, on its new date."""
    moved = replace(clock, version=clock.version + 1, deadline=deadline)
    return put(order, replace(clock, state=ClockState.VOID, held_at=None, stopped_at=None), moved)


def void(order: Order) -> Order:
    """Nothing of the open round counts any more."""
    ours = (each for each in order.clocks if each.round == order.present.number and each.kind is not Kind.DISPATCH)
    return put(order, *(replace(each, state=ClockState.VOID, held_at=None) for each in ours))


def void_hub(order: Order) -> Order:
    """The order ended before it was dispatched."""
    return put(order, replace(hub(order), state=ClockState.VOID))


def overdue(order: Order, number: int, now: dt.datetime) -> bool:
    """Whether a round counts as overdue, once: its return came late (11(6)), or its answer, or its answer is missing.

    A void round counts only for its late return (20). What was missed before a downgrade stays missed (13).
    """
    round_ = order.rounds[number - 1]
    if round_.late_return:
        return True
    if round_.void:
        return False
    if round_.breached:
        return True
    due = _newest(order, ANSWER, number)
    return (due.stopped_at or now) > due.deadline.deadline_at and due.state is not ClockState.HELD


def put(order: Order, *changed: Clock) -> Order:
    """The order with these clocks in place of those with the same key, or behind the others."""
    by_key = {each.key: each for each in order.clocks} | {each.key: each for each in changed}
    return replace(order, clocks=tuple(by_key.values()))


def _newest(order: Order, kinds: Collection[Kind], number: int, assisting: str = "") -> Clock:
    found = [each for each in order.clocks if each.round == number and each.kind in kinds and each.assisting == assisting]
    if not found:
        raise LookupError(f"order {order.order_id} has no such date in round {number}")
    return max(found, key=lambda each: each.version)


def _answers(order: Order) -> list[Clock]:
    return [each for each in order.clocks if each.kind in ANSWER and each.round == order.present.number and not each.assisting]


def _next(old: Clock, deadline: Deadline) -> Clock:
    return Clock(old.round, old.version + 1, deadline, old.unit_id, assisting=old.assisting, counted_from=old.version)


def _settled(old: Clock) -> ClockState:
    return ClockState.STOPPED if old.stopped_at else ClockState.RUNNING


def _each_going(order: Order, kinds: Collection[Kind], of: Collection[str], change: Callable[[Clock], Clock]) -> Order:
    number = order.present.number
    ours = (each for each in order.clocks if each.round == number and each.assisting in of and each.kind is not Kind.DISPATCH)
    return put(order, *(change(each) for each in ours if each.kind in kinds and each.state in _GOING))
