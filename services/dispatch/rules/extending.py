"""11(4): an extension is asked for in time, with a reason, and decided by the hub."""

from __future__ import annotations

from dataclasses import replace

from chassis.caller import Caller
from regulation.articles import NotAllowed
from regulation.deadlines import Deadline
from regulation.table import EXTENSION_USUAL_DAYS, Source
from regulation.terms import extension_ask_by, extension_needs_supervisor
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Order
from services.dispatch.rules.provincial import province_waits
from services.dispatch.rules.requests import Decision, ExtensionRequest, decided, none_open, the_open

SUPERVISOR = "ROLE_SUPERVISOR"


def request_extension(order: Order, days: int, reason: str, act: Act) -> Order:
    """11(4): at or before the deadline; provincial: the cut-off of the working day before it. Once (policy).

    Until it is decided, red and urging wait; after a working day it goes up to the supervisor (policy).
    Raises Invalid without a reason; NotAllowed when late, when the round was extended or promised already, while
    another request is open, for fewer than 1 day, and for an urgent order (13, policy).
    """
    verb = Verb.REQUEST_EXTENSION
    state = after(order.state, verb)
    none_open(order.pending, verb.article)
    due = clocks.answer(order).deadline
    dates.extension(order, due, days, act.law)
    _not_again(order, act.law, verb)
    _in_time(order, due, act, verb)
    request = ExtensionRequest(
        request_id=act.fresh_id, order_id=order.order_id, round=order.present.number, unit_id=order.unit_id,
        asked_at=act.now, asked_by=act.by.id, days=days, decide_by=dates.decision(act.now, act.law),
        reason=said("reason", reason, "延期理由", verb.article),
    )  # fmt: skip
    return replace(clocks.hold(order, act.now), state=state, request=request)


def grant_extension(order: Order, days: int | None, reason: str, act: Act) -> Order:
    """11(4): the old deadline + n working days, n as asked for unless the hub names another. Granted late, it was on time.

    一般不超过5个工作日: more only by a named supervisor with a reason. 7(2): an inner date is never later than the outer one.
    Raises NotAllowed for more days by another or past the outer date, and where the province's date rules and stays as it
    was; Invalid for more without a reason.
    """
    verb = Verb.GRANT_EXTENSION
    state = after(order.state, verb)
    request = the_open(order.pending, ExtensionRequest, verb.article)
    given = request.days if days is None else days
    if extension_needs_supervisor(given):
        _by_supervisor(act.by, reason, verb)
    moved = dates.extension(order, clocks.answer(order).deadline, given, act.law)
    if act.outer_date is not None and moved.deadline_at > act.outer_date.deadline_at:
        raise NotAllowed(Verb.HAND_ON.article, "转交的工单不得晚于市热线规定的期限，请减少延期天数，或先就外层工单申请延期")
    province_waits(order, moved, request, verb.article)
    granted = replace(decided(request, Decision.GRANTED, reason, by=act.by, now=act.now), granted_days=given)
    order = clocks.extend(order, moved).with_round(extensions=order.present.extensions + 1)
    return replace(order, state=state, request=granted)


def refuse_extension(order: Order, reason: str, act: Act) -> Order:
    """11(4): the old deadline stands: what came after it is overdue. Raises Invalid without a reason."""
    verb = Verb.REFUSE_EXTENSION
    state = after(order.state, verb)
    request = the_open(order.pending, ExtensionRequest, verb.article)
    said("reason", reason, "不同意延期的理由", verb.article)
    return replace(clocks.release(order), state=state, request=decided(request, Decision.REFUSED, reason, by=act.by, now=act.now))


def _not_again(order: Order, law: Law, verb: Verb) -> None:
    if order.present.promises:
        raise NotAllowed(verb.article, "本工单已进入续报程序，不能再延期；请在承诺期限内办结，或再次申请续报")
    if order.present.extensions >= law.policy.extensions_per_round:
        raise NotAllowed(
            verb.article,
            f"本轮已延期{order.present.extensions}次，不能再延期；仍无法解决的，请制定具体措施并告知来电人后申请续报",
        )


def _in_time(order: Order, due: Deadline, act: Act, verb: Verb) -> None:
    ask_by = extension_ask_by(due.deadline_at, order.source, calendar=act.law.calendar, policy=act.law.policy)
    if act.now > ask_by:
        limit = "办理期限前1个工作日" if order.source is Source.PROVINCIAL else "办理期限"
        raise NotAllowed(verb.article, f"延期应在{limit}内提出，现已超过，不能再申请；请尽快办结")


def _by_supervisor(by: Caller, reason: str, verb: Verb) -> None:
    if by.kind != "person" or SUPERVISOR not in by.roles:
        raise NotAllowed(verb.article, f"延期一般不超过{EXTENSION_USUAL_DAYS}个工作日，超过的须由督办员决定，请提请督办员")
    said("reason", reason, f"延期超过{EXTENSION_USUAL_DAYS}个工作日的理由", verb.article)
