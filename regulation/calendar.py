"""Working-day arithmetic. A year without data is refused, never guessed."""

from __future__ import annotations

import datetime as dt
import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from regulation.holidays import HolidayYear, read_years
from regulation.instants import closing

# 24:00; a tenant may set the close of business instead (interpretations.md, Time).
CUTOFF = 24 * 60

_SATURDAY = 5


class NoCalendar(Exception):
    """A day of a year that is neither noticed nor provisional."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return f"没有{self.year}年的工作日历，不能推算期限；请先导入国务院办公厅该年放假安排，或核对日期"


@dataclass(frozen=True)
class DayOverride:
    """A tenant's own ruling for one local day, with its reason in Chinese."""

    date: dt.date
    working: bool
    reason: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days of consecutive years: the notices, and a tenant's days laid over them.

    `revision` names exactly this content. Two calendars are the same one only if they are the same object.
    Every method raises NoCalendar for a day outside the years, or when its answer would be.
    """

    revision: str
    years: Mapping[int, HolidayYear]
    overrides: Mapping[dt.date, DayOverride] = field(default_factory=dict)
    _first: int = field(init=False, repr=False)
    _working: bytes = field(init=False, repr=False)
    _provisional: bytes = field(init=False, repr=False)
    _workdays: array[int] = field(init=False, repr=False)
    _rank: array[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        first, last = min(self.years), max(self.years)
        if missing := set(range(first, last + 1)) - set(self.years):
            raise NoCalendar(min(missing))
        for day in self.overrides:
            if day.year not in self.years:
                raise NoCalendar(day.year)
        start = dt.date(first, 1, 1).toordinal()
        days = [dt.date.fromordinal(each) for each in range(start, dt.date(last, 12, 31).toordinal() + 1)]
        working = bytes(self._ruled_working(day) for day in days)
        object.__setattr__(self, "_first", start)
        object.__setattr__(self, "_working", working)
        object.__setattr__(self, "_provisional", bytes(self.years[day.year].provisional for day in days))
        object.__setattr__(self, "_workdays", array("l", (start + i for i, on in enumerate(working) if on)))
        object.__setattr__(self, "_rank", array("l", _running_totals(working)))

    def is_working(self, day: dt.date) -> bool:
        """Whether `day` is a working day."""
        return bool(self._working[self._index(day.toordinal())])

    def provisional(self, day: dt.date) -> bool:
        """Whether the year of `day` still awaits its notice."""
        return bool(self._provisional[self._index(day.toordinal())])

    def why(self, day: dt.date) -> str:
        """Why `day` is a working day or not, in Chinese."""
        self._index(day.toordinal())
        if override := self.overrides.get(day):
            return f"本市调整{'上班' if override.working else '放假'}（{override.reason}）"
        year = self.years[day.year]
        if day in year.working:
            return f"{year.working[day]}调休上班"
        return year.off.get(day) or ("周末" if _weekend(day) else "工作日")

    def nth_working_day_after(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after `day`, which is itself not counted; n is at least 1."""
        if n < 1:
            raise ValueError(f"工作日数应不少于1，收到的是{n}")
        return dt.date.fromordinal(self.workday(self.rank(day.toordinal()) + n))

    def next_working_day(self, day: dt.date) -> dt.date:
        """The first working day after `day`."""
        return self.nth_working_day_after(day, 1)

    def previous_working_day(self, day: dt.date) -> dt.date:
        """The last working day before `day`."""
        return dt.date.fromordinal(self.workday(self.rank(day.toordinal() - 1)))

    def rank(self, ordinal: int) -> int:
        """How many working days there are up to and including a day, given by its ordinal (date.toordinal)."""
        index = ordinal - self._first
        if not 0 <= index < len(self._rank):
            raise NoCalendar(dt.date.fromordinal(ordinal).year)
        return self._rank[index]

    def workday(self, rank: int) -> int:
        """The ordinal of the working day of that rank, the first being 1."""
        if rank < 1:
            raise NoCalendar(min(self.years) - 1)
        if rank > len(self._workdays):
            raise NoCalendar(max(self.years) + 1)
        return self._workdays[rank - 1]

    def working_days_between(self, after: dt.date, through: dt.date) -> int:
        """How many working days lie after `after`, up to and including `through`; 0 when there are none."""
        return max(self.rank(through.toordinal()) - self.rank(after.toordinal()), 0)

    def closing(self, ordinal: int, cutoff_minutes: int = CUTOFF) -> dt.datetime:
        """The cut-off of a day, by its ordinal, as a UTC instant."""
        return _closings(self._first, len(self._working), cutoff_minutes)[self._index(ordinal)]

    def touches_provisional(self, earliest: int, latest: int) -> bool:
        """Whether a span of days, by ordinal, begins or ends in a provisional year."""
        return bool(self._provisional[self._index(latest)] or self._provisional[self._index(earliest)])

    def with_days(self, revision: str, days: Iterable[DayOverride]) -> Calendar:
        """The calendar with more days of the tenant's own; a later ruling for a day replaces an earlier one."""
        overrides = dict(self.overrides) | {each.date: each for each in days}
        return Calendar(revision, self.years, overrides)

    def with_notice(self, revision: str, notice: HolidayYear) -> Calendar:
        """The calendar with a year's notice imported, in place of a provisional year or as the next one."""
        return Calendar(revision, dict(self.years) | {notice.year: notice}, self.overrides)

    def _ruled_working(self, day: dt.date) -> bool:
        if override := self.overrides.get(day):
            return override.working
        year = self.years[day.year]
        return day in year.working or not (day in year.off or _weekend(day))

    def _index(self, ordinal: int) -> int:
        index = ordinal - self._first
        if not 0 <= index < len(self._working):
            raise NoCalendar(dt.date.fromordinal(ordinal).year)
        return index


@lru_cache(maxsize=1)
def national() -> Calendar:
    """The calendar of the holiday files; its revision names the last noticed year and a digest of the content."""
    years = read_years()
    last_noticed = max(each.year for each in years if not each.provisional)
    content = repr([(y.year, y.provisional, sorted(y.off.items()), sorted(y.working.items())) for y in years])
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    return Calendar(f"national-{last_noticed}-{digest}", {each.year: each for each in years})


def tenant_calendar(revision: str, days: Iterable[DayOverride], noticed_years: Iterable[int]) -> Calendar:
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


# Shared by every calendar over the same years: cut-offs do not depend on which days are working.
@lru_cache(maxsize=32)
def _closings(first: int, count: int, cutoff_minutes: int) -> tuple[dt.datetime, ...]:
    return tuple(closing(dt.date.fromordinal(first + i), cutoff_minutes) for i in range(count))


def _weekend(day: dt.date) -> bool:
    return day.weekday() >= _SATURDAY


def _running_totals(working: bytes) -> Iterable[int]:
    total = 0
    for on in working:
        total += on
        yield total
