"""What a caller says, as it was typed in, and what of it must be there (Art. 2, 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from chassis.errors import Invalid
from regulation.articles import Article
from regulation.natures import Channel, Nature
from regulation.urgency import UrgentKind
from services.intake.lifecycle import RECORD, SECRECY
from services.intake.rules.masking import Caller
from services.intake.rules.phones import NoNumber, Phone, read_phone
from services.intake.rules.ticket import CLOCK_SKEW, Party, Place, Urgency

CHANNELS, HANDLING, EMERGENCIES = Article(2), Article(11, 3), Article(13)
# By which callers speak for themselves, and nobody types for them.
OF_CALLERS = frozenset({Channel.WECHAT, Channel.APP, Channel.MAYOR_MAILBOX})
MOST_PARTIES = 20
MOST_WORDS = 50
# A language, with what else BCP 47 says of one behind it.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Content:
    """What RegisterTicket is given; texts as they were said."""

    channel: Channel | None = None
    nature: Nature | None = None
    urgency: Urgency = Urgency.ORDINARY
    category: str = ""
    caller: Caller = field(default_factory=Caller)
    title: str = ""
    text: str = ""
    place: Place = field(default_factory=Place)
    parties: tuple[Party, ...] = ()
    provincial_number: str = ""
    provincial_due_at: datetime | None = None
    received_at: datetime | None = None
    mask_words: tuple[str, ...] = ()
    urgent_kind: UrgentKind | None = None
    language: str = ""


def channel_of(content: Content) -> Channel:
    """The channel, with what it demands (Art. 2). Raises Invalid."""
    if content.channel is None:
        raise Invalid("content.channel", "请选择诉求渠道", CHANNELS.code)
    if (content.channel is Channel.PROVINCIAL) != bool(content.provincial_number):
        raise Invalid("content.provincial_number", "省级来件须填写省级工单编号，其他渠道不得填写", CHANNELS.code)
    if content.provincial_due_at is not None and content.channel is not Channel.PROVINCIAL:
        raise Invalid("content.provincial_due_at", "只有省级来件可以填写省级平台的办理期限，其他渠道请留空", HANDLING.code)
    return content.channel


def check_own_channel(channel: Channel) -> None:
    """What a system may say that callers use themselves (Art. 2). Raises Invalid for a channel that somebody else attends."""
    if channel not in OF_CALLERS:
        named = "、".join(each.term for each in Channel if each in OF_CALLERS)
        raise Invalid("content.channel", f"诉求渠道系统只能登记来自{named}的诉求", CHANNELS.code)


def check_content(content: Content) -> None:
    """What every registration must have (Art. 10). Raises Invalid."""
    if not content.text.strip():
        raise Invalid("content.text", "请填写诉求内容", RECORD.code)
    check_urgent_kind(content.urgency, content.urgent_kind, "content.urgent_kind")
    check_parties(content.parties, "content.parties")
    check_words(content.mask_words, "content.mask_words")
    if content.language and not LANGUAGE.fullmatch(content.language):
        raise Invalid("content.language", "content.language：请按 BCP 47 填写语言，例如 en、zh-CN；使用中文请留空")


def check_urgent_kind(urgency: Urgency, kind: UrgentKind | None, field: str) -> None:
    """Only what is urgent is an emergency of some kind (Art. 13). Raises Invalid."""
    if kind is not None and urgency is not Urgency.URGENT:
        raise Invalid(field, "只有紧急工单可以选择紧急事项类别，请核对紧急程度", EMERGENCIES.code)


def check_parties(parties: tuple[Party, ...], field: str) -> None:
    """The parties complained about: named, and not too many (Art. 17). Raises Invalid."""
    if len(parties) > MOST_PARTIES:
        raise Invalid(field, f"被投诉人最多 {MOST_PARTIES} 个，现有 {len(parties)} 个")
    if any(not (party.name.strip() or party.unit_id or party.person_id) for party in parties):
        raise Invalid(field, "被投诉人须填写名称，或选择单位、人员", SECRECY.code)


def check_words(words: tuple[str, ...], field: str) -> None:
    """Words to mask: each long enough not to blot out the text. Raises Invalid."""
    if len(words) > MOST_WORDS:
        raise Invalid(field, f"需要隐去的字词最多 {MOST_WORDS} 个，现有 {len(words)} 个")
    if any(len(word.strip()) < 2 for word in words):  # noqa: PLR2004 - a single character is in every text
        raise Invalid(field, "需要隐去的字词至少两个字")


def phone_of(text: str, field: str) -> Phone | None:
    """The caller's number; None where none is given. Raises Invalid for what cannot be dialled."""
    if not text.strip():
        return None
    try:
        return read_phone(text)
    except NoNumber:
        raise Invalid(field, "联系电话无法识别，请核对；没有电话请留空，其他联系方式请填在“其他联系方式”") from None


def received_at_of(content: Content, now: datetime) -> datetime:
    """When it was received: now, unless the channel says when it was sent. Raises Invalid for an instant to come."""
    if content.received_at is None:
        return now
    if content.received_at > now + CLOCK_SKEW:
        raise Invalid("content.received_at", "接收时刻不能晚于现在，请核对")
    return min(content.received_at, now)
