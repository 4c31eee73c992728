"""Counting from a trigger to a deadline, and to the lights around it."""

from __future__ import annotations

import datetime as dt

from regulation.articles import Article, Edition, edition_for
from regulation.calendar import Calendar
from regulation.deadlines import Deadline, Unit
from regulation.instants import to_local
from regulation.policy import Policy
from regulation.table import Lights, Row

_CLOCK_UNITS = {Unit.HOUR: dt.timedelta(hours=1), Unit.MINUTE: dt.timedelta(minutes=1)}


def count_working_days(
    row: Row, trigger_at: dt.datetime, n: int, calendar: Calendar, policy: Policy, edition: Edition | None,
    *, after: dt.date | None = None,
) -> Deadline:  # fmt: skip
    """The cut-off of the n-th working day after the trigger's local date, or after the date given."""
    start = (after or to_local(trigger_at)).toordinal()
    last = calendar.nth_working_ordinal_after(start, n)
    return _stamp(row, trigger_at, start, last, n, calendar, policy, edition)


def end_on(
    row: Row, trigger_at: dt.datetime, last: dt.date, calendar: Calendar, policy: Policy, edition: Edition | None,
    *, start: dt.date, article: Article | None = None,
) -> Deadline:  # fmt: skip
    """The cut-off of a day that was set otherwise than by counting; n is the working days up to it."""
    n = calendar.working_days_between(start, last)
    return _stamp(row, trigger_at, start.toordinal(), last.toordinal(), n, calendar, policy, edition, article)


def count_clock(
    row: Row, trigger_at: dt.datetime, n: int, calendar: Calendar, policy: Policy, edition: Edition | None
) -> Deadline:
    """n hours or minutes by the clock, day or night (Art. 13)."""
    trigger = trigger_at.astimezone(dt.UTC)
    deadline_at = trigger + n * _CLOCK_UNITS[row.unit]
    start, last = to_local(trigger_at).toordinal(), to_local(deadline_at).toordinal()
    return Deadline(
        row.kind,
        row.kind.article,
        trigger,
        n,
        row.unit,
        deadline_at,
        None,
        deadline_at if row.lights is Lights.RED_AT_DEADLINE else None,
        calendar.touches_provisional(start, last),
        calendar.revision,
        (edition or edition_for(trigger_at, continued=policy.continued)).name,
    )


def _stamp(
    row: Row, trigger_at: dt.datetime, start: int, last: int, n: int, calendar: Calendar, policy: Policy,
    edition: Edition | None, article: Article | None = None,
) -> Deadline:  # fmt: skip
    """A deadline at the cut-off of the day `last` with its lights; `start` is the day it is counted after."""
    cutoff = policy.cutoff_minutes
    trigger = trigger_at.astimezone(dt.UTC)
    deadline_at = calendar.closing(last, cutoff)
    yellow_at = red_at = None
    touched = last
    if row.lights is not Lights.NONE:
        yellow_at = max(trigger, calendar.closing(calendar.previous_working_ordinal(last), cutoff))
        red_at = deadline_at
        if row.lights is Lights.BOTH:
            touched = calendar.nth_working_ordinal_after(last, policy.red_offset_days)
            red_at = calendar.closing(touched, cutoff)
    return Deadline(
        row.kind,
        article or row.kind.article,
        trigger,
        n,
        Unit.WORKING_DAY,
        deadline_at,
        yellow_at,
        red_at,
        calendar.touches_provisional(start, last, touched),
        calendar.revision,
        (edition or edition_for(trigger_at, continued=policy.continued)).name,
    )
