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
    """A ground for declining: its clause, its term, the words to say, and what it needs."""

    code: DeclineCode
    article: Article
    term: str
    _words: str
    needs: Needs = Needs.NOTHING

    def words(self, detail: str = "") -> str:
        """The words to say to the caller; `detail` is where to turn, the way it is on, or the concluded ticket.

        Raises NotAllowed when the code needs a detail and none is given.
        """
        if self.needs is Needs.NOTHING:
            return self._words
        if not detail.strip():
            raise NotAllowed(self.article, f"以“{self.term}”不予受理，须写明{_DETAILS[self.needs]}")
        return self._words.format(detail=detail.strip())


_DETAILS = {
    Needs.WHERE_TO_TURN: "诉求人应向何处反映",
    Needs.WAY: "该事项已进入的途径",
    Needs.CONCLUDED_TICKET: "已办结的原工单",
}
_SCOPE, _ACCEPTANCE = Article(3), Article(11, 1)


def _by_other_way(code: DeclineCode, way: str, where: str) -> Decline:
    words = f"您反映的事项应通过{way}途径解决，热线不能受理，请您向{where}提出。"
    return Decline(code, _SCOPE, f"应通过{way}解决", words)


def _protected(code: DeclineCode, what: str) -> Decline:
    words = f"您反映的内容{what}，按规定热线不能受理，请不要通过热线提供这类内容。"
    return Decline(code, _SCOPE, what, words)


DECLINES: dict[DeclineCode, Decline] = {
    each.code: each
    for each in (
        _by_other_way(DeclineCode.LITIGATION, "诉讼", "有管辖权的人民法院"),
        _by_other_way(DeclineCode.ARBITRATION, "仲裁", "约定或法定的仲裁机构"),
        _by_other_way(DeclineCode.DISCIPLINE, "纪检监察", "纪检监察机关（举报电话12388）"),
        _by_other_way(DeclineCode.RECONSIDERATION, "行政复议", "有管辖权的行政复议机关"),
        _by_other_way(DeclineCode.DISCLOSURE, "政府信息公开", "掌握该信息的行政机关的信息公开工作机构"),
        Decline(
            DeclineCode.PETITION,
            _SCOPE,
            "已进入信访渠道",
            "您反映的事项已进入信访渠道，热线不再重复受理，请您向原信访受理机关查询办理进展。",
        ),
        _protected(DeclineCode.STATE_SECRET, "涉及国家秘密"),
        _protected(DeclineCode.TRADE_SECRET, "涉及商业秘密"),
        _protected(DeclineCode.PRIVACY, "涉及个人隐私"),
        _protected(DeclineCode.PUBLIC_ORDER, "违反社会公序良俗"),
        Decline(
            DeclineCode.OUTSIDE_TERRITORY,
            _SCOPE,
            "不属于本辖区",
            "您反映的事项不在本市辖区内，热线不能受理，请您向{detail}反映。",
            Needs.WHERE_TO_TURN,
        ),
        Decline(
            DeclineCode.IN_PROGRESS,
            _ACCEPTANCE,
            "已进入其他程序且未终结",
            "您反映的事项已进入{detail}程序且尚未终结，请您继续按原途径解决。",
            Needs.WAY,
        ),
        Decline(
            DeclineCode.REPEAT,
            _ACCEPTANCE,
            "已依法办结并回复后重复反映",
            "您以同一事实、同一理由反映的事项已依法依规办理完毕并回复（原工单{detail}），不再受理；如有新的情况请您说明。",
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
