"""11(8)–(10): the call, and how the matter ends or begins again."""

from __future__ import annotations

from datetime import timedelta

from chassis.caller import Caller
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.notify.v1.commands_pb2 import PlaceCall
from services.dispatch.actions.changing import Seen, change
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules import calling_back, closing, reworking
from services.dispatch.rules.act import Act
from services.dispatch.rules.calling_back import Outcome, Said
from services.dispatch.rules.order import Order, Rating, Via
from services.dispatch.rules.reworking import Ground
from services.dispatch.store import calls, orders
from services.dispatch.store.calls import Ended

# A call is made in daytime: what was asked for in the evening is made the next morning.
CALL_WITHIN = timedelta(hours=24)


def record_attempt(tx: Tx, seen: Seen, outcome: Outcome | None, note: str) -> Order:
    """11(8)."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = calling_back.record_attempt(order, outcome, act)
        calls.keep_attempt(owner, after, outcome, note)
        return after

    return change(tx, Verb.RECORD_ATTEMPT, seen, rule, outcome=outcome)


def place_call(tx: Tx, seen: Seen) -> Order:
    """11(8): ordered of whoever dials; see `call_ended`."""

    def rule(order: Order, _act: Act, owner: Tx) -> Order:
        after = calling_back.place_call(order, under_way=calls.under_way(owner, order.order_id))
        call_id = calls.begin(owner, after)
        command = PlaceCall(
            call_id=call_id, order_id=after.order_id, ticket_id=after.ticket_id, number=after.number, round=len(after.rounds),
            expires_at=stamp(owner.now + CALL_WITHIN),
        )  # fmt: skip
        owner.order(command, after.order_id)
        return after

    return change(tx, Verb.PLACE_CALL, seen, rule)


def call_ended(tx: Tx, ended: Ended) -> None:
    """11(8): what the call obtained is recorded in the name of who placed it, unless the round went on meanwhile."""
    call = calls.end(tx, ended)
    if call is None or ended.outcome is None:
        return
    by = tx.in_name_of(Caller("person", call["asked_by"], tx.by.tenant_id, call["unit_id"], frozenset({"ROLE_CALL_BACK"})))
    order = orders.load(by, call["order_id"])
    if order.state is not State.CALLING_BACK or len(order.rounds) != call["round"] or order.present.call_back.rated:
        return
    ratings = calling_back.heard(ended.digits) if ended.answered else None
    if ratings is not None:
        record_ratings(by, Seen(order.order_id), Said(*ratings, Via.PHONE))
    else:
        record_attempt(by, Seen(order.order_id), ended.outcome, "自动回访")


def send_rating_link(tx: Tx, seen: Seen) -> Order:
    """11(8)."""
    return change(tx, Verb.SEND_RATING_LINK, seen, lambda order, act, _owner: calling_back.send_rating_link(order, act))


def record_ratings(tx: Tx, seen: Seen, said: Said) -> Order:
    """11(8)."""
    return change(
        tx, Verb.RECORD_RATINGS, seen, lambda order, act, _owner: calling_back.record_ratings(order, said, act),
        process=said.process, result=said.result, via=said.via,
    )  # fmt: skip


def rate_by_link(tx: Tx, order_id: str, number: int, process: Rating | None, result: Rating | None) -> None:
    """11(8): the caller, by the rating link."""
    said = Said(process, result, Via.LINK)
    change(
        tx, Verb.RECORD_RATINGS, Seen(order_id), lambda order, act, _owner: calling_back.rate_by_link(order, number, said, act),
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
