"""Which verbs a supervision, a finding, a month, an appeal, an interview, a burst or a study is open to: what a desk offers.

Each verb has its own rule besides, and roles are the door's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regulation.articles import Article, NotAllowed
from regulation.grounds import Ground
from services.assessment.rules import findings, studies, supervision
from services.assessment.rules.findings import SIGNS_ARTICLE
from services.assessment.rules.ladder import LADDER_ARTICLE, Outcome, Rung, Supervised, check_raise
from services.assessment.rules.seats import CONTRACT

ASSESSING = Article(20)
ANALYSING = Article(18)
TERMS = {
    "issue_supervision": "下达督办", "set_aside_supervision": "不予督办", "answer_supervision": "反馈整改情况", "raise_supervision": "提级",
    "record_outcome": "登记提级结果", "close_supervision": "督办销号",
    "confirm_finding": "认定并督促整改", "set_aside_finding": "不予认定", "accept_rectification": "整改到位",
    "issue_accountability": "问责通报",
    "enter_item": "评分", "publish_assessment": "公布考核结果", "correct_assessment": "更正考核结果", "file_appeal": "申诉",
    "uphold_appeal": "申诉成立", "refuse_appeal": "申诉不成立", "record_interview": "记录约谈",
    "draw_sample": "公开种子并抽样", "record_sample_result": "登记评价", "call_sampled": "自动呼叫", "correct_statement": "更正履约考核单",
    "acknowledge_burst": "处置集中诉求预警",
    "answer_study": "反馈专题研究", "send_back_study": "退回专题研究", "close_study": "办结专题研究",
}  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """A verb with the article it rests on."""

    verb: str
    article: Article

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return TERMS[self.verb]


def of_supervision(
    ground: Ground, supervised: Supervised, outcomes: Mapping[Rung, Outcome], *, ours: bool, answers: bool, now: dt.datetime
) -> list[Offered]:
    """`ours`: of whoever supervises; `answers`: whoever asks speaks for the unit."""
    open_ones = {verb for verb, (before, _) in supervision.STEPS.items() if supervised.state in before}
    rung_open = Outcome.OPEN in outcomes.values()
    wanted = {
        "issue_supervision": ours,
        "set_aside_supervision": ours,
        "answer_supervision": answers,
        "raise_supervision": ours and bool(next_rungs(supervised, outcomes, now)),
        "close_supervision": ours and not rung_open,
    }
    found = [Offered(verb, _of_ladder(verb) or ground.article) for verb, given in wanted.items() if given and verb in open_ones]
    return [*found, *_all(["record_outcome"] if ours and rung_open else [], LADDER_ARTICLE)]


def next_rungs(supervised: Supervised, outcomes: Mapping[Rung, Outcome], now: dt.datetime) -> list[Rung]:
    """To which it may be raised now."""
    if supervised.state not in supervision.STEPS["raise_supervision"][0]:
        return []
    return [rung for rung in Rung if _may_be_raised(supervised, outcomes, rung, now)]


def of_finding(state: findings.State, due_at: dt.datetime | None, now: dt.datetime) -> list[Offered]:
    """Accountability once the term is over."""
    open_ones = [verb for verb, (before, _) in findings.STEPS.items() if state is before]
    early = due_at is not None and now <= due_at
    return _all([verb for verb in open_ones if not (early and verb == "issue_accountability")], SIGNS_ARTICLE)


def of_month(*, over: bool, published: bool) -> list[Offered]:
    """For whoever assesses."""
    publishing = ["correct_assessment"] if published else ["publish_assessment"] if over else []
    return _all([*publishing, "enter_item"], ASSESSING)


def of_published(*, appealing: bool) -> list[Offered]:
    """`appealing`: for a unit that was scored and of which no appeal is open."""
    return _all(["file_appeal"] if appealing else [], ASSESSING)


def of_appeal(*, undecided: bool) -> list[Offered]:
    """Until it is decided."""
    return _all(["uphold_appeal", "refuse_appeal"] if undecided else [], ASSESSING)


def of_interview(*, proposed: bool) -> list[Offered]:
    """Until it was held."""
    return _all(["record_interview"] if proposed else [], ASSESSING)


def of_sample(*, drawn: bool, over: bool) -> list[Offered]:
    """Once the month is over."""
    return _all(["draw_sample"] if over and not drawn else [], ASSESSING)


def of_sample_item(*, answered: bool, calling: bool) -> list[Offered]:
    """For the third party. `calling`: another call may be made."""
    return _all([] if answered else ["record_sample_result", *(["call_sampled"] if calling else [])], ASSESSING)


def of_statement(*, newest: bool) -> list[Offered]:
    """For whoever assesses."""
    return _all(["correct_statement"] if newest else [], CONTRACT)


def of_burst(*, ours: bool, found: bool) -> list[Offered]:
    """Until somebody saw to it."""
    return _all(["acknowledge_burst"] if ours and found else [], ANALYSING)


def of_study(state: studies.State, *, ours: bool, answers: bool) -> list[Offered]:
    """`ours`: of the hub that put it; `answers`: whoever asks speaks for the unit."""
    mine = {"answer_study": answers, "send_back_study": ours, "close_study": ours}
    return _all([verb for verb, (before, _) in studies.STEPS.items() if mine[verb] and state in before], studies.STUDYING)


def _all(verbs: Iterable[str], article: Article) -> list[Offered]:
    return [Offered(verb, article) for verb in verbs]


def _of_ladder(verb: str) -> Article | None:
    return LADDER_ARTICLE if verb == "raise_supervision" else None


def _may_be_raised(supervised: Supervised, outcomes: Mapping[Rung, Outcome], rung: Rung, now: dt.datetime) -> bool:
    try:
        check_raise(supervised, outcomes, rung, now)
    except NotAllowed:
        return False
    return True
