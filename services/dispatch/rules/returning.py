"""11(6): a unit gives back what is not its duty; late it is taken for routing and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.deadlines import Kind, overdue
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Ending, Order
from services.dispatch.rules.requests import Decision, ReturnRequest, decided, none_open, the_open
from services.dispatch.rules.units import Unit
from services.dispatch.rules.withdrawing import end_round


@dataclass(frozen=True, slots=True)
class Grounds:
    """回退理由和依据并写明建议承办责任单位. `suggested` None: no such unit."""

    reason: str
    basis: str
    suggested: Unit | None


def request_return(order: Order, grounds: Grounds, act: Act) -> Order:
    """11(6): within 2 working days of delivery (provincial 1).

    超期回退的视为超期办理件: late, the round counts as overdue whether it is granted or refused. The unit's clock runs on
    while the hub decides.

    Raises Invalid without reason, basis or another unit that is open; NotAllowed while another request is open, and
    after an extension, 续报 or reply (policy).
    """
    verb = Verb.REQUEST_RETURN
    state = after(order.state, verb)
    none_open(order.pending, verb.article)
    if not act.law.policy.return_after_other_request:
        _not_after_accepting(order, verb)
    late = overdue(clocks.of_kind(order, Kind.RETURN).deadline, act.now, act.now)
    request = ReturnRequest(
        request_id=act.fresh_id, order_id=order.order_id, round=order.present.number, unit_id=order.unit_id,
        asked_at=act.now, asked_by=act.by.id, late=late,
        reason=said("reason", grounds.reason, "回退理由", verb.article),
        basis=said("basis", grounds.basis, "回退依据", verb.article),
        suggested_unit_id=_suggested(order, grounds.suggested, verb),
    )  # fmt: skip
    order = order.with_round(late_return=order.present.late_return or late)
    return replace(order, state=state, request=request)


def grant_return(order: Order, reason: str, act: Act) -> Order:
    """11(6): the unit's round is void, and the hub has a fresh working day to dispatch (11(2)).

    The third return of a ticket calls for coordination (policy, 16).
    """
    verb = Verb.GRANT_RETURN
    state = after(order.state, verb)
    request = the_open(order.pending, ReturnRequest, verb.article)
    order = replace(order, request=decided(request, Decision.GRANTED, reason, by=act.by, now=act.now), returns=order.returns + 1)
    order = end_round(order, Ending.RETURNED, act.now)
    order = clocks.start_hub(order, dates.dispatch(order, act.now, act.law))
    if order.returns >= act.law.policy.returns_before_coordination and order.coordinate_since is None:
        order = replace(order, coordinate_since=act.now)
    return replace(order, state=state, unit_id="", handling_tenant_id="")


def refuse_return(order: Order, reason: str, act: Act) -> Order:
    """11(6): nothing changed; the unit goes on by its dates. Raises Invalid without a reason."""
    verb = Verb.REFUSE_RETURN
    state = after(order.state, verb)
    request = the_open(order.pending, ReturnRequest, verb.article)
    said("reason", reason, "不同意回退的理由", verb.article)
    return replace(order, state=state, request=decided(request, Decision.REFUSED, reason, by=act.by, now=act.now))


def _not_after_accepting(order: Order, verb: Verb) -> None:
    present = order.present
    replied = any(each.replied_at for each in order.rounds if each.unit_id == order.unit_id)
    if present.extensions or present.promises or present.deficient or replied:
        raise NotAllowed(verb.article, "本单位已就本工单延期、续报或回复，视为认可承办责任，不能再回退；有争议请报热线工作机构协调")


def _suggested(order: Order, unit: Unit | None, verb: Verb) -> str:
    if unit is None or not unit.open or unit.unit_id == order.unit_id:
        raise Invalid("suggested_unit_id", "请写明建议承办责任单位，须为本单位以外正在接收工单的单位", verb.article.code)
    return unit.unit_id
