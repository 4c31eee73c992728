"""Time: a revised calendar re-dates what is open. dispatch alone does so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from regulation.deadlines import Deadline, Kind, Unit
from regulation.instants import closing_day
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Clock, ClockState, Order


@dataclass(frozen=True, slots=True)
class Outer:
    """The date of an inner order's outer one (7(2)): as it is, and as it was before it was re-dated itself."""

    now: Deadline
    was: Deadline


def redate(order: Order, law: Law, outer: Outer | None = None) -> Order:
    """The dates of the open round, and the hub's running one, counted again by the calendar from their own triggers.

    A date whose instants stay the same keeps its version: only its revision and its provisional mark are the new
    calendar's. Hours by the clock (13) know no calendar. Closed rounds never move. An inner date is never later than the
    outer one, and follows it where it was the same.
    """
    order = replace(order, state=after(order.state, Verb.REDATE))
    for clock in _open_clocks(order):
        fresh = counted_again(order, clock, law, outer)
        if _instants(fresh) != _instants(clock.deadline):
            order = clocks.redate(order, clock, fresh)
        elif fresh != clock.deadline:
            order = clocks.put(order, replace(clock, deadline=fresh))
    return order


def moved(before: Order, redated: Order) -> bool:
    """Whether any date is another one, or lost its provisional mark: worth a journal entry and an event."""
    return _marks(before) != _marks(redated)


def _marks(order: Order) -> set[tuple[object, bool]]:
    return {(each.key, each.deadline.provisional) for each in order.clocks}


def _instants(deadline: Deadline) -> tuple[dt.datetime | None, ...]:
    return deadline.deadline_at, deadline.yellow_at, deadline.red_at


def _open_clocks(order: Order) -> list[Clock]:
    if order.round is None:
        return [each for each in [clocks.hub(order)] if each.state is ClockState.RUNNING]
    returning = clocks.of_kind(order, Kind.RETURN)
    return [clocks.answer(order), *([returning] if returning.state is ClockState.RUNNING else [])]


def counted_again(order: Order, clock: Clock, law: Law, outer: Outer | None = None) -> Deadline:
    """The clock's date as it would be stamped now, from its own trigger."""
    if clock.kind is Kind.DISPATCH:
        at_once = clock.deadline.unit is not Unit.WORKING_DAY
        return dates.dispatch(replace(order, urgent=at_once), clock.deadline.trigger_at, law)
    if clock.kind is Kind.RETURN:
        return dates.give_back(order, clock.deadline.trigger_at, clocks.answer(order).deadline, law)
    if order.inner and not clock.counted_from:
        fresh = outer.now if outer and clock.deadline == outer.was else clock.deadline
    else:
        fresh = _answer(order, clock, law, outer)
    return dates.capped(fresh, outer.now if outer else None)


def _answer(order: Order, clock: Clock, law: Law, outer: Outer | None) -> Deadline:
    """The clock's date as its own clause counts it; one counted from another date, from that one counted again."""
    old = clock.deadline
    match clock.kind:
        case Kind.EXTENSION:
            return dates.extension_again(order, counted_again(order, _base(order, clock), law, outer), old.n, law)
        case Kind.DEFICIENT:
            # Where the old date has become the later, it is that; the clock stays the one it was.
            fresh = dates.deficient(order, counted_again(order, _base(order, clock), law, outer), old.trigger_at, law)
            return replace(fresh, kind=old.kind, article=old.article)
        case Kind.PROMISE:
            return dates.promised_again(order, closing_day(old.deadline_at), old.trigger_at, law)
        case Kind.RESULT:
            return _result(order, clock, law, outer)
        case Kind.REWORK:
            return dates.rework(replace(order, urgent=False), old.trigger_at, law)
        case _:
            return dates.handle(replace(order, urgent=False), old.trigger_at, law)


def _result(order: Order, clock: Clock, law: Law, outer: Outer | None) -> Deadline:
    """13: chosen at dispatch, or cut short by an upgrade."""
    old = clock.deadline
    if clock.counted_from:
        return dates.upgraded(order, counted_again(order, _base(order, clock), law, outer), old.trigger_at, law)
    return dates.handle(replace(order, urgent=True), old.trigger_at, law, old.n)


def _base(order: Order, clock: Clock) -> Clock:
    """The date this one was counted from."""
    family = (each for each in order.clocks if each.round == clock.round and each.kind in clocks.ANSWER and not each.assisting)
    return next(each for each in family if each.version == clock.counted_from)
