"""11(3): the province's own date beside ours. It moves by the province's word alone, and our clocks follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from regulation.articles import Article, NotAllowed
from regulation.deadlines import Deadline
from regulation.instants import to_local
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import ClockState, Order
from services.dispatch.rules.redating import redate
from services.dispatch.rules.requests import Request


def move_provincial_date(order: Order, due_at: dt.datetime, act: Act) -> Order:
    """The province names another date: whatever is owed still is due by the earlier of it and ours.

    What was answered keeps the date it was answered by, but for one whose request is undecided (11(4), 11(7)).
    """
    order = replace(
        order, state=after(order.state, Verb.MOVE_PROVINCIAL_DATE), provincial_due_at=due_at, provincial_since=act.now
    )  # fmt: skip
    if order.round is None or clocks.answer(order).state is ClockState.STOPPED:
        return order
    return redate(order, act.law)


def province_waits(order: Order, moved: Deadline, request: Request, article: Article) -> None:
    """11(4), 11(7): what would leave the province's date in force as it was waits for the province's own decision.

    Raises NotAllowed where the province has moved nothing since it was asked for.
    """
    due_at, since = order.provincial_due_at, order.provincial_since
    if due_at is None or since is None or moved.deadline_at > clocks.answer(order).deadline.deadline_at:
        return
    if since <= request.asked_at:
        raise NotAllowed(
            article, f"省级平台要求的期限为{to_local(due_at):%Y-%m-%d %H:%M}，尚未同意延长，现在同意不改变期限；请待省级平台审批结果后再办"
        )
