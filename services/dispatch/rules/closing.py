"""11(10): the matter ends after its call-back: satisfied, or answered by law."""

from __future__ import annotations

from dataclasses import replace

from regulation.articles import NotAllowed
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.order import Closing, Ending, Order, Rating
from services.dispatch.rules.withdrawing import end_round

GOOD = frozenset({Rating.SATISFIED, Rating.FAIR})


def close_satisfied(order: Order, act: Act) -> Order:
    """11(10): 对热线事项服务过程和办理结果满意. Raises NotAllowed unless both ratings are 满意 or 基本满意."""
    verb = Verb.CLOSE_SATISFIED
    after(order.state, verb)
    call_back = order.present.call_back
    if call_back.process not in GOOD or call_back.result not in GOOD:
        raise NotAllowed(verb.article, "来电人未对服务过程和办理结果均表示满意或基本满意，不能以满意办结")
    return _closed(order, verb, Closing.SATISFIED, act)


def close_dissatisfied(order: Order, finding: str, act: Act) -> Order:
    """11(10): dissatisfied, 或者答复内容符合法律、法规和政策规定的: closed with that mark.

    Raises Invalid without the finding; NotAllowed unless a rating is 不满意.
    """
    verb = Verb.CLOSE_DISSATISFIED
    after(order.state, verb)
    call_back = order.present.call_back
    if Rating.DISSATISFIED not in {call_back.process, call_back.result}:
        raise NotAllowed(verb.article, "来电人没有不满意的评价，不能以不满意办结；请按实际评价办结")
    said("finding", finding, "答复符合法律、法规和政策规定的认定理由", verb.article)
    return _closed(order, verb, Closing.DISSATISFIED_LAWFUL, act)


def close_unreachable(order: Order, finding: str, act: Act) -> Order:
    """11(8), 11(10): nobody could be reached and the reviewer finds the answer lawful.

    Closed with that mark, never as satisfied. Raises Invalid without the finding; NotAllowed unless found unreachable.
    """
    verb = Verb.CLOSE_UNREACHABLE
    after(order.state, verb)
    call_back = order.present.call_back
    if call_back.unreachable_at is None or call_back.rated:
        raise NotAllowed(verb.article, "尚未认定无法接通，或来电人已作评价，不能以无法接通办结")
    said("finding", finding, "答复符合法律、法规和政策规定的认定理由", verb.article)
    return _closed(order, verb, Closing.UNREACHABLE, act)


def close_with_outer(inner: Order, verb: Verb, closing: Closing, act: Act) -> Order:
    """7(2), 11(10): the city called back and closed: the inner order whose reply passed is closed with the same mark."""
    after(inner.state, verb)
    return _closed(inner, verb, closing, act)


def _closed(order: Order, verb: Verb, closing: Closing, act: Act) -> Order:
    ended = end_round(order, Ending.CLOSED, act.now)
    return replace(ended, state=after(order.state, verb), closing=closing, closed_at=act.now)
