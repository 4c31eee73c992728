"""What is not taken (不予受理) and the words to say (Art. 3, 11(1)); whom a real emergency is passed to (Art. 2).

The system suggests, a person decides.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from regulation.articles import Article, NotAllowed


class DeclineCode(enum.StrEnum):
    """Why a matter is not taken."""

    LITIGATION = "litigation"
    ARBITRATION = "arbitration"
    DISCIPLINE = "discipline"
    RECONSIDERATION = "reconsideration"
    DISCLOSURE = "disclosure"
    PETITION = "petition"
    STATE_SECRET = "state_secret"  # noqa: S105 - a ground, no password
    TRADE_SECRET = "trade_secret"  # noqa: S105 - a ground, no password
    PRIVACY = "privacy"
    PUBLIC_ORDER = "public_order"
    OUTSIDE_TERRITORY = "outside_territory"
    IN_PROGRESS = "in_progress"
    REPEAT = "repeat"


class Needs(enum.StrEnum):
    """What a code cannot do without."""

    NOTHING = "nothing"
    WHERE_TO_TURN = "where_to_turn"
    WAY = "way"
    """The way it is on already."""
    CONCLUDED_TICKET = "concluded_ticket"
    """A link to the concluded ticket, and an officer's confirmation."""


@dataclass(frozen=True)
class Decline:
    """A ground for declining: its clause, its term, the words to say, and what it needs.

    In `template`, {途径} stands for where to turn or the way it is on, {原工单} for the concluded ticket's number.
    """

    code: DeclineCode
    article: Article
    term: str
    template: str
    needs: Needs = Needs.NOTHING

    def words(self, detail: str = "") -> str:
        """The words to say to the caller; `detail` is where to turn, the way it is on, or the concluded ticket's number.

        Raises NotAllowed when the code needs a detail and none is given.
        """
        if self.needs is Needs.NOTHING:
            return self.template
        lacking, placeholder = _DETAILS[self.needs]
        if not detail.strip():
            raise NotAllowed(self.article, f"以“{self.term}”不予受理，须写明{lacking}")
        return self.template.replace(placeholder, detail.strip())


_DETAILS = {
    Needs.WHERE_TO_TURN: ("诉求人应向何处反映", "{途径}"),
    Needs.WAY: ("该事项已进入的途径", "{途径}"),
    Needs.CONCLUDED_TICKET: ("已办结的原工单", "{原工单}"),
}
_SCOPE, _ACCEPTANCE = Article(3), Article(11, 1)
_THANKS = "感谢您的理解。"


def _by_other_way(code: DeclineCode, way: str, turn: str) -> Decline:
    words = f"您反映的事项应当通过{way}途径解决，热线不予受理，请您依法{turn}。{_THANKS}"
    return Decline(code, _SCOPE, f"应通过{way}解决", words)


def _protected(code: DeclineCode, what: str, advice: str) -> Decline:
    words = f"您反映的内容{what}，依照规定热线不予受理，{advice}。{_THANKS}"
    return Decline(code, _SCOPE, what, words)


DECLINES: dict[DeclineCode, Decline] = {
    each.code: each
    for each in (
        _by_other_way(DeclineCode.LITIGATION, "诉讼", "向有管辖权的人民法院提起诉讼"),
        _by_other_way(DeclineCode.ARBITRATION, "仲裁", "向约定或者法定的仲裁机构申请仲裁"),
        _by_other_way(DeclineCode.DISCIPLINE, "纪检监察", "向纪检监察机关反映（举报电话12388）"),
        _by_other_way(DeclineCode.RECONSIDERATION, "行政复议", "向有管辖权的行政复议机关申请行政复议"),
        _by_other_way(DeclineCode.DISCLOSURE, "政府信息公开", "向掌握该信息的行政机关提出政府信息公开申请"),
        Decline(
            DeclineCode.PETITION,
            _SCOPE,
            "已进入信访渠道",
            f"您反映的事项已经进入信访渠道，热线不予受理，请您向原信访受理机关了解办理进展。{_THANKS}",
        ),
        _protected(DeclineCode.STATE_SECRET, "涉及国家秘密", "请勿在电话或网络中谈及相关内容"),
        _protected(DeclineCode.TRADE_SECRET, "涉及商业秘密", "建议您通过法律途径主张权利"),
        _protected(DeclineCode.PRIVACY, "涉及个人隐私", "请勿通过热线提供这类内容"),
        _protected(DeclineCode.PUBLIC_ORDER, "违反社会公序良俗", "请勿通过热线提供这类内容"),
        Decline(
            DeclineCode.OUTSIDE_TERRITORY,
            _SCOPE,
            "不属于本辖区",
            f"您反映的事项不在本市辖区范围内，热线不予受理，请您联系{{途径}}反映。{_THANKS}",
            Needs.WHERE_TO_TURN,
        ),
        Decline(
            DeclineCode.IN_PROGRESS,
            _ACCEPTANCE,
            "已进入法定程序且未终结",
            f"您反映的事项已经进入法定程序，尚未终结，请您按原途径（{{途径}}）解决。{_THANKS}",
            Needs.WAY,
        ),
        Decline(
            DeclineCode.REPEAT,
            _ACCEPTANCE,
            "已办结并回复后重复反映",
            "您反映的事项已经依法依规办理完毕并向您回复（原工单{原工单}），以同一事实、同一理由重复反映的，热线不再受理；"
            f"如有新的情况，请您说明。{_THANKS}",
            Needs.CONCLUDED_TICKET,
        ),
    )
}


class EmergencyNumber(enum.StrEnum):
    """Whom a real emergency is passed to at once; the hotline is for what is not one (Art. 2, 3)."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return {"110": "公安报警", "119": "消防救援", "120": "医疗急救"}[self.value]

    def words(self) -> str:
        """The words to say to the caller."""
        return f"您反映的是紧急情况，请立即拨打{self.value}（{self.term}），我们同时为您转接并做好记录。"
