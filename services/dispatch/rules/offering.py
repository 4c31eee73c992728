"""Which verbs an order is open to by its state, its side, its urgency and what is pending: what a desk offers. Each has its own rule."""

from __future__ import annotations

from chassis.caller import Caller
from chassis.errors import Denied
from regulation.articles import NotAllowed
from services.dispatch.lifecycle import TRANSITIONS, Verb
from services.dispatch.rules.acting import Side, may_act, side_of
from services.dispatch.rules.order import Order
from services.dispatch.rules.requests import ExtensionRequest, ProgressReportRequest, Request, ReturnRequest

DECIDES: dict[Verb, type[Request]] = {
    Verb.GRANT_EXTENSION: ExtensionRequest,
    Verb.REFUSE_EXTENSION: ExtensionRequest,
    Verb.GRANT_RETURN: ReturnRequest,
    Verb.REFUSE_RETURN: ReturnRequest,
    Verb.GRANT_PROGRESS_REPORT: ProgressReportRequest,
    Verb.REFUSE_PROGRESS_REPORT: ProgressReportRequest,
}
ASKS = frozenset({Verb.REQUEST_EXTENSION, Verb.REQUEST_RETURN, Verb.REQUEST_PROGRESS_REPORT})
OF_URGENT, OF_ORDINARY = frozenset({Verb.SUBMIT_FIRST_REPORT, Verb.DOWNGRADE}), frozenset({Verb.UPGRADE})


def offered(order: Order, by: Caller, *, at_hub: bool) -> list[Verb]:
    """In the order of the 办法. `at_hub`: the caller works for its tenant's hub."""
    return [verb for verb in Verb if _is_open(order, verb) and _is_theirs(order, verb, by, at_hub=at_hub)]


def _is_open(order: Order, verb: Verb) -> bool:
    if (order.state, verb) not in TRANSITIONS or side_of(verb) is Side.ITSELF:
        return False
    if verb in DECIDES:
        return isinstance(order.pending, DECIDES[verb])
    if verb in ASKS and order.pending is not None:
        return False
    if verb is Verb.HAND_ON:
        return bool(order.handling_tenant_id)
    if verb in OF_URGENT | OF_ORDINARY:
        return order.urgent == (verb in OF_URGENT)
    return verb is not Verb.WITHDRAW_ASSISTING or bool(order.assisting)


def _is_theirs(order: Order, verb: Verb, by: Caller, *, at_hub: bool) -> bool:
    try:
        may_act(order, verb, by, at_hub=at_hub)
    except (Denied, NotAllowed):
        return False
    return True
