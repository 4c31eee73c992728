"""6(3): a contract's terms, and figures held against them."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from chassis.errors import Invalid
from services.assessment.rules.entered import decimal_of
from services.assessment.rules.periods import Every, period_of
from services.assessment.rules.rates import Figure
from services.assessment.rules.seats import CONTRACT, MEASURES, Counting, Measure

_PLACES = Decimal("0.0001")
MOST_SECONDS, MOST_SCORE = 600, 100


class Outcome(enum.StrEnum):
    """How a figure stands against its term."""

    NO_TERM = "no_term"
    MET = "met"
    UNMET = "unmet"
    ABSENT = "absent"

    @property
    def term(self) -> str:
        """As people read it."""
        return _TERMS[self]


_TERMS = {Outcome.NO_TERM: "未约定", Outcome.MET: "达标", Outcome.UNMET: "未达标", Outcome.ABSENT: "无数据"}


@dataclass(frozen=True)
class Contract:
    """What a company is held to over whole months; bounds are shares of 1."""

    company: str
    number: str
    since: dt.date
    until: dt.date
    terms: Mapping[Measure, Decimal]
    counting: Counting = field(default_factory=Counting)

    def rules(self, first: dt.date, last: dt.date) -> bool:
        """Whether all these days lie in its validity."""
        return self.since <= first and last <= self.until


@dataclass(frozen=True, slots=True)
class Held:
    """A measure's figure against its bound; None: the contract says nothing of it."""

    measure: Measure
    figure: Figure
    bound: Decimal | None = None

    @property
    def outcome(self) -> Outcome:
        """By the exact share, not the rounded one; of nothing there is no figure."""
        if self.bound is None:
            return Outcome.NO_TERM
        if not self.figure.counted:
            return Outcome.ABSENT
        least = self.bound * self.figure.counted
        met = self.figure.hits >= least if MEASURES[self.measure].at_least else self.figure.hits <= least
        return Outcome.MET if met else Outcome.UNMET


def check_contract(contract: Contract) -> None:
    """Raises Invalid, with the field of the request."""
    if contract.until < contract.since:
        raise Invalid("contract.until_day", "合同的截止日期早于起始日期：请调换后重新提交", CONTRACT.code)
    if contract.since != period_of(Every.MONTH, contract.since).first:
        raise Invalid("contract.since_day", "合同按月考核，起始日期应为某月第一天", CONTRACT.code)
    if contract.until != period_of(Every.MONTH, contract.until).last:
        raise Invalid("contract.until_day", "合同按月考核，截止日期应为某月最后一天", CONTRACT.code)
    counting = contract.counting
    for name in ("answer_within_seconds", "short_abandon_seconds"):
        if getattr(counting, name) > MOST_SECONDS:
            raise Invalid(f"contract.{name}", f"秒数不能超过{MOST_SECONDS}", CONTRACT.code)
    if counting.pass_score > MOST_SCORE:
        raise Invalid("contract.pass_score", f"合格分不能超过{MOST_SCORE}", CONTRACT.code)


def bound_of(text: str) -> Decimal:
    """A term's bound. Raises Invalid for what is no share."""
    given = decimal_of(text, Decimal(1), _PLACES)
    if given is None:
        raise Invalid("contract.terms.bound", "指标要求应为0至1之间的小数，至多四位，例如0.95", CONTRACT.code)
    return given


def hold(figures: Mapping[Measure, Figure], contract: Contract | None) -> list[Held]:
    """Every measure, in the order there is, against the contract that rules."""
    terms = contract.terms if contract else {}
    return [Held(measure, figures[measure], terms.get(measure)) for measure in Measure]
