"""6(3): calls at the seats as the exchange tells them, and what a contract may measure of them. Nobody who called is in it."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import Invalid
from chassis.redact import redact
from regulation.articles import Article

CONTRACT = Article(6, 3)
SECRECY = Article(17)
# Amid letters too, where a text would be left alone.
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_MILLISECOND = dt.timedelta(milliseconds=1)


class Measure(enum.StrEnum):
    """What a contract may hold a company to."""

    ANSWERED_IN_TIME = "answered_in_time"
    CONNECTED = "connected"
    QUALITY = "quality"
    TICKET_DEFECTS = "ticket_defects"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class Described:
    """A measure's Chinese name, what it counts, and whether a contract bounds it from below."""

    term: str
    numerator: str
    denominator: str
    at_least: bool = True


MEASURES: Mapping[Measure, Described] = {
    Measure.ANSWERED_IN_TIME: Described("及时接听率", "排队后在约定秒数内（含）接听的来话", "期内进入排队的来话；约定时间内即放弃的不计"),
    Measure.CONNECTED: Described("接通率", "已接听的来话", "期内进入排队的来话；约定时间内即放弃的不计"),
    Measure.QUALITY: Described("质检合格率", "质检得分达到合格分的通话", "期内质检的通话；已撤回的不计"),
    Measure.TICKET_DEFECTS: Described("工单差错率", "经质检有差错的工单", "期内质检的工单；已撤回的不计", at_least=False),
    Measure.RETURNS: Described("工单回退率", "承办单位申请回退的轮次", "在期内转办的轮次，误派、收回等作废的不计", at_least=False),
}
OF_CALLS = frozenset({Measure.ANSWERED_IN_TIME, Measure.CONNECTED})


@dataclass(frozen=True, slots=True)
class SeatCall:
    """A call that is over. `seat` and `agent`: where it was answered and by whom; empty where nobody did."""

    call_id: str
    queued_at: dt.datetime
    ended_at: dt.datetime
    answered_at: dt.datetime | None = None
    abandoned_at: dt.datetime | None = None
    seat: str = ""
    agent: str = ""

    @property
    def waited_ms(self) -> int:
        """How long it rang, until it was answered or given up; rounded up, so that no call is in time that was not."""
        until = self.answered_at or self.abandoned_at or self.ended_at
        return -((self.queued_at - until) // _MILLISECOND)


@dataclass(frozen=True, slots=True)
class Counting:
    """By how many seconds and from which score on a contract counts."""

    answer_within_seconds: int = 15
    short_abandon_seconds: int = 0
    pass_score: int = 60


def check_call(call: SeatCall, now: dt.datetime) -> None:
    """Whether a call may be taken as it is told. Raises Invalid, with the field."""
    for name in ("call_id", "seat", "agent"):
        if names_somebody(getattr(call, name)):
            raise Invalid(name, "其中疑似含有电话等个人号码：不接收诉求人的号码，请改用话务平台的内部编号", SECRECY.code)
    if (call.answered_at is None) == (call.abandoned_at is None):
        raise Invalid("answered_at", "接听时间和放弃时间应填且只填一项", CONTRACT.code)
    if call.answered_at is not None and not (call.seat and call.agent):
        raise Invalid("agent", "已接听的来话应填写坐席号和话务员工号", CONTRACT.code)
    if not call.queued_at <= (call.answered_at or call.abandoned_at or call.queued_at) <= call.ended_at:
        raise Invalid("ended_at", "时间顺序有误：应为排队、接听或放弃、结束", CONTRACT.code)
    if call.ended_at > now:
        raise Invalid("ended_at", "结束时间晚于当前时间：只接收已结束的通话，请核对话务平台的时钟", CONTRACT.code)


def names_somebody(text: str) -> bool:
    """Whether an id holds what looks like a person's number."""
    return redact(text) != text or bool(_MOBILE.search(text))
