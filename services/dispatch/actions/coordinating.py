"""16: a coordination case from its opening to the decision that dispatches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from chassis.errors import Missing, Stale
from chassis.store import Tx
from services.dispatch.actions import assigning, assisting
from services.dispatch.actions.changing import Seen, change, note
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules import coordinating as rules
from services.dispatch.rules.act import Act
from services.dispatch.rules.coordinating import Case, CaseVerb, Cause
from services.dispatch.rules.order import Order
from services.dispatch.rules.units import may_receive
from services.dispatch.store import coordinations, copies, orders, reading, tickets


def open_coordination(tx: Tx, seen: Seen, unit_ids: Sequence[str], reason: str) -> tuple[Order, Case]:
    """By a person of the hub, with the units called together."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        opened = rules.open_coordination(order, reason, act)
        _may_take_part(owner, order, unit_ids)
        return opened

    order = change(tx, Verb.OPEN_COORDINATION, seen, rule, reason=reason, units=",".join(unit_ids))
    return order, keep_case(tx, order, Cause.HUB, reason, unit_ids)


def dispute_return(tx: Tx, seen: Seen, reason: str) -> tuple[Order, Case]:
    """By the unit whose return was refused."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        disputed = rules.dispute_return(order, reason, act, refused=reading.return_refused(owner, order))
        keep_case(owner, disputed, Cause.DISPUTE, reason, [order.unit_id])
        return disputed

    order = change(tx, Verb.DISPUTE_RETURN, seen, rule, reason=reason)
    with orders.owner_of(tx, orders.find(tx, order.order_id)) as owner:
        return order, coordinations.going_of(owner, order.order_id)


def keep_case(owner: Tx, order: Order, cause: Cause, reason: str, unit_ids: Sequence[str]) -> Case:
    """A fresh case of an order, with those who take part."""
    case = Case(
        coordination_id=owner.new_id(), order_id=order.order_id, ticket_id=order.ticket_id, number=order.number, cause=cause,
        reason=reason, opened_at=owner.now, opened_by=owner.by.id, party_people=order.party_people,
        disputing_unit_id=order.unit_id if cause is Cause.DISPUTE else "",
    )  # fmt: skip
    coordinations.add(owner, case)
    coordinations.invite(owner, case.coordination_id, unit_ids)
    return case


def add_participants(tx: Tx, coordination_id: str, version: int, unit_ids: Sequence[str]) -> Case:
    """More units are called."""

    def rule(case: Case, order: Order, _act: Act) -> Case:
        rules.going(case)
        _may_take_part(tx, order, unit_ids)
        coordinations.invite(tx, coordination_id, unit_ids)
        return case

    return _change(tx, CaseVerb.ADD_PARTICIPANTS, coordination_id, version, rule, units=",".join(unit_ids))


def record_minutes(tx: Tx, coordination_id: str, version: int, text: str) -> Case:
    """What was said."""

    def rule(case: Case, _order: Order, _act: Act) -> Case:
        rules.going(case)
        coordinations.keep_minutes(tx, coordination_id, rules.minutes(text))
        return case

    return _change(tx, CaseVerb.RECORD_MINUTES, coordination_id, version, rule)


def request_confirmation(tx: Tx, coordination_id: str, version: int, question: str) -> Case:
    """编办 is asked."""
    verb = CaseVerb.REQUEST_CONFIRMATION
    return _change(tx, verb, coordination_id, version, lambda case, _order, act: rules.request_confirmation(case, question, act))


def record_confirmation(tx: Tx, coordination_id: str, version: int, document_number: str, documented_on: str, finding: str) -> Case:
    """编办 answered."""
    verb = CaseVerb.RECORD_CONFIRMATION
    return _change(
        tx, verb, coordination_id, version,
        lambda case, _order, _act: rules.record_confirmation(case, document_number, documented_on, finding),
        document=document_number, date=documented_on,
    )  # fmt: skip


def decide_coordination(
    tx: Tx, coordination_id: str, seen: Seen, lead: str, assisting_ids: Sequence[str], result_days: int | None, reason: str
) -> tuple[Order, Case]:
    """The decision closes the case, becomes a precedent, and is carried out by the verbs that any dispatch has."""
    copies.demand_hub(tx)
    case = coordinations.claim(tx, coordination_id)
    if case.order_id != seen.order_id:
        raise Missing(coordinations.NO_CASE)
    decided = replace(rules.decide(case, lead, tuple(assisting_ids), reason, _act(tx)), version=case.version + 1)
    order = change(
        tx, Verb.DECIDE_COORDINATION, seen, lambda order, _act, _owner: rules.decide_coordination(order),
        coordination=coordination_id, lead=lead, assisting=",".join(assisting_ids), reason=reason,
    )  # fmt: skip
    coordinations.save(tx, decided)
    coordinations.remember(tx, decided, order, *_place(tx, order))
    return _carried_out(tx, order, lead, assisting_ids, result_days, reason), decided


def _carried_out(tx: Tx, order: Order, lead: str, assisting_ids: Sequence[str], result_days: int | None, reason: str) -> Order:
    seen = Seen(order.order_id)
    if order.state is not State.PENDING and order.unit_id == lead:
        fresh = [each for each in assisting_ids if each not in order.assisting]
        return assisting.add_assisting(tx, seen, fresh, reason) if fresh else order
    if order.state is not State.PENDING:
        assigning.recall(tx, seen, reason)
    return assigning.dispatch(tx, seen, lead, result_days, reason, assisting_ids)


def _change(tx: Tx, verb: CaseVerb, coordination_id: str, version: int, rule: Callable[[Case, Order, Act], Case], **detail: Any) -> Case:
    """Do a verb of a case. Raises Missing, Stale, Denied, Invalid and NotAllowed, and then nothing was done."""
    copies.demand_hub(tx)
    case = coordinations.claim(tx, coordination_id)
    order = orders.load(tx, case.order_id)
    if tx.by.id in case.party_people or order.tenant_id != tx.by.tenant_id:
        raise Missing(coordinations.NO_CASE)
    if version != case.version:
        raise Stale(f"协调事项已由第{version}版变为第{case.version}版，请刷新后按最新情况再办")
    changed = replace(rule(case, order, _act(tx)), version=case.version + 1)
    coordinations.save(tx, changed)
    note(tx, verb, rules.COORDINATION, order, {"coordination": coordination_id, **detail})
    return changed


def _act(tx: Tx) -> Act:
    return Act(tx.by, tx.now, partial(_no_law))


def _no_law() -> Any:
    raise LookupError("a case has no dates of the law")


def _may_take_part(owner: Tx, order: Order, unit_ids: Sequence[str]) -> None:
    """17: never the party, its descendants, or a unit of the party's people."""
    for unit_id in unit_ids:
        may_receive(assigning.the_unit(owner, unit_id, order.party_people), order, rules.COORDINATION)


def _place(tx: Tx, order: Order) -> tuple[str, str]:
    text = tickets.text_of(tx, order.ticket_id)
    place = (text["place"] if text else None) or {}
    return place.get("district", ""), place.get("town", "")
