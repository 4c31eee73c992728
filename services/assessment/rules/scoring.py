"""20: what a month's score of a unit is made of. Exact fractions until the end, so that it is the same to the last digit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources

PLACES = 4
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: of a rate, or of an item that people score where `rate` is empty."""

    name: str
    term: str
    points: Decimal
    rate: str = ""


@dataclass(frozen=True)
class Scheme:
    """All parts, as one version of them; together they are a hundred points."""

    version: str
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Given:
    """What a unit has of a part: hits of what was counted, or points of the part's own."""

    part: str
    hits: Decimal
    counted: Decimal

    @property
    def share(self) -> Fraction | None:
        """None where nothing was counted."""
        return Fraction(self.hits) / Fraction(self.counted) if self.counted else None


def score_of(scheme: Scheme, given: Mapping[str, Given]) -> Decimal | None:
    """Of a hundred, to four places, half up; None for a unit that has nothing to be judged by."""
    shares = {name: share for name, each in given.items() if (share := each.share) is not None}
    whole = sum((Fraction(scheme.parts[name].points) for name in shares), Fraction(0))
    if not whole:
        return None
    return rounded(sum((share * Fraction(scheme.parts[name].points) for name, share in shares.items()), Fraction(0)) / whole * HUNDRED)


def rounded(exact: Fraction, places: int = PLACES) -> Decimal:
    """Half up, for what is not negative."""
    scale = 10**places
    return Decimal((2 * exact.numerator * scale + exact.denominator) // (2 * exact.denominator)).scaleb(-places)


def read(text: str) -> Scheme:
    """From its TOML. Raises ValueError where the points are no hundred."""
    told = tomllib.loads(text)
    parts = {each["name"]: Part(each["name"], each["term"], Decimal(each["points"]), each.get("rate", "")) for each in told["parts"]}
    if sum(part.points for part in parts.values()) != HUNDRED:
        raise ValueError("the parts of a score are a hundred points together")
    return Scheme(told["version"], parts)


@cache
def scheme() -> Scheme:
    """The one in force."""
    return read(resources.files("services.assessment").joinpath("rules", "scoring.toml").read_text(encoding="utf-8"))


def scored_by_people() -> list[Part]:
    """Parts that are made of no rate."""
    return [part for part in scheme().parts.values() if not part.rate]


def part_term(name: str) -> str:
    """What a part is called; of an older scheme's its own name."""
    part = scheme().parts.get(name)
    return part.term if part else name


def part_rate(name: str) -> str:
    """The rate that a part is made of; empty where people score it."""
    part = scheme().parts.get(name)
    return part.rate if part else ""
