"""7(2): a district hands the city's order on to its town or department. It restarts nothing."""

from __future__ import annotations

from dataclasses import replace

from regulation.articles import NotAllowed
from services.dispatch.lifecycle import OPEN, TRANSITIONS, State, Verb, after
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.acting import CALL_BACK_VERBS
from services.dispatch.rules.closing import close_with_outer
from services.dispatch.rules.dispatching import deliver_inner
from services.dispatch.rules.order import Order
from services.dispatch.rules.redating import Outer, moved, redate
from services.dispatch.rules.requests import ReturnRequest
from services.dispatch.rules.units import Unit, may_receive
from services.dispatch.rules.urgency import downgrade, upgrade
from services.dispatch.rules.withdrawing import lapse, supplement, withdraw

CLOSING_VERBS = frozenset({Verb.CLOSE_SATISFIED, Verb.CLOSE_DISSATISFIED, Verb.CLOSE_UNREACHABLE})
REPLIES = frozenset({Verb.REPLY, Verb.REPLY_WITH_EXPLANATION})
ENDS_ROUND = frozenset({Verb.RECALL, Verb.GRANT_RETURN, Verb.SEND_BACK_REPLY, Verb.REWORK})
"""After these, and after a reply that did not wait for it, whoever holds the outer order answers or hands on anew."""
URGENCY_VERBS = frozenset({Verb.UPGRADE, Verb.DOWNGRADE})
"""The city's alone: an inner order is as urgent as its outer one."""
DATING_VERBS = frozenset({Verb.REDATE, Verb.MOVE_PROVINCIAL_DATE})
FOLLOWED = CLOSING_VERBS | REPLIES | ENDS_ROUND | URGENCY_VERBS | DATING_VERBS | {Verb.WITHDRAW, Verb.SUPPLEMENT}
"""Verbs of an outer order that its open inner order follows."""


def hand_on(outer: Order, unit: Unit, inner: Order | None, act: Act) -> Order:
    """7(2): 转交办理. The outer order stays with the district, its dates run on; it is signed in by this.

    `inner`: the open inner order, if any. Raises NotAllowed when there is one, when the order is not a district's to
    hand on, and for a unit that may not receive it (17).
    """
    verb = Verb.HAND_ON
    state = after(outer.state, verb)
    if not outer.handling_tenant_id:
        raise NotAllowed(verb.article, "只有区县热线工作机构可以向所属镇办、部门转交，请直接办理或申请回退")
    if isinstance(outer.pending, ReturnRequest):
        raise NotAllowed(verb.article, "已申请回退，请等待决定后再转交")
    if inner is not None and inner.state in OPEN:
        raise NotAllowed(verb.article, "本工单已转交，请先收回或等待其办结后再转交")
    may_receive(unit, outer, verb.article)
    signed = outer.present.signed_in_at or act.now
    return replace(outer.with_round(signed_in_at=signed), state=state)


def receive(outer: Order, unit: Unit, act: Act) -> Order:
    """The inner order: the district's own, with the outer one's date; the 2 days of 11(6) run from this delivery."""
    inner = Order(
        order_id=act.fresh_id, ticket_id=outer.ticket_id, number=outer.number, tenant_id=outer.handling_tenant_id,
        formed_at=outer.formed_at, source=outer.source, urgent=outer.urgent, urgent_kind=outer.urgent_kind, nature=outer.nature,
        category=outer.category, title=outer.title, edition=outer.edition, outer_order_id=outer.order_id, outer_tenant_id=outer.tenant_id,
        party_units=outer.party_units, party_people=outer.party_people, state=State.DISPATCHED, unit_id=unit.unit_id,
    )  # fmt: skip
    return deliver_inner(inner, outer, act)


def inner_may(inner: Order, verb: Verb) -> None:
    """11(8), 13: the city's hub calls back, once, and says how urgent it is. Raises NotAllowed for an inner order."""
    if inner.inner and verb in URGENCY_VERBS:
        raise NotAllowed(verb.article, "转交的工单随市热线的工单升级、降级，请报市热线决定")
    if inner.inner and verb in CALL_BACK_VERBS:
        raise NotAllowed(verb.article, "转交的工单由市热线统一回访、办结，请就外层工单回复办理结果")


def follow(inner: Order, before: Order, outer: Order, verb: Verb, act: Act) -> tuple[Order, Verb] | None:
    """What an open inner order does when `verb` made of `before` the `outer` order, and by which verb; None: it goes on."""
    if verb is Verb.WITHDRAW:
        return withdraw(inner, act), verb
    if verb is Verb.SUPPLEMENT:
        return supplement(inner), verb
    if verb in DATING_VERBS | URGENCY_VERBS:
        return _dated(inner, before, outer, verb, act)
    passed = inner.state is State.CALLING_BACK
    if passed and verb in CLOSING_VERBS and outer.closing is not None:
        return close_with_outer(inner, verb, outer.closing, act), verb
    if passed and verb in REPLIES:
        return None
    return lapse(inner, act), Verb.LAPSE


def _dated(inner: Order, before: Order, outer: Order, verb: Verb, act: Act) -> tuple[Order, Verb] | None:
    if verb in URGENCY_VERBS:
        return _as_urgent(inner, outer, act)
    redated = redate(inner, act.law, Outer(clocks.answer(outer).deadline, clocks.answer(before).deadline))
    return (redated, verb) if moved(inner, redated) else None


def _as_urgent(inner: Order, outer: Order, act: Act) -> tuple[Order, Verb] | None:
    """13: an inner order whose answer is still owed is as urgent as the outer one; one that was answered goes on."""
    if (inner.state, Verb.UPGRADE) not in TRANSITIONS or inner.urgent == outer.urgent:
        return None
    if outer.urgent:
        return upgrade(inner, outer.urgent_kind, act), Verb.UPGRADE
    return downgrade(inner, "随外层工单降级", act), Verb.DOWNGRADE
