"""The law as it stands for an order: its tenant's calendar and policy, and the edition it was received under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from regulation.articles import Edition, edition_for, edition_named
from regulation.calendar import Calendar, DayOverride, national
from regulation.holidays import HolidayYear
from regulation.policy import Policy


@dataclass(frozen=True, slots=True)
class Law:
    """What every date of an order is counted by. `edition` None: by the trigger's own date."""

    calendar: Calendar
    policy: Policy
    edition: Edition | None = None


def edition_of(name: str, received_at: dt.datetime, policy: Policy) -> Edition:
    """The edition a ticket was received under, which it keeps (23). Raises NotAllowed when none was in force."""
    return edition_named(name) if name else edition_for(received_at, continued=policy.continued)


def calendar_of(revision: str, days: Iterable[DayOverride], noticed_years: Iterable[int]) -> Calendar:
    """A tenant's calendar: the national one, the years that notices have settled since, and the tenant's own days."""
    by_year: dict[int, list[DayOverride]] = {}
    for each in days:
        by_year.setdefault(each.date.year, []).append(each)
    calendar = national()
    for year in sorted(noticed_years):
        noticed = by_year.pop(year, [])
        off = {each.date: each.reason for each in noticed if not each.working}
        working = {each.date: each.reason for each in noticed if each.working}
        calendar = calendar.with_notice(revision, HolidayYear(year, off, working))
    return calendar.with_days(revision, (each for rest in by_year.values() for each in rest))
