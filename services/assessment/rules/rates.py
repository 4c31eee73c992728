"""The rates (Art. 15, 18, 20) as data, and what they make of a round: which it counts for, on which day, and whether it is a hit."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

from regulation.articles import Article
from services.assessment.rules.rounds import DAYS, MARKS, Round, Terms

_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate: of what bears all of `of` on `day`, the share that bears all of `hits`."""

    name: str
    term: str
    article: Article
    day: str
    of: frozenset[str]
    hits: frozenset[str]
    numerator: str
    denominator: str


@dataclass(frozen=True)
class Definition:
    """All rates, as one version of them."""

    version: str
    terms: Terms
    rates: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a rate counts: an order's round, or an upkeep of a knowledge entry (round 0)."""

    subject_id: str
    round: int
    rate: str
    unit_id: str
    day: dt.date
    hit: bool
    handling_tenant_id: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """One for each subject, round and rate."""
        return self.subject_id, self.round, self.rate


@dataclass(frozen=True, slots=True)
class Figure:
    """What a rate comes to."""

    rate: str
    counted: int
    hits: int

    @property
    def value(self) -> Decimal | None:
        """To six places; None where nothing was counted."""
        return (Decimal(self.hits) / self.counted).quantize(_PLACES, ROUND_HALF_UP) if self.counted else None


def facts_of(subject_id: str, rounds: Iterable[Round], definition: Definition) -> Iterator[Fact]:
    """What the rates count of these rounds."""
    for each in rounds:
        for rate in definition.rates.values():
            if rate.day in each.days and rate.of <= each.marks:
                hit = rate.hits <= each.marks
                yield Fact(subject_id, each.number, rate.name, each.unit_id, each.days[rate.day], hit, each.handling_tenant_id)


def read(text: str) -> Definition:
    """From its TOML. Raises ValueError for a mark, a day or an article that there is not."""
    told = tomllib.loads(text)
    terms = Terms(dt.timedelta(hours=told.pop("sign_in_hours")), frozenset(told.pop("good")))
    return Definition(told.pop("version"), terms, {name: _rate(name, each) for name, each in told.items()})


@cache
def definition() -> Definition:
    """The one in force."""
    return read(resources.files("services.assessment").joinpath("rules", "rates.toml").read_text(encoding="utf-8"))


def page(told: Definition) -> str:
    """The definition as docs/rates.md says it."""
    rows = "\n".join(
        f"| `{rate.name}` | {rate.term} | {rate.article.code} | {rate.numerator} | {rate.denominator} |" for rate in told.rates.values()
    )
    hours = told.terms.sign_in_within // dt.timedelta(hours=1)
    return (
        f"# Rates\n\nVersion {told.version} of `services/assessment/rules/rates.toml`, which this page is made from "
        f"(`tests/services/assessment/rules/test_rates.py` holds them together). Signing in is prompt within {hours} hours. "
        "A figure counts days that are over; of an empty denominator there is none. Each opens to the orders behind it "
        "(`RateService/ListFacts`).\n\n| rate | 名称 | article | numerator | denominator |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def _rate(name: str, told: Mapping[str, object]) -> Rate:
    of, hits, day = frozenset(_words(told["of"])), frozenset(_words(told["hits"])), str(told["day"])
    if unknown := (of | hits) - MARKS | {day} - DAYS:
        raise ValueError(f"rate {name} speaks of {', '.join(sorted(unknown))}, which there is not")
    article = Article.parse(str(told["article"]))
    return Rate(name, str(told["term"]), article, day, of, hits, str(told["numerator"]), str(told["denominator"]))


def _words(told: object) -> list[str]:
    if not isinstance(told, list):
        raise ValueError(f"{told!r} is no list of marks")  # noqa: TRY004 - the file is wrong, not the call
    return [str(each) for each in told]


def term_of(name: str) -> str:
    """What a rate is called; empty where it is none."""
    rate = definition().rates.get(name)
    return rate.term if rate else ""
