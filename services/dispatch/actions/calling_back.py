"""11(8)–(10): the call, and how the matter ends or begins again."""

from __future__ import annotations

from chassis.store import Tx
from services.dispatch.actions.changing import Seen, change
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import calling_back, closing, reworking
from services.dispatch.rules.act import Act
from services.dispatch.rules.calling_back import Outcome, Said
from services.dispatch.rules.order import Order
from services.dispatch.rules.reworking import Ground
from services.dispatch.store import calls


def record_attempt(tx: Tx, seen: Seen, outcome: Outcome | None, note: str) -> Order:
    """11(8)."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = calling_back.record_attempt(order, outcome, act)
        calls.keep_attempt(owner, after, outcome, note)
        return after

    return change(tx, Verb.RECORD_ATTEMPT, seen, rule, outcome=outcome)


def send_rating_link(tx: Tx, seen: Seen) -> Order:
    """11(8)."""
    return change(tx, Verb.SEND_RATING_LINK, seen, lambda order, act, _owner: calling_back.send_rating_link(order, act))


def record_ratings(tx: Tx, seen: Seen, said: Said) -> Order:
    """11(8)."""
    return change(
        tx, Verb.RECORD_RATINGS, seen, lambda order, act, _owner: calling_back.record_ratings(order, said, act),
        process=said.process, result=said.result, via=said.via,
    )  # fmt: skip


def find_unreachable(tx: Tx, seen: Seen) -> Order:
    """11(8)."""
    return change(tx, Verb.FIND_UNREACHABLE, seen, lambda order, act, _owner: calling_back.find_unreachable(order, act))


def rework(tx: Tx, seen: Seen, ground: Ground | None, reason: str) -> Order:
    """11(9)."""
    return change(
        tx, Verb.REWORK, seen, lambda order, act, _owner: reworking.rework(order, ground, reason, act), ground=ground, reason=reason
    )


def close_satisfied(tx: Tx, seen: Seen) -> Order:
    """11(10)."""
    return change(tx, Verb.CLOSE_SATISFIED, seen, lambda order, act, _owner: closing.close_satisfied(order, act))


def close_dissatisfied(tx: Tx, seen: Seen, finding: str) -> Order:
    """11(10)."""
    return change(
        tx, Verb.CLOSE_DISSATISFIED, seen, lambda order, act, _owner: closing.close_dissatisfied(order, finding, act), finding=finding
    )


def close_unreachable(tx: Tx, seen: Seen, finding: str) -> Order:
    """11(8), 11(10)."""
    return change(
        tx, Verb.CLOSE_UNREACHABLE, seen, lambda order, act, _owner: closing.close_unreachable(order, finding, act), finding=finding
    )
