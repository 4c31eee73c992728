"""11(3), 11(5), 11(8), 13: what the unit answers, and what the hub finds on reading it."""

from __future__ import annotations

from chassis.store import Tx
from services.dispatch.actions.changing import Seen, change
from services.dispatch.actions.telling import tell_answer
from services.dispatch.lifecycle import Verb
from services.dispatch.rules import handling, replying, reviewing
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import Order
from services.dispatch.rules.replying import Answer
from services.dispatch.store import replies


def submit_first_report(tx: Tx, seen: Seen, report: str) -> Order:
    """13."""
    verb = Verb.SUBMIT_FIRST_REPORT

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = handling.submit_first_report(order, report, act)
        replies.keep(owner, after, verb, Answer(report, "", None, None))
        return after

    return change(tx, verb, seen, rule)


def reply(tx: Tx, seen: Seen, answer: Answer) -> Order:
    """11(5)."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = replying.reply(order, answer, act)
        replies.keep(owner, after, Verb.REPLY, answer)
        return after

    return change(tx, Verb.REPLY, seen, rule)


def reply_with_explanation(tx: Tx, seen: Seen, answer: Answer) -> Order:
    """11(3)."""
    verb = Verb.REPLY_WITH_EXPLANATION

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = replying.reply_with_explanation(order, answer, act)
        replies.keep(owner, after, verb, answer)
        return after

    return change(tx, verb, seen, rule, basis=answer.basis)


def pass_review(tx: Tx, seen: Seen) -> Order:
    """11(8): from then on the caller may be told what came of it, or the province; of an inner order the outer one's answer tells."""
    passed = change(tx, Verb.PASS_REVIEW, seen, lambda order, act, _owner: reviewing.pass_review(order, act))
    if not passed.inner:
        with tx.acting_for(passed.tenant_id) as owner:
            tell_answer(owner, passed, replies.standing(owner, passed))
    return passed


def send_back_reply(tx: Tx, seen: Seen, reason: str) -> Order:
    """11(8): the reply that stood is marked with why."""

    def rule(order: Order, act: Act, owner: Tx) -> Order:
        after = reviewing.send_back_reply(order, reason, act)
        replies.mark_sent_back(owner, order.order_id, reason)
        return after

    return change(tx, Verb.SEND_BACK_REPLY, seen, rule, reason=reason)
