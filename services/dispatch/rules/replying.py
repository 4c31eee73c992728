"""11(5), 11(3): the unit's reply: what was done, the result, and when and how the caller was answered."""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import clocks
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import past, said
from services.dispatch.rules.order import Order
from services.dispatch.rules.requests import ReturnRequest
from services.dispatch.rules.withdrawing import lapse_request


class AnsweredBy(enum.StrEnum):
    """How the caller was answered."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Answer:
    """A unit's reply. `basis`: of an explanation, what law, regulation or policy the demand is against."""

    measures: str
    result: str
    answered_at: dt.datetime | None
    answered_by: AnsweredBy | None
    basis: str = ""


def reply(order: Order, answer: Answer, act: Act) -> Order:
    """11(5): 将办理结果反馈给来电人,同时…反馈至热线平台. Late is taken and counted.

    Raises Invalid for what is missing, and for a bare 已处理 in place of what was done or of the result.
    """
    return _replied(order, Verb.REPLY, answer, act)


def reply_with_explanation(order: Order, answer: Answer, act: Act) -> Order:
    """11(3): a demand against law or policy is explained, citing the basis. Raises Invalid as reply, and without a basis."""
    replied = _replied(order, Verb.REPLY_WITH_EXPLANATION, answer, act)
    said("basis", answer.basis, "诉求不符合法律、法规及政策规定的依据", Verb.REPLY_WITH_EXPLANATION.article)
    return replied


def _replied(order: Order, verb: Verb, answer: Answer, act: Act) -> Order:
    state = after(order.state, verb)
    article = Verb.REPLY.article
    _told("measures", answer.measures, "办理情况", article)
    _told("result", answer.result, "办理结果", article)
    past("answered_at", answer.answered_at, "回复来电人的时间", article, since=order.formed_at, now=act.now)
    if answer.answered_by is None:
        raise Invalid("answered_by", "请填写回复来电人的方式", article.code)
    if isinstance(order.pending, ReturnRequest):
        order = lapse_request(order, act.now)
    return replace(clocks.stop(order, act.now), state=state).with_round(replied_at=act.now)


def review_needs_decision(order: Order, article: Article) -> None:
    """11(4), 11(7): the hub decides what was asked for before it judges the answer. Raises NotAllowed until then."""
    if order.pending is not None:
        raise NotAllowed(article, f"{order.pending.term}尚未决定，请先决定再审核")


def _told(field: str, text: str, what: str, article: Article) -> None:
    said(field, text, what, article)
    if bare(text):
        raise Invalid(field, f"{what}过于笼统，请写明具体做了什么、结果如何", article.code)


BARE_AT_MOST = 40
"""Characters: whoever writes more between two stops says something."""

_PARTS = re.compile(r"[^\w]+")
_WHO = r"我(?:单位|局|办|镇|街道|公司|中心)"
_WHAT = r"(?:您?反映的?|该|此|上述)?(?:问题|事项|诉求|情况|工单|事|件)"
_HOW = r"现|目前|已经|均已|已|正在|依法|及时|妥善"
_DONE = r"处理|处置|办理|办结|解决|解释|答复|回复|反馈|整改|落实|核实|转办|转交|沟通|联系|完成|知悉|收到|受理"
_ENDED = r"完毕|完成|完|到位|结束|好|过|中|了"
_BARE = re.compile(rf"(?:{_WHO})?(?:{_WHAT})?(?:{_HOW})*(?:{_DONE})*(?:{_ENDED})*")


def bare(text: str) -> bool:
    """11(5): whether the text says no more than that it was dealt with."""
    return all(len(part) <= BARE_AT_MOST and _BARE.fullmatch(part) for part in _PARTS.split(text))
