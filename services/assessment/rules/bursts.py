"""Bursts: more calls of one place and category within minutes than chance brings together."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
# Ordinary days behind, by which is known what is usual.
USUAL = timedelta(days=28)
FEWEST = 6
# So seldom would an ordinary quarter of an hour of one place and category have as many.
CHANCE = 1e-7
# Before there is a history, or where nothing ever happened, a quarter of an hour has at least this many.
_LEAST_EXPECTED = 0.02


@dataclass(frozen=True)
class Heard:
    """A call that comes in: where, and of what category."""

    ticket_id: str
    at: datetime
    district: str
    town: str
    category: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What bursts together."""
        return self.district, self.town, self.category


@dataclass(frozen=True)
class Burst:
    """Calls that came together, in the order of time, and how many were to be expected."""

    heard: tuple[Heard, ...]
    expected: float


def expected(before: int, known_for: timedelta) -> float:
    """In a window, from the calls of the same place and category in the days behind, of which so many are known."""
    span = min(known_for, USUAL)
    return max(_LEAST_EXPECTED, before * (WINDOW / span)) if span else _LEAST_EXPECTED


def burst(heard: Iterable[Heard], usual: float, now: datetime) -> Burst | None:
    """Of the calls of one place and category, those of the window up to now, where they are too many for chance."""
    close = sorted((each for each in heard if now - WINDOW < each.at <= now), key=lambda each: (each.at, each.ticket_id))
    if len(close) < FEWEST or at_least(len(close), usual) > CHANCE:
        return None
    return Burst(tuple(close), usual)


def largest(heard: Sequence[Heard], usual: float, first: datetime, last: datetime) -> Burst | None:
    """The same of calls in the order of time: of the windows up to one of them from `first` to `last` that with the most."""
    at = [each.at for each in heard]
    ends = at[bisect_left(at, first) : bisect_right(at, last)]
    # Counted, not made: a long burst has as many windows as calls.
    fullest = max(ends, key=lambda end: bisect_right(at, end) - bisect_right(at, end - WINDOW), default=None)
    return burst(heard, usual, fullest) if fullest is not None else None


def continues(found: Burst, known: Sequence[str]) -> bool:
    """Whether a burst was told already: a ticket of it is of one that was."""
    return not {each.ticket_id for each in found.heard}.isdisjoint(known)


def at_least(count: int, mean: float) -> float:
    """How likely so many or more are where so many are usual (Poisson)."""
    term = total = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    at = count
    while term > total * 1e-12:
        at += 1
        term *= mean / at
        total += term
    return min(total, 1.0)
