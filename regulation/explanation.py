"""Why a deadline falls where it falls, day by day, in Chinese."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulation.calendar import Calendar
from regulation.deadlines import Deadline, Kind, Unit
from regulation.instants import closing_day, local_day

PROVINCIAL = "；省级平台要求的期限在本日，早于本市期限，以其为准"


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of the way from trigger to deadline: whether a working day, whether counted, and why."""

    date: dt.date
    working: bool
    counted: bool
    why: str


def explain(deadline: Deadline, calendar: Calendar) -> tuple[Day, ...]:
    """Every day from the trigger's to the deadline's by the rule, both included; `calendar` is the one it was set under."""
    first = closing_day(deadline.trigger_at) if deadline.kind is Kind.EXTENSION else local_day(deadline.trigger_at)
    last = max(first, closing_day(deadline.by_rule_at))
    provincial = closing_day(deadline.deadline_at) if deadline.own_at else None
    days = [_provincial_day(provincial, calendar)] if provincial and provincial < first else []
    count = 0
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        working = calendar.is_working(day)
        counted = working and day != first and deadline.unit is Unit.WORKING_DAY
        count += counted
        why = calendar.why(day) + ("（暂定）" if calendar.provisional(day) else "")
        part = _part(deadline, count if counted else 0, is_first=day == first)
        days.append(Day(day, working, counted, f"{why}，{part}{PROVINCIAL if day == provincial else ''}"))
    return tuple(days)


def _provincial_day(day: dt.date, calendar: Calendar) -> Day:
    """Before anything is counted: where an extension of ours begins after the province's date."""
    return Day(day, calendar.is_working(day), counted=False, why=f"{calendar.why(day)}，不计入{PROVINCIAL}")


def _part(deadline: Deadline, place: int, *, is_first: bool) -> str:
    """What part a day plays; `place` is its number among the counted days, 0 when it is not counted."""
    if deadline.unit is not Unit.WORKING_DAY:
        return f"按{deadline.unit.term}计时，不分昼夜"
    if is_first:
        return "原期限届满之日，不计入" if deadline.kind is Kind.EXTENSION else "起算当日，不计入"
    return f"第{place}个工作日" if place else "不计入"
