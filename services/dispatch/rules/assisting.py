"""16: one lead unit, any number of assisting ones, whose parts have dates of their own; the lead alone replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.deadlines import Kind, overdue
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Assist, Clock, ClockState, Ending, Order
from services.dispatch.rules.units import Unit, may_receive

REPORT = frozenset({Kind.FIRST_REPORT})
MOST_AT_ONCE = 20


def add_assisting(order: Order, units: Iterable[Unit], note: str, act: Act) -> Order:
    """16: other units are to support the lead, at its dispatch or later.

    Raises Invalid for no unit or too many at once; NotAllowed for one that may not receive it (17), leads or assists already, or
    is a district, which handles an order only as its lead.
    """
    verb = Verb.ADD_ASSISTING
    order, units = replace(order, state=after(order.state, verb)), tuple(units)
    if not 0 < len(units) <= MOST_AT_ONCE:
        raise Invalid("unit_ids", f"请选择协办单位，一次最多{MOST_AT_ONCE}个", verb.article.code)
    for unit in units:
        order = _assisted(order, unit, note, act)
    return order


def withdraw_assisting(order: Order, unit_id: str, reason: str, act: Act) -> Order:
    """16: its support is not needed; its part does not count. Raises Invalid without a reason, NotAllowed where it does not assist."""
    verb = Verb.WITHDRAW_ASSISTING
    state = after(order.state, verb)
    said("reason", reason, "撤销协办的理由", verb.article)
    ended = replace(_assist(order, unit_id, verb), ended_at=act.now, ending=Ending.RECALLED)
    return _with(replace(clocks.void_assisting(order, unit_id), state=state), ended)


def sign_in_assisting(order: Order, act: Act) -> Order:
    """签收 by an assisting unit. It moves no date. Raises NotAllowed for a second one."""
    verb = Verb.SIGN_IN_ASSISTING
    state = after(order.state, verb)
    ours = _assist(order, act.by.unit_id, verb)
    if ours.signed_in_at is not None:
        raise NotAllowed(verb.article, "本单位已签收，请在期限内反馈协办情况")
    return _with(replace(order, state=state), replace(ours, signed_in_at=act.now))


def submit_contribution(order: Order, text: str, act: Act) -> Order:
    """16: an assisting unit's part, for the lead's reply; late is taken and held against its own date. It signs in as well.

    Raises Invalid without a text, NotAllowed for a second one.
    """
    verb = Verb.SUBMIT_CONTRIBUTION
    state = after(order.state, verb)
    ours = _assist(order, act.by.unit_id, verb)
    if not ours.owed:
        raise NotAllowed(verb.article, "本单位已反馈协办情况，补充情况请直接告知主办单位")
    said("contribution", text, "协办情况", verb.article)
    given = replace(ours, contributed_at=act.now, signed_in_at=ours.signed_in_at or act.now)
    return _with(replace(clocks.stop(order, act.now, of={ours.unit_id}), state=state), given)


def keep_up(before: Order, order: Order, act: Act) -> Order:
    """16: as the lead's dates move, so do those of the assisting units whose part is still to come."""
    if order.round is None or not any(each.owed for each in order.assists) or _lead_dates(before) == _lead_dates(order):
        return order
    for each in order.assists:
        if each.owed:
            order = _with_report(_with_answer(order, each, act), each, act)
    return order


def _assisted(order: Order, unit: Unit, note: str, act: Act) -> Order:
    article = Verb.ADD_ASSISTING.article
    may_receive(unit, order, article)
    if unit.handling_tenant_id:
        raise NotAllowed(article, f"{unit.name}是区县，须作为主办单位承办，请改选协办单位")
    if unit.unit_id == order.unit_id or unit.unit_id in order.assisting:
        raise NotAllowed(article, f"{unit.name}已是本工单的主办或协办单位，请勿重复选择")
    fresh = Assist(len(order.assists) + 1, order.present.number, unit.unit_id, act.now, note=note)
    order = replace(order, assists=(*order.assists, fresh))
    order = clocks.start_assisting(order, unit.unit_id, dates.assisting(clocks.answer(order).deadline, act.now, act.law))
    return _with_report(order, fresh, act)


def _with_answer(order: Order, assist: Assist, act: Act) -> Order:
    old = clocks.of_assisting(order, assist.unit_id)
    fresh = dates.assisting(clocks.answer(order).deadline, assist.delivered_at, act.law)
    if old is None or (fresh.deadline_at, fresh.kind) == (old.deadline.deadline_at, old.kind):
        return order
    return clocks.supersede(order, old, fresh, ended_at=_missed(old, act.now) if fresh.kind is not old.kind else None)


def _with_report(order: Order, assist: Assist, act: Act) -> Order:
    """13, 16: an hour limit is shared as it is, as long as the lead's runs and has not passed."""
    lead = clocks.of_kind(order, Kind.FIRST_REPORT) if clocks.has(order, Kind.FIRST_REPORT) else None
    old = clocks.of_assisting(order, assist.unit_id, REPORT)
    running = lead is not None and lead.state is ClockState.RUNNING
    if old is not None and old.state is ClockState.RUNNING and not running:
        missed = _missed(old, act.now)
        return clocks.put(order, replace(old, state=ClockState.STOPPED if missed else ClockState.VOID, stopped_at=missed))
    known = old is not None and lead is not None and old.deadline == lead.deadline
    if lead is None or not running or known or overdue(lead.deadline, None, act.now):
        return order
    return clocks.supersede(order, old, lead.deadline) if old else clocks.start_assisting(order, assist.unit_id, lead.deadline)


def _lead_dates(order: Order) -> list[tuple[object, object, ClockState]]:
    dated = (each for each in order.clocks if each.kind in clocks.AGAINST_UNIT and not each.assisting)
    return [(each.key, each.deadline.deadline_at, each.state) for each in dated]


def _assist(order: Order, unit_id: str, verb: Verb) -> Assist:
    found = next((each for each in order.assists if each.open and each.unit_id == unit_id), None)
    if found is None:
        raise NotAllowed(verb.article, "该单位不是本工单的协办单位，请核对")
    return found


def _with(order: Order, changed: Assist) -> Order:
    return replace(order, assists=tuple(changed if each.number == changed.number else each for each in order.assists))


def _missed(clock: Clock, now: dt.datetime) -> dt.datetime | None:
    running = clock.state is ClockState.RUNNING
    return now if running and overdue(clock.deadline, None, now) else None
