"""Who does what: the hub decides, the unit handles, and whoever calls back is not who handled (11(8))."""

from __future__ import annotations

import enum

from chassis.caller import Caller
from chassis.errors import Denied
from regulation.articles import NotAllowed
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.order import Order
from services.dispatch.rules.units import SECRECY


class Side(enum.StrEnum):
    """Whose verb it is."""

    HUB = "hub"  # the hotline of the order's tenant
    UNIT = "unit"  # whoever holds the order
    ASSISTING = "assisting"  # whoever assists (16)
    ITSELF = "itself"  # the caller's own word, an instant that came, or the outer order


UNIT_VERBS = frozenset({
    Verb.SIGN_IN, Verb.HAND_ON, Verb.SUBMIT_FIRST_REPORT, Verb.REPLY, Verb.REPLY_WITH_EXPLANATION,
    Verb.REQUEST_EXTENSION, Verb.REQUEST_RETURN, Verb.REQUEST_PROGRESS_REPORT, Verb.DISPUTE_RETURN,
})  # fmt: skip
ASSISTING_VERBS = frozenset({Verb.SIGN_IN_ASSISTING, Verb.SUBMIT_CONTRIBUTION})
CALL_BACK_VERBS = frozenset({
    Verb.RECORD_ATTEMPT, Verb.PLACE_CALL, Verb.SEND_RATING_LINK, Verb.RECORD_RATINGS, Verb.FIND_UNREACHABLE, Verb.REWORK,
    Verb.CLOSE_SATISFIED, Verb.CLOSE_DISSATISFIED, Verb.CLOSE_UNREACHABLE,
})  # fmt: skip
OWN_VERBS = frozenset({Verb.SUPPLEMENT, Verb.WITHDRAW, Verb.ESCALATE, Verb.REDATE, Verb.MOVE_PROVINCIAL_DATE, Verb.LAPSE})


def side_of(verb: Verb) -> Side:
    """Whose verb it is."""
    if verb in UNIT_VERBS:
        return Side.UNIT
    if verb in ASSISTING_VERBS:
        return Side.ASSISTING
    return Side.ITSELF if verb in OWN_VERBS else Side.HUB


def may_act(order: Order, verb: Verb, by: Caller, *, at_hub: bool) -> None:
    """Raises Denied for the wrong side, NotAllowed for a party (17) and for a call-back by who handled (11(8)).

    `at_hub`: the caller works for its tenant's hub. A peer brings the word of whoever raised the ticket, where it may ask at all.
    """
    side = side_of(verb)
    if side is Side.ITSELF or by.kind == "peer":
        return
    if by.id in order.party_people:
        raise NotAllowed(SECRECY, "您是本工单的被投诉人，不得经办，请交由他人办理")
    if verb in CALL_BACK_VERBS:
        _not_who_handled(order, by, at_hub=at_hub)
    if side is Side.HUB and not (at_hub and by.tenant_id == order.tenant_id):
        raise Denied(f"只有工单所属的热线工作机构可以{verb.term}")
    if side is Side.UNIT and not holds(order, by, at_hub=at_hub):
        raise Denied(f"只有承办单位的人员可以{verb.term}")
    if side is Side.ASSISTING and not assists(order, by):
        raise Denied(f"只有协办单位的人员可以{verb.term}")


def asks_for_hub(verb: Verb, handling_tenant_id: str | None) -> bool:
    """Whether it matters that the caller works for a hub: for the hub's own verbs, and for an order that a district holds."""
    return side_of(verb) is Side.HUB or bool(handling_tenant_id)


def holds(order: Order, by: Caller, *, at_hub: bool) -> bool:
    """Whether the order is with the caller's unit: for a city's order held by a district, with the district's hub."""
    if order.handling_tenant_id:
        return by.tenant_id == order.handling_tenant_id and at_hub
    return by.tenant_id == order.tenant_id and by.unit_id == order.unit_id


def assists(order: Order, by: Caller) -> bool:
    """16: whether the caller's unit assists the open round."""
    return by.tenant_id == order.tenant_id and by.unit_id in order.assisting


def may_read(order: Order, by: Caller, *, at_hub: bool) -> bool:
    """17: the hub that owns it, the hub of the district that handles it, and the units that hold it; never a party."""
    if by.id in order.party_people:
        return False
    if by.tenant_id == order.tenant_id:
        return at_hub or by.unit_id in order.holders
    return at_hub and (by.tenant_id == order.handling_tenant_id or order.tenant_id in by.reads)


def _not_who_handled(order: Order, by: Caller, *, at_hub: bool) -> None:
    colleague = not at_hub and by.unit_id in {each.unit_id for each in order.rounds} | {each.unit_id for each in order.assists}
    if by.id in order.handlers or colleague:
        raise NotAllowed(Verb.RECORD_RATINGS.article, "回访不得由经办本工单的人员或承办单位进行，请交由其他回访员办理")
