"""11(1), 11(2): an order is opened, dispatched within a working day, and taken back when it went to the wrong unit."""

from __future__ import annotations

from dataclasses import replace

from regulation.articles import NotAllowed
from regulation.deadlines import Deadline, Kind
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Ending, Order, Round
from services.dispatch.rules.units import Unit, may_receive
from services.dispatch.rules.withdrawing import end_round


def open_order(order: Order, law: Law) -> Order:
    """11(1) 即时形成转办工单; 11(2): the hub has a working day from the ticket being formed, 及时 when urgent."""
    return clocks.start_hub(order, dates.dispatch(order, order.formed_at, law))


def dispatch(order: Order, unit: Unit, act: Act, *, result_days: int | None = None) -> Order:
    """11(2): to the unit whose duty it is; late is the hub's breach and is stamped on its clock, not refused.

    11(3): the unit's 5 working days run from now, the delivery, not from sign-in. 13: an urgent order's first report is
    due in 2 hours and its result in `result_days`, 1 to 3. 7(2): an inner order keeps its outer one's dates.
    Raises NotAllowed for a unit that may not receive it (11(2), 17), for result days outside 1 to 3 (13), and while its
    coordination is undecided (16).
    """
    state = after(order.state, Verb.DISPATCH)
    if order.coordinate_since is not None:
        raise NotAllowed(Verb.DECIDE_COORDINATION.article, "本工单正在协调，请作出协调决定，按决定转办")
    may_receive(unit, order, Verb.DISPATCH.article)
    order = clocks.stop_hub(order, act.now)
    order = replace(order, state=state, unit_id=unit.unit_id, handling_tenant_id=unit.handling_tenant_id)
    if act.outer is not None:
        return deliver_inner(order, act.outer, act)
    order = deliver(order, dates.handle(order, act.now, act.law, result_days), act)
    return clocks.start(order, dates.first_report(order, act.now, act.law)) if order.urgent else order


def deliver(order: Order, due: Deadline, act: Act) -> Order:
    """A round begins: its answer is `due`, its return has its last day (11(6))."""
    fresh = Round(len(order.rounds) + 1, order.unit_id, act.now)
    order = replace(order, rounds=(*order.rounds, fresh))
    return clocks.start(order, due, dates.give_back(order, act.now, due, act.law))


def deliver_inner(inner: Order, outer: Order, act: Act) -> Order:
    """7(2): 转交 restarts nothing: the inner dates are the outer ones; an hour limit is shared."""
    inner = deliver(inner, clocks.answer(outer).deadline, act)
    if outer.urgent and clocks.has(outer, Kind.FIRST_REPORT) and outer.present.reported_at is None:
        inner = clocks.start(inner, clocks.of_kind(outer, Kind.FIRST_REPORT).deadline)
    return inner


def recall(order: Order, reason: str, act: Act) -> Order:
    """11(2), 按照承办单位职责: wrongly dispatched. The unit's round is void.

    The hub's own mistake gives it no fresh day: its old date runs on; a district that had none gets one. A late return
    stays counted (11(6)).
    Raises Invalid without a reason.
    """
    state = after(order.state, Verb.RECALL)
    said("reason", reason, "收回的理由", Verb.RECALL.article)
    order = end_round(order, Ending.RECALLED, act.now)
    before = clocks.hub_or_none(order)
    order = clocks.start_hub(order, before.deadline if before else dates.dispatch(order, act.now, act.law))
    return replace(order, state=state, unit_id="", handling_tenant_id="")
