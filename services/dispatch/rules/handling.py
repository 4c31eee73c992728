"""11(3), 13: the unit signs in and handles; an urgent order's first report comes within 2 hours."""

from __future__ import annotations

from dataclasses import replace

from regulation.articles import NotAllowed
from regulation.deadlines import Kind
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Order


def sign_in(order: Order, act: Act) -> Order:
    """签收. It moves no date: 11(3) counts from delivery."""
    state = after(order.state, Verb.SIGN_IN)
    return replace(order.with_round(signed_in_at=act.now), state=state)


def submit_first_report(order: Order, report: str, act: Act) -> Order:
    """13: 在2小时内反馈初步处置情况; late is taken and counted. It signs in as well, and speaks for assisting units too (16).

    Raises NotAllowed for an order that is not urgent and for a second one in a round, Invalid without a text.
    """
    verb = Verb.SUBMIT_FIRST_REPORT
    state = after(order.state, verb)
    if not order.urgent or not clocks.has(order, Kind.FIRST_REPORT):
        raise NotAllowed(verb.article, "本工单不是紧急工单，无须反馈初步处置情况，请直接回复办理结果")
    if order.present.reported_at is not None:
        raise NotAllowed(verb.article, "本轮已反馈初步处置情况，请在期限内反馈处置结果")
    said("report", report, "初步处置情况", verb.article)
    order = clocks.stop(order, act.now, {Kind.FIRST_REPORT}, of=clocks.LEAD | order.assisting)
    signed = order.present.signed_in_at or act.now
    return replace(order.with_round(reported_at=act.now, signed_in_at=signed), state=state)
