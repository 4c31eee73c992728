"""11(8), second half: the call: attempts, an SMS link, two ratings, or nobody there."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from regulation.instants import local_day
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules.act import Act
from services.dispatch.rules.order import CallBack, Order, Rating, Via


class Outcome(enum.StrEnum):
    """Why an attempt obtained no rating."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    SWITCHED_OFF = "switched_off"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


KEYS = {"1": Rating.SATISFIED, "2": Rating.FAIR, "3": Rating.DISSATISFIED}


@dataclass(frozen=True, slots=True)
class Said:
    """The caller's two answers, how they were obtained, and what was said besides."""

    process: Rating | None
    result: Rating | None
    via: Via | None
    remark: str = ""


def record_attempt(order: Order, outcome: Outcome | None, act: Act) -> Order:
    """11(8): a call that obtained nothing. Raises Invalid without an outcome, NotAllowed once the caller answered."""
    state = after(order.state, Verb.RECORD_ATTEMPT)
    if outcome is None:
        raise Invalid("outcome", "请选择未接通的情形", Verb.RECORD_ATTEMPT.article.code)
    _not_rated(order, Verb.RECORD_ATTEMPT)
    return replace(_called(order, act.now), state=state)


def place_call(order: Order, *, under_way: bool) -> Order:
    """11(8): 以电话形式: the hotline calls by itself. Raises NotAllowed once the caller answered, and while a call is under way."""
    verb = Verb.PLACE_CALL
    state = after(order.state, verb)
    _not_rated(order, verb)
    if order.inner:
        raise NotAllowed(verb.article, "内部转办单由受理诉求的热线回访，不能另行呼出")
    if under_way:
        raise NotAllowed(verb.article, "本单正在自动回访，请等待通话结果")
    return replace(order, state=state)


def heard(digits: str) -> tuple[Rating, Rating] | None:
    """Both answers by the keys 1, 2, 3, process before result; None unless both were given."""
    said = [KEYS.get(digit) for digit in digits[:2]]
    return (said[0], said[1]) if len(said) == 2 and said[0] and said[1] else None  # noqa: PLR2004 - the two questions


def send_rating_link(order: Order, act: Act) -> Order:
    """11(8): after 3 attempts over at least 2 days a link by SMS, open for 72 hours (policy), once a round.

    Raises NotAllowed before that, a second time, and once the caller answered.
    """
    verb = Verb.SEND_RATING_LINK
    state = after(order.state, verb)
    _not_rated(order, verb)
    call_back, policy = order.present.call_back, act.law.policy
    if call_back.attempts < policy.call_attempts or _days(call_back) < policy.call_spread_days:
        raise NotAllowed(
            verb.article,
            f"应先在至少{policy.call_spread_days}天内拨打{policy.call_attempts}次，"
            f"现为{_days(call_back)}天{call_back.attempts}次，请继续拨打",
        )
    if call_back.link_sent_at is not None:
        raise NotAllowed(verb.article, "本轮评价短信已发送，请等待来电人评价或期满后认定")
    until = act.now + dt.timedelta(hours=policy.sms_hours)
    return replace(_with(order, replace(call_back, link_sent_at=act.now, link_until=until)), state=state)


def record_ratings(order: Order, said: Said, act: Act) -> Order:
    """11(8): 对服务过程和办理结果满意情况予以评价. By link only while it is open.

    Raises Invalid unless both were answered and it is said how; NotAllowed a second time, and for a link that is closed or was not sent.
    """
    verb = Verb.RECORD_RATINGS
    state = after(order.state, verb)
    _not_rated(order, verb)
    said_all = (("process", "来电人对服务过程的评价"), ("result", "来电人对办理结果的评价"), ("via", "评价的取得方式：电话或短信"))
    for field, what in said_all:
        if getattr(said, field) is None:
            raise Invalid(field, f"请记录{what}", verb.article.code)
    until = order.present.call_back.link_until
    if said.via is Via.LINK and (until is None or act.now > until):
        raise NotAllowed(verb.article, "评价短信未发送或已过有效期，不能据此记录评价，请以电话回访")
    order = _called(order, act.now) if said.via is Via.PHONE else order
    rated = replace(
        order.present.call_back,
        process=said.process, result=said.result, via=said.via, remark=said.remark, rated_at=act.now,
    )  # fmt: skip
    return replace(_with(order, rated), state=state)


def rate_by_link(order: Order, number: int, said: Said, act: Act) -> Order:
    """11(8): the caller's own answers by a link, for the round that it was sent in. Raises Invalid, and NotAllowed for another round."""
    if number != len(order.rounds):
        raise NotAllowed(Verb.RECORD_RATINGS.article, "该工单已重新办理，此评价链接不再有效，请等待新的回访")
    return record_ratings(order, said, act)


def find_unreachable(order: Order, act: Act) -> Order:
    """11(8): nobody answered, neither the calls nor the link. Never counted as satisfied.

    Raises NotAllowed before the link has run out, a second time, and once the caller answered.
    """
    verb = Verb.FIND_UNREACHABLE
    state = after(order.state, verb)
    _not_rated(order, verb)
    call_back = order.present.call_back
    if call_back.unreachable_at is not None:
        raise NotAllowed(verb.article, "本轮已认定无法接通，请由审核员办结或退回重办")
    if call_back.link_until is None or act.now < call_back.link_until:
        raise NotAllowed(verb.article, "应先按规定次数拨打并发送评价短信，短信期满仍未评价的，方可认定无法接通")
    return replace(_with(order, replace(call_back, unreachable_at=act.now)), state=state)


def _called(order: Order, now: dt.datetime) -> Order:
    before = order.present.call_back
    return _with(order, replace(before, attempts=before.attempts + 1, first_at=before.first_at or now, last_at=now))


def _days(call_back: CallBack) -> int:
    if call_back.first_at is None or call_back.last_at is None:
        return 0
    return (local_day(call_back.last_at) - local_day(call_back.first_at)).days + 1


def _with(order: Order, call_back: CallBack) -> Order:
    return order.with_round(call_back=call_back)


def _not_rated(order: Order, verb: Verb) -> None:
    if order.present.call_back.rated:
        raise NotAllowed(verb.article, "来电人已作评价，请按评价办结或退回重办")
