"""What may be told, to whom, by which channels and with which fields (Art. 11, 12, 13, 15, 17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.notify.lifecycle import Channel


class Audience(StrEnum):
    """Whom a notice is for."""

    UNIT = "unit"
    DEPARTMENT = "department"
    CALLER = "caller"


class Kind(StrEnum):
    """What a field holds, and so how it is written."""

    WORDS = "words"
    NUMBER = "number"
    INSTANT = "instant"
    # Signed when it is sent, and in no store.
    LINK = "link"


class Secrecy(StrEnum):
    """Art. 17: who must not be told a field."""

    OPEN = "open"
    IDENTITY = "identity"
    CONTENT = "content"


@dataclass(frozen=True)
class Field:
    """A field of a message: what it holds, who must not be told it, and a made-up value."""

    name: str
    kind: Kind
    example: str
    secrecy: Secrecy = Secrecy.OPEN


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("number", Kind.NUMBER, "FZ25010600001"),
        Field("due_at", Kind.INSTANT, "2025-01-10T16:00:00+00:00"),
        Field("date", Kind.WORDS, "办理期限"),
        Field("urgent_kind", Kind.WORDS, "较大规模停水"),
        Field("answer", Kind.WORDS, "已恢复供水", Secrecy.CONTENT),
        Field("link", Kind.LINK, "https://12345.example/r/AbC"),
        Field("until", Kind.INSTANT, "2025-01-13T02:00:00+00:00"),
        Field("reason", Kind.WORDS, "期限已经变更"),
        # A clause of Article 15 in the words of the regulation, never in a person's: those might say who complained.
        Field("ground", Kind.WORDS, "超出办理时限未办理"),
        Field("count", Kind.WORDS, "20"),
        Field("verdict", Kind.WORDS, "同意延期3个工作日"),
        # Known to nobody here: named so that a template that wants them is told why it may not.
        Field("caller_name", Kind.WORDS, "张某", Secrecy.IDENTITY),
        Field("caller_phone", Kind.WORDS, "电话", Secrecy.IDENTITY),
        Field("caller_address", Kind.WORDS, "住址", Secrecy.IDENTITY),
        Field("title", Kind.WORDS, "诉求标题", Secrecy.CONTENT),
        Field("text", Kind.WORDS, "诉求内容", Secrecy.CONTENT),
        Field("place", Kind.WORDS, "事发地点", Secrecy.CONTENT),
    )
}


@dataclass(frozen=True)
class Notice:
    """A kind of message. `channels`: the ways it goes, of those that are on; `lives`: for how long what it tells is worth sending."""

    name: str
    term: str
    audience: Audience
    fields: tuple[str, ...]
    channels: tuple[Channel, ...] = (Channel.INAPP, Channel.WEBHOOK)
    urgent: bool = False
    lives: timedelta = timedelta(days=3)


_BY_SMS = (Channel.SMS,)
_DATED = ("number", "due_at")
NOTICES: Mapping[str, Notice] = {
    notice.name: notice
    for notice in (
        Notice("order_dispatched", "新工单", Audience.UNIT, _DATED),
        Notice("urgent_dispatched", "紧急工单", Audience.UNIT, (*_DATED, "urgent_kind"), urgent=True),
        Notice("yellow_lit", "黄灯提醒", Audience.UNIT, (*_DATED, "date")),
        Notice("red_urged", "红灯催办", Audience.UNIT, (*_DATED, "date"), urgent=True),
        Notice("urging_voided", "催办单作废", Audience.UNIT, ("number", "reason")),
        Notice("order_reworked", "退回重办", Audience.UNIT, _DATED),
        Notice("return_granted", "同意回退", Audience.UNIT, ("number",)),
        Notice("return_refused", "不同意回退", Audience.UNIT, _DATED),
        Notice("extension_granted", "同意延期", Audience.UNIT, _DATED),
        Notice("extension_refused", "不同意延期", Audience.UNIT, _DATED),
        # Its number and term are the supervision's (15).
        Notice("supervised", "督办通知", Audience.UNIT, (*_DATED, "ground")),
        Notice("urgent_raised", "紧急事项告知", Audience.DEPARTMENT, ("number", "urgent_kind"), urgent=True),
        Notice("province_urged", "省级催办", Audience.UNIT, ("number",), urgent=True),
        Notice("province_decided", "省级审批结果", Audience.UNIT, ("number", "verdict")),
        Notice("study_asked", "专题研究通知", Audience.UNIT, _DATED),
        Notice("burst_found", "集中诉求预警", Audience.UNIT, ("number", "count"), urgent=True, lives=timedelta(days=1)),
        Notice("ticket_formed", "受理告知", Audience.CALLER, ("number",), _BY_SMS),
        Notice("extension_told", "延期告知", Audience.CALLER, _DATED, _BY_SMS),
        Notice("answer_passed", "答复告知", Audience.CALLER, ("number", "answer"), _BY_SMS),
        Notice("rating_link", "评价短信", Audience.CALLER, ("number", "link", "until"), _BY_SMS),
        Notice("call_back", "自动回访", Audience.CALLER, ("number",), (Channel.VOICE,)),
        Notice("sample_call", "第三方抽测", Audience.CALLER, ("number",), (Channel.VOICE,)),
    )
}
