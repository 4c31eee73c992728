"""11(7): 续报. What can be done but not in time is promised for a day, and the caller is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.deadlines import overdue
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import past, said
from services.dispatch.rules.order import Order
from services.dispatch.rules.provincial import province_waits
from services.dispatch.rules.requests import Decision, ProgressReportRequest, decided, none_open, the_open


@dataclass(frozen=True, slots=True)
class Promise:
    """办理进度、解决措施及明确的解决时限 (11(4)), and when the caller was told."""

    reason: str
    progress: str
    measures: str
    promised_on: dt.date | None
    caller_told_at: dt.datetime | None


def request_progress_report(order: Order, made: Promise, act: Act) -> Order:
    """11(7): at or before the deadline, extended or not; one promise and one further (policy).

    The hub grants it (policy, and wherever the province's date stands against it); until then red and urging wait.

    Raises Invalid for what is not said; NotAllowed when late, beyond the horizon or the number of promises (policy),
    while another request is open, and for an urgent order (13, policy).
    """
    verb = Verb.REQUEST_PROGRESS_REPORT
    state = after(order.state, verb)
    none_open(order.pending, verb.article)
    due = clocks.answer(order).deadline
    request = _said(order, made, act, verb)
    dates.promise(order, due, request.promised_on, act.now, act.law)
    if order.present.promises > act.law.policy.further_promises:
        raise NotAllowed(verb.article, f"本轮已承诺{order.present.promises}次，不能再续报，请在承诺期限内办结")
    if overdue(due, act.now, act.now):
        raise NotAllowed(verb.article, "续报应在期限内申请，现已超期，不能再申请；请尽快办结")
    order = replace(clocks.hold(order, act.now), state=state, request=request)
    if act.law.policy.promise_granted_by_hub or dates.promise(order, due, request.promised_on, act.now, act.law).own_at:
        return order
    return _granted(order, request, "", act)


def grant_progress_report(order: Order, reason: str, act: Act) -> Order:
    """11(7): the interim report was on time; the promised day has lights of its own, and broken it is overdue.

    Raises NotAllowed for an inner order promised past the outer date (7(2)), and where the province's date rules and stays as it was.
    """
    verb = Verb.GRANT_PROGRESS_REPORT
    state = after(order.state, verb)
    request = the_open(order.pending, ProgressReportRequest, verb.article)
    order = _granted(replace(order, state=state), request, reason, act)
    if act.outer_date is not None and clocks.answer(order).deadline.deadline_at > act.outer_date.deadline_at:
        raise NotAllowed(Verb.HAND_ON.article, "转交的工单不得晚于市热线规定的期限，请先就外层工单申请续报")
    return order


def refuse_progress_report(order: Order, reason: str, act: Act) -> Order:
    """11(7): the deadline stands. Raises Invalid without a reason."""
    verb = Verb.REFUSE_PROGRESS_REPORT
    state = after(order.state, verb)
    request = the_open(order.pending, ProgressReportRequest, verb.article)
    said("reason", reason, "不同意续报的理由", verb.article)
    return replace(clocks.release(order), state=state, request=decided(request, Decision.REFUSED, reason, by=act.by, now=act.now))


def _granted(order: Order, request: ProgressReportRequest, reason: str, act: Act) -> Order:
    promised = dates.promise(order, clocks.answer(order).deadline, request.promised_on, request.asked_at, act.law)
    province_waits(order, promised, request, Verb.GRANT_PROGRESS_REPORT.article)
    order = clocks.promise(order, promised, request.asked_at).with_round(promises=order.present.promises + 1)
    return replace(order, request=decided(request, Decision.GRANTED, reason, by=act.by, now=act.now))


def _said(order: Order, made: Promise, act: Act, verb: Verb) -> ProgressReportRequest:
    article = verb.article
    if made.promised_on is None or made.promised_on.year not in act.law.calendar.years:
        raise Invalid("promised_on", "请填写承诺的办结日期，须在已有工作日历的年份内", article.code)
    return ProgressReportRequest(
        request_id=act.fresh_id, order_id=order.order_id, round=order.present.number, unit_id=order.unit_id,
        asked_at=act.now, asked_by=act.by.id, decide_by=dates.decision(act.now, act.law), promised_on=made.promised_on,
        reason=said("reason", made.reason, "在规定期限内无法办结的理由", article),
        progress=said("progress", made.progress, "办理进度", article),
        measures=said("measures", made.measures, "解决措施", article),
        caller_told_at=past(
            "caller_told_at", made.caller_told_at, "告知来电人的时间", article, since=order.formed_at, now=act.now
        ),
    )  # fmt: skip
