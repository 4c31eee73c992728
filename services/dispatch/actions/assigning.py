"""11(2), 7(2): an order goes to a unit, is taken back, signed in, handed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chassis.errors import Missing
from chassis.store import Tx
from services.dispatch.actions.changing import Seen, change, in_calendar, note
from services.dispatch.actions.telling import tell
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import dispatching, handing_on, handling
from services.dispatch.rules.act import Act
from services.dispatch.rules.assisting import add_assisting
from services.dispatch.rules.law import Law, edition_of
from services.dispatch.rules.order import Order
from services.dispatch.rules.units import Unit
from services.dispatch.store import copies, orders


def dispatch(tx: Tx, seen: Seen, unit_id: str, result_days: int | None, note_text: str, assisting_ids: Sequence[str] = ()) -> Order:
    """To a unit of the hub's own tenant and those that assist it (16). Raises as the rule does; Missing for a unit there is none of."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        unit = the_unit(owner, unit_id, order.party_people)
        dispatched = dispatching.dispatch(order, unit, act, result_days=result_days).with_round(note=note_text)
        assisting = [the_unit(owner, each, order.party_people) for each in assisting_ids]
        return add_assisting(dispatched, assisting, note_text, act) if assisting else dispatched

    # Behind the order, for whose lock it may have to wait.
    orders.ask_ahead(tx, seen.order_id)
    copies.ask_unit_ahead(tx, unit_id)
    copies.ask_law_ahead(tx)
    return change(tx, Verb.DISPATCH, seen, rule, unit=unit_id, note=note_text, assisting=",".join(assisting_ids))


def recall(tx: Tx, seen: Seen, reason: str) -> Order:
    """It was dispatched wrongly."""
    return change(tx, Verb.RECALL, seen, lambda order, act, _owner: dispatching.recall(order, reason, act), reason=reason)


def sign_in(tx: Tx, seen: Seen) -> Order:
    """签收."""
    return change(tx, Verb.SIGN_IN, seen, lambda order, act, _owner: handling.sign_in(order, act))


def hand_on(tx: Tx, seen: Seen, unit_id: str, note_text: str) -> tuple[Order, Order]:
    """The city's order, and the district's own that begins with it; both or neither."""
    party_people = frozenset(orders.find(tx, seen.order_id)["party_people"])
    unit = the_unit(tx, unit_id, party_people)
    inner = orders.open_inner(tx, seen.order_id)

    def rule(order: Order, act: Act, _owner: Tx) -> Order:
        return handing_on.hand_on(order, unit, inner, act)

    outer = change(tx, Verb.HAND_ON, seen, rule, unit=unit_id, note=note_text)
    return outer, _received(tx, outer, unit, note_text)


def the_unit(owner: Tx, unit_id: str, party_people: frozenset[str]) -> Unit:
    """A unit of the transaction's own tenant. Raises Missing."""
    unit = copies.unit_of(owner, unit_id, party_people)
    if unit is None:
        raise Missing("没有这个承办单位，请核对单位编号")
    return unit


def _received(tx: Tx, outer: Order, unit: Unit, note_text: str) -> Order:
    verb = Verb.HAND_ON
    standing = copies.standing(tx)
    with in_calendar(verb.article):
        law = Law(standing.calendar, standing.policy, edition_of(outer.edition, outer.formed_at, standing.policy))
        inner = handing_on.receive(outer, unit, Act(tx.by, tx.now, lambda: law, tx.new_id()))
    inner = replace(inner.with_round(note=note_text), version=1)
    orders.add(tx, inner, standing.calendar_version)
    note(tx, verb, verb.article, inner, {"unit": unit.unit_id, "outer": outer.order_id})
    tell(tx, verb, verb.article, None, inner)
    return inner
