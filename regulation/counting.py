"""Counting from a trigger to a deadline, and to the lights around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from regulation.articles import Edition, edition_on
from regulation.deadlines import Deadline, Unit, stamped
from regulation.instants import closing_day, local_day, local_ordinal, to_utc
from regulation.table import Lights, Row

if TYPE_CHECKING:
    from regulation.calendar import Calendar
    from regulation.policy import Policy

_CLOCK_UNITS = {Unit.HOUR: dt.timedelta(hours=1), Unit.MINUTE: dt.timedelta(minutes=1)}

_Cutoffs: TypeAlias = tuple[dt.datetime, dt.datetime | None, dt.datetime | None, bool]
"""Deadline, yellow, red, and whether a provisional year is touched."""


def count_working_days(
    row: Row,
    trigger_at: dt.datetime,
    n: int,
    *,
    calendar: Calendar,
    policy: Policy,
    edition: Edition | None,
    after: dt.date | None = None,
) -> Deadline:
    """The cut-off of the n-th working day after the trigger's local date, or after the date given."""
    trigger = to_utc(trigger_at)
    today = local_ordinal(trigger)
    start = after.toordinal() if after else today
    cutoffs = _cutoffs_by_count(calendar, start, n, row.lights, (policy.red_offset_days, policy.cutoff_minutes))
    return _stamp(row, trigger, n, cutoffs, (calendar.revision, _name(edition, today, policy)))


def end_on(
    row: Row,
    trigger_at: dt.datetime,
    last: dt.date,
    *,
    calendar: Calendar,
    policy: Policy,
    edition: Edition | None,
) -> Deadline:
    """The cut-off of a day that was set otherwise than by counting; n is the working days from the trigger to it."""
    trigger = to_utc(trigger_at)
    today = local_ordinal(trigger)
    n = calendar.working_days_between(local_day(trigger), last)
    cutoffs = _cutoffs(calendar, today, last.toordinal(), row.lights, (policy.red_offset_days, policy.cutoff_minutes))
    return _stamp(row, trigger, n, cutoffs, (calendar.revision, _name(edition, today, policy)))


def cut_short(deadline: Deadline, at: dt.datetime, begun_at: dt.datetime, *, calendar: Calendar, policy: Policy) -> Deadline:
    """The same date at an earlier instant that somebody else set; its lights are of the same sort, and it keeps what it was by the rule.

    No light is before its trigger, or where that is the later instant, before `begun_at`.
    """
    at, since = to_utc(at), to_utc(begun_at) if deadline.trigger_at > at else deadline.trigger_at
    start, last = local_ordinal(since), closing_day(at).toordinal()
    choices = (policy.red_offset_days, policy.cutoff_minutes)
    _, yellow_at, red_at, provisional = _cutoffs(calendar, start, last, _lights(deadline), choices)
    return replace(
        deadline,
        deadline_at=at,
        yellow_at=max(yellow_at, since) if yellow_at else None,
        red_at=at if deadline.red_at == deadline.deadline_at else red_at,
        provisional=provisional or deadline.provisional,
        own_at=deadline.by_rule_at,
    )


def count_clock(row: Row, trigger_at: dt.datetime, n: int, *, calendar: Calendar, policy: Policy, edition: Edition | None) -> Deadline:
    """Hours or minutes by the clock, day or night (Art. 13)."""
    trigger = to_utc(trigger_at)
    today = local_ordinal(trigger)
    deadline_at = trigger + n * _CLOCK_UNITS[row.unit]
    red_at = deadline_at if row.lights is Lights.RED_AT_DEADLINE else None
    cutoffs = (deadline_at, None, red_at, calendar.touches_provisional(today, local_ordinal(deadline_at)))
    return _stamp(row, trigger, n, cutoffs, (calendar.revision, _name(edition, today, policy)))


def _stamp(row: Row, trigger: dt.datetime, n: int, cutoffs: _Cutoffs, under: tuple[str, str]) -> Deadline:
    """The deadline; `under` are the calendar's revision and the edition."""
    deadline_at, yellow_at, red_at, provisional = cutoffs
    if yellow_at is not None and yellow_at < trigger:
        yellow_at = trigger
    return stamped(row.kind, row.article, trigger, n, row.unit, deadline_at, yellow_at, red_at, provisional, *under)


def _lights(deadline: Deadline) -> Lights:
    if deadline.red_at is None:
        return Lights.NONE
    return Lights.YELLOW_THEN_RED_AT_DEADLINE if deadline.red_at == deadline.deadline_at else Lights.BOTH


def _name(edition: Edition | None, day: int, policy: Policy) -> str:
    return edition.name if edition else _name_in_force(day, policy.continued_by)


@lru_cache(maxsize=1 << 12)
def _name_in_force(day: int, continued_by: str) -> str:
    return edition_on(dt.date.fromordinal(day), continued=bool(continued_by)).name


# Most orders of a day share their dates: remembered, a deadline costs half of what counting it anew does.
@lru_cache(maxsize=1 << 16)
def _cutoffs_by_count(calendar: Calendar, start: int, n: int, lights: Lights, choices: tuple[int, int]) -> _Cutoffs:
    return _cutoffs(calendar, start, calendar.workday(calendar.rank(start) + n), lights, choices)


def _cutoffs(calendar: Calendar, start: int, last: int, lights: Lights, choices: tuple[int, int]) -> _Cutoffs:
    """The cut-offs of the day `last` and of the days of its lights; `start` is the day it is counted after."""
    red_offset, cutoff_minutes = choices
    deadline_at = calendar.closing(last, cutoff_minutes)
    if lights is Lights.NONE:
        return deadline_at, None, None, calendar.touches_provisional(start, last)
    yellow_at = calendar.closing(calendar.workday(calendar.rank(last - 1)), cutoff_minutes)
    red = last
    if lights is Lights.BOTH:
        red = calendar.workday(calendar.rank(last) + red_offset)
    return deadline_at, yellow_at, calendar.closing(red, cutoff_minutes), calendar.touches_provisional(start, red)
