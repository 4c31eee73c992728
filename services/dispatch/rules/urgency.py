"""13: an order turns out to be urgent midway, or not to be; and who is told of an urgent one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.deadlines import Deadline, Kind, overdue
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Clock, ClockState, Ending, Order
from services.dispatch.rules.redating import counted_again
from services.dispatch.rules.requests import ReturnRequest
from services.dispatch.rules.units import Unit, conflicted
from services.dispatch.rules.withdrawing import lapse_request


def upgrade(order: Order, kind: UrgentKind | None, act: Act) -> Order:
    """13: first report in 2 hours from now; result at the earlier of the old deadline and 3 working days from now.

    One that waits for dispatch is dispatched at once (11(2)). An undecided extension or 续报 lapses, for an urgent order has none.
    Raises Invalid without a kind; NotAllowed for an order that is urgent.
    """
    verb = Verb.UPGRADE
    state = after(order.state, verb)
    if order.urgent:
        raise NotAllowed(verb.article, "本工单已是紧急工单，无须升级")
    if kind is None:
        raise Invalid("urgent_kind", "请选择紧急事项类别", verb.article.code)
    order = replace(order, state=state, urgent=True, urgent_kind=kind)
    if order.round is None:
        return _hub_sooner(order, act)
    order = _without_postponing(order, act)
    old = clocks.answer(order)
    result = dates.capped(dates.upgraded(order, old.deadline, act.now, act.law), act.outer_date)
    order = _return_by(clocks.supersede(order, old, result), act)
    if order.present.reported_at is not None:
        return order
    report = dates.first_report(order, act.now, act.law)
    if clocks.has(order, Kind.FIRST_REPORT):
        return clocks.supersede(order, clocks.of_kind(order, Kind.FIRST_REPORT), report)
    return clocks.start(order, report)


def downgrade(order: Order, reason: str, act: Act) -> Order:
    """13: it is not urgent after all. Its date is the ordinary one, or that which the upgrade had cut short.

    What was missed stays missed. Raises Invalid without a reason; NotAllowed for an order that is not urgent.
    """
    verb = Verb.DOWNGRADE
    state = after(order.state, verb)
    if not order.urgent:
        raise NotAllowed(verb.article, "本工单不是紧急工单，无须降级")
    said("reason", reason, "降级的理由", verb.article)
    order = replace(order, state=state, urgent=False, urgent_kind=None)
    if order.round is None:
        return _hub_later(order, act)
    order = _without_postponing(order, act)
    return _return_by(_later(_without_report(order, act), act), act)


def told_units(order: Order, named: tuple[Unit, ...], above: Callable[[Unit], list[Unit]]) -> tuple[Unit, ...]:
    """13, 17: whom a city names for such an emergency; where one must not know, its nearest superior that may.

    `above` gives a unit's superiors, the nearest first. The hub needs no telling.
    """
    lines = ([unit, *above(unit)] for unit in named)
    found = (next((each for each in line if each.open and not conflicted(each, order)), None) for line in lines)
    return tuple({each.unit_id: each for each in found if each is not None and not each.hub}.values())


def _without_postponing(order: Order, act: Act) -> Order:
    if order.pending is None or isinstance(order.pending, ReturnRequest):
        return order
    return lapse_request(clocks.release(order), act.now)


def _hub_sooner(order: Order, act: Act) -> Order:
    old, fresh = clocks.hub(order), dates.dispatch(order, act.now, act.law)
    return clocks.supersede(order, old, fresh) if fresh.deadline_at < old.deadline.deadline_at else order


def _hub_later(order: Order, act: Act) -> Order:
    """A minute that was missed is the hub's breach still."""
    old, fresh = clocks.hub(order), dates.dispatch(order, clocks.first_hub(order).deadline.trigger_at, act.law)
    if fresh.deadline_at <= old.deadline.deadline_at:
        return order
    return clocks.supersede(order, old, fresh, ended_at=_missed(old, act.now))


def _without_report(order: Order, act: Act) -> Order:
    """A first report that nobody owes any more; one that was missed stays so."""
    if not clocks.has(order, Kind.FIRST_REPORT):
        return order
    report = clocks.of_kind(order, Kind.FIRST_REPORT)
    if report.state is not ClockState.RUNNING:
        return order
    missed = _missed(report, act.now)
    return clocks.put(order, replace(report, state=ClockState.STOPPED if missed else ClockState.VOID, stopped_at=missed))


def _later(order: Order, act: Act) -> Order:
    """The ordinary date, where it is the later one."""
    old = clocks.answer(order)
    fresh, counted_from = _ordinary(order, act)
    if fresh.deadline_at <= old.deadline.deadline_at:
        return order
    missed = _missed(old, act.now)
    order = clocks.supersede(order, old, fresh, ended_at=missed)
    order = clocks.put(order, replace(clocks.answer(order), counted_from=counted_from))
    return order.with_round(breached=True) if missed else order


def _ordinary(order: Order, act: Act) -> tuple[Deadline, int]:
    """The date in force before the upgrade; for one that was urgent from its delivery, the term it would have had."""
    before = clocks.before_upgrade(order)
    if before is not None:
        # What the province has moved meanwhile, it has moved for this date too.
        fresh = counted_again(order, before, act.law) if order.provincial_due_at else before.deadline
        return dates.capped(fresh, act.outer_date), before.counted_from
    if act.outer_date is not None:
        return act.outer_date, 0
    began = clocks.first_answer(order).deadline.trigger_at
    reworked = any(each.ending is Ending.REWORKED for each in order.rounds[-2:-1])
    return (dates.rework if reworked else dates.handle)(order, began, act.law), 0


def _return_by(order: Order, act: Act) -> Order:
    """11(6), 13: the last day of a return, which an urgent order's result caps."""
    old = clocks.of_kind(order, Kind.RETURN)
    if old.state is not ClockState.RUNNING:
        return order
    due = dates.give_back(order, order.present.delivered_at, clocks.answer(order).deadline, act.law)
    return order if due.deadline_at == old.deadline.deadline_at else clocks.redate(order, old, due)


def _missed(clock: Clock, now: dt.datetime) -> dt.datetime | None:
    return now if overdue(clock.deadline, None, now) else None
