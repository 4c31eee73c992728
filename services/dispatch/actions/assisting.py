"""16: other units support the lead."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.store import Tx
from services.dispatch.actions.assigning import the_unit
from services.dispatch.actions.changing import Seen, change
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import assisting
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import Order
from services.dispatch.rules.replying import Answer
from services.dispatch.store import replies


def add_assisting(tx: Tx, seen: Seen, unit_ids: Sequence[str], note: str) -> Order:
    """Units of the order's own tenant. Raises as the rule does, and Missing for a unit there is none of."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        units = [the_unit(owner, each, order.party_people) for each in unit_ids]
        return assisting.add_assisting(order, units, note, act)

    return change(tx, Verb.ADD_ASSISTING, seen, rule, units=",".join(unit_ids), note=note)


def withdraw_assisting(tx: Tx, seen: Seen, unit_id: str, reason: str) -> Order:
    """It is not needed."""
    verb = Verb.WITHDRAW_ASSISTING
    return change(
        tx, verb, seen, lambda order, act, _owner: assisting.withdraw_assisting(order, unit_id, reason, act), unit=unit_id, reason=reason
    )


def sign_in_assisting(tx: Tx, seen: Seen) -> Order:
    """签收."""
    verb = Verb.SIGN_IN_ASSISTING
    return change(tx, verb, seen, lambda order, act, _owner: assisting.sign_in_assisting(order, act), unit=tx.by.unit_id)


def submit_contribution(tx: Tx, seen: Seen, text: str) -> Order:
    """The unit's part, kept beside the replies of the lead."""
    verb, unit_id = Verb.SUBMIT_CONTRIBUTION, tx.by.unit_id

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = assisting.submit_contribution(order, text, act)
        replies.keep(owner, after, verb, Answer(text, "", None, None), unit_id)
        return after

    return change(tx, verb, seen, rule, unit=unit_id)
