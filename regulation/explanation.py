"""Why a deadline falls where it falls, day by day, in Chinese."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulation.calendar import Calendar
from regulation.deadlines import Deadline, Kind, Unit
from regulation.instants import closing_day, local_day


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of the way from trigger to deadline: whether a working day, whether counted, and why."""

    date: dt.date
    working: bool
    counted: bool
    why: str


def explain(deadline: Deadline, calendar: Calendar) -> tuple[Day, ...]:
    """Every day from the trigger's to the deadline's, both included; `calendar` is the one it was set under."""
    first = closing_day(deadline.trigger_at) if deadline.kind is Kind.EXTENSION else local_day(deadline.trigger_at)
    last = max(first, closing_day(deadline.deadline_at))
    days: list[Day] = []
    count = 0
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        working = calendar.is_working(day)
        counted = working and day != first and deadline.unit is Unit.WORKING_DAY
        count += counted
        why = calendar.why(day) + ("（暂定）" if calendar.provisional(day) else "")
        days.append(Day(day, working, counted, f"{why}，{_part(deadline, count if counted else 0, is_first=day == first)}"))
    return tuple(days)


def _part(deadline: Deadline, place: int, *, is_first: bool) -> str:
    """What part a day plays; `place` is its number among the counted days, 0 when it is not counted."""
    if deadline.unit is not Unit.WORKING_DAY:
        return f"按{deadline.unit.term}计时，不分昼夜"
    if is_first:
        return "原期限届满之日，不计入" if deadline.kind is Kind.EXTENSION else "起算当日，不计入"
    return f"第{place}个工作日" if place else "不计入"
