"""What a caller asks for (Art. 3), and by which of the seven ways (Art. 2)."""

from __future__ import annotations

import enum


class Nature(enum.StrEnum):
    """The five natures of Art. 3."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"

    @property
    def term(self) -> str:
        """Its word in the law."""
        return _NATURES[self]


_NATURES = {
    Nature.CONSULTATION: "咨询",
    Nature.HELP: "求助",
    Nature.COMPLAINT: "投诉",
    Nature.REPORT: "举报",
    Nature.SUGGESTION: "意见建议",
}


class Channel(enum.StrEnum):
    """The seven channels of Art. 2; all enter by one door."""

    PHONE = "phone"
    WECHAT = "wechat"
    APP = "app"
    MAYOR_MAILBOX = "mayor_mailbox"
    LIVE_BROADCAST = "live_broadcast"
    WEEKEND_DIALOGUE = "weekend_dialogue"
    PROVINCIAL = "provincial"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.PHONE: "12345电话",
    Channel.WECHAT: "微信小程序",
    Channel.APP: "手机客户端",
    Channel.MAYOR_MAILBOX: "市长电子信箱",
    Channel.LIVE_BROADCAST: "直播12345",
    Channel.WEEKEND_DIALOGUE: "直播12345·周末对话",
    Channel.PROVINCIAL: "省级政务服务便民热线来件",
}
