"""19: signs of poor quality, buck-passing and false reports. A sign is a finding with its reasons, never a verdict: a person decides."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.likeness import NOT_SAID
from regulation.articles import Article, NotAllowed
from regulation.policy import Policy
from services.assessment.rules.grounds import Counted, Evidence, by_unit

SIGNS_ARTICLE = Article(19)
RETURN, RECURRENCE, REPLY = "return", "recurrence", "deficient_reply"
# Shorter replies are alike by chance.
LEAST_CHARACTERS = 15
_DIGITS = re.compile(r"\d")


class Sign(enum.StrEnum):
    """What was noticed."""

    RETURNS = "returns"
    COPIES = "copies"
    REOPENED = "reopened"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _SIGN_TERMS[self]


class State(enum.StrEnum):
    """Where a finding stands."""

    FOUND = "found"
    SET_ASIDE = "set_aside"
    # 督促整改, with a term.
    CONFIRMED = "confirmed"
    RECTIFIED = "rectified"
    # 问责通报.
    ACCOUNTED = "accounted"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _STATE_TERMS[self]


_SIGN_TERMS = {Sign.RETURNS: "回退过多", Sign.COPIES: "答复雷同", Sign.REOPENED: "办结后再次反映过多"}
_STATE_TERMS = {
    State.FOUND: "待认定", State.SET_ASIDE: "不予认定", State.CONFIRMED: "整改中", State.RECTIFIED: "已整改到位",
    State.ACCOUNTED: "已问责通报",
}  # fmt: skip
STANDING = frozenset({State.FOUND, State.CONFIRMED})
"""While one stands, no other is found of the same sign of the same unit."""
UNSEEN = frozenset({State.FOUND, State.SET_ASIDE})
"""What a unit is not told of."""
STEPS: dict[str, tuple[State, State]] = {
    "confirm_finding": (State.FOUND, State.CONFIRMED),
    "set_aside_finding": (State.FOUND, State.SET_ASIDE),
    "accept_rectification": (State.CONFIRMED, State.RECTIFIED),
    "issue_accountability": (State.CONFIRMED, State.ACCOUNTED),
}


@dataclass(frozen=True, slots=True)
class Signs:
    """A sign of a unit, with its reason and what is new of its evidence."""

    sign: Sign
    unit_id: str
    reason: str
    evidence: tuple[Evidence, ...]


def step(verb: str, state: State) -> State:
    """Where a step leads. Raises NotAllowed where it may not be taken."""
    before, after = STEPS[verb]
    if state is not before:
        raise NotAllowed(SIGNS_ARTICLE, f"该发现现为“{state.term}”，不能进行此操作，请刷新后查看")
    return after


def returns(counted: Counted, evidence: Iterable[Evidence], policy: Policy) -> list[Signs]:
    """推诿扯皮: more of what was sent was asked to be returned than is borne."""
    return _beyond(Sign.RETURNS, (counted, RETURN), evidence, policy.finding_return_percent, policy)


def reopened(counted: Counted, evidence: Iterable[Evidence], policy: Policy) -> list[Signs]:
    """弄虚作假、谎报瞒报: more of what was closed was called in again than is borne."""
    return _beyond(Sign.REOPENED, (counted, RECURRENCE), evidence, policy.finding_recurrence_percent, policy)


def copies(replies: Mapping[tuple[str, str], Sequence[Evidence]], policy: Policy) -> list[Signs]:
    """办理质量差: one reply given to many orders; `replies`: by unit and what they say."""
    copied = [each for many in replies.values() if len({one.subject_id for one in many}) >= policy.finding_copies for each in many]
    said = "对不同工单的答复除数字、日期外完全相同"
    return [Signs(Sign.COPIES, unit_id, f"{len(new)}件{said}", new) for unit_id, new in by_unit(copied)]


def sameness(text: str) -> str:
    """What of a reply is compared: its letters, without figures, marks and placeholders; empty where that says too little."""
    said = _DIGITS.sub("", NOT_SAID.sub("", text))
    return said if len(said) >= LEAST_CHARACTERS else ""


def _beyond(sign: Sign, of: tuple[Counted, str], evidence: Iterable[Evidence], percent: int, policy: Policy) -> list[Signs]:
    counted, rate = of
    found = []
    for unit_id, new in by_unit(evidence):
        hits, all_ = counted.get((unit_id, rate), (0, 0))
        if all_ >= policy.ranking_min_orders and hits * 100 > percent * all_:
            found.append(Signs(sign, unit_id, f"{all_}件中有{hits}件，超过{percent}%", new))
    return found
