"""11(8), first half: the hub reviews the reply before it calls."""

from __future__ import annotations

from dataclasses import replace

from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks, dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Order
from services.dispatch.rules.redating import redate
from services.dispatch.rules.replying import review_needs_decision


def pass_review(order: Order, act: Act) -> Order:
    """11(8): 回复明确、详实: the call may be made. Raises NotAllowed while a request is undecided."""
    state = after(order.state, Verb.PASS_REVIEW)
    review_needs_decision(order, Verb.PASS_REVIEW.article)
    return replace(order.with_round(passed_at=act.now), state=state)


def send_back_reply(order: Order, reason: str, act: Act) -> Order:
    """11(8): not clear and detailed: counted as a deficient reply, not as a rework.

    Due is the later of the old deadline and now + 1 working day (policy); the passing reply is held against that date.
    An inner order's is never later than the outer one's (7(2)).
    Raises Invalid without a reason; NotAllowed while a request is undecided.
    """
    state = after(order.state, Verb.SEND_BACK_REPLY)
    review_needs_decision(order, Verb.SEND_BACK_REPLY.article)
    said("reason", reason, "退回补充的理由", Verb.SEND_BACK_REPLY.article)
    old = clocks.answer(order).deadline
    due = dates.deficient(order, old, act.now, act.law)
    order = clocks.reopen(order, old if due == old else dates.capped(due, act.outer_date))
    order = replace(order.with_round(replied_at=None, deficient=order.present.deficient + 1), state=state)
    # What the province moved while it was answered holds for what is owed again.
    return redate(order, act.law) if order.provincial_due_at else order
