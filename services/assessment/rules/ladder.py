"""16: the ladder above a supervision, rung by rung; a report to the same-level government (14, 16) from any of them."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from regulation.articles import Article, NotAllowed
from regulation.policy import Policy
from services.assessment.rules.supervision import State

LADDER_ARTICLE = Article(16)


class Rung(enum.StrEnum):
    """A rung; the first five in their order."""

    COORDINATION = "coordination"
    CONFIRMATION = "confirmation"
    SPECIAL_REPORT = "special_report"
    INSTRUCTION = "instruction"
    DISCIPLINE = "discipline"
    GOVERNMENT = "government"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return RUNGS[self].term

    def days(self, policy: Policy) -> int:
        """Working days until its outcome is due."""
        return int(getattr(policy, f"ladder_{self.value}_days"))


@dataclass(frozen=True)
class Named:
    """What a rung is called, to whom its document goes, and what that asks for."""

    term: str
    addressee: str
    asks: str


RUNGS: Mapping[Rung, Named] = {
    Rung.COORDINATION: Named("协调会商", "", "请按时参加协调，确定主办单位，其他单位予以配合。"),
    Rung.CONFIRMATION: Named("编办职责确认", "市委编办", "因承办单位对责任认定存在争议，按“三方联动”机制提请进行部门职责确认。"),
    Rung.SPECIAL_REPORT: Named("专报", "市政府分管领导", "该事项经部门职责确认后仍未解决到位，现予专报，请批示。"),
    Rung.INSTRUCTION: Named("批示督办", "", "请按市领导签批意见抓好落实，并在期限内报告结果。"),
    Rung.DISCIPLINE: Named("商请介入核查", "市纪委监委", "该事项经市领导签批后仍未解决到位，按“三方联动”机制商请介入核查处理。"),
    Rung.GOVERNMENT: Named("报同级人民政府", "同级人民政府", "该事项情况特别复杂，需由同级人民政府协调解决，现报告研究。"),
}
ORDER: tuple[Rung, ...] = tuple(each for each in Rung if each is not Rung.GOVERNMENT)


class Outcome(enum.StrEnum):
    """What came of a rung."""

    OPEN = "open"
    SETTLED = "settled"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Supervised:
    """A supervision as the ladder looks at it."""

    state: State
    due_at: dt.datetime


def check_raise(supervised: Supervised, outcomes: Mapping[Rung, Outcome], rung: Rung, now: dt.datetime) -> None:
    """Whether it may be raised to this rung. Raises NotAllowed: before the term, while a rung is open, or over a rung."""
    if supervised.state is State.ISSUED and now <= supervised.due_at:
        raise NotAllowed(LADDER_ARTICLE, "整改期限未到，承办单位尚未反馈，不能提级；请在反馈后或期满后提级")
    for each, outcome in outcomes.items():
        if outcome is Outcome.OPEN:
            raise NotAllowed(LADDER_ARTICLE, f"“{each.term}”尚无结果，请先登记其结果")
        if outcome is Outcome.SETTLED:
            raise NotAllowed(LADDER_ARTICLE, f"该事项经“{each.term}”已解决，不再提级；请督办销号")
    if rung in outcomes:
        raise NotAllowed(LADDER_ARTICLE, f"该督办已经过“{rung.term}”，不能重复")
    if rung is not Rung.GOVERNMENT and rung is not _next(outcomes):
        ahead = _next(outcomes)
        said = f"应先经“{ahead.term}”" if ahead else "已至最后一级，只能报同级人民政府"
        raise NotAllowed(LADDER_ARTICLE, f"不能直接提级至“{rung.term}”：{said}")


def check_outcome(rung: Rung, number: str, day: str) -> str:
    """The field that an outcome lacks: 编办 answers by a document with number and date, what was signed has its day; else empty."""
    if rung is Rung.CONFIRMATION and not number:
        return "outside_number"
    return "outside_day" if rung in (Rung.CONFIRMATION, Rung.SPECIAL_REPORT) and not day else ""


def _next(outcomes: Mapping[Rung, Outcome]) -> Rung | None:
    return next((each for each in ORDER if each not in outcomes), None)
