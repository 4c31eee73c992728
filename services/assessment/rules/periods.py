"""The days a report is about: a day, a week from Monday, a month; local dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)


class Every(StrEnum):
    """How often a report is made."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {Every.DAY: "日报", Every.WEEK: "周报", Every.MONTH: "月报"}


@dataclass(frozen=True)
class Period:
    """From its first to its last day, both counted."""

    every: Every
    first: date
    last: date

    @property
    def before(self) -> Period:
        """The one of the same kind before it."""
        return period_of(self.every, self.first - _DAY)

    @property
    def days(self) -> Iterator[date]:
        """In order."""
        return (self.first + _DAY * at for at in range((self.last - self.first).days + 1))


def period_of(every: Every, day: date) -> Period:
    """The one a day lies in."""
    match every:
        case Every.DAY:
            return Period(every, day, day)
        case Every.WEEK:
            first = day - _DAY * day.weekday()
            return Period(every, first, first + 6 * _DAY)
        case Every.MONTH:
            first = day.replace(day=1)
            return Period(every, first, (first + 31 * _DAY).replace(day=1) - _DAY)


def last_over(every: Every, today: date) -> Period:
    """The newest that is over: its figures change no more."""
    return period_of(every, today).before
