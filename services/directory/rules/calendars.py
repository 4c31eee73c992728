"""A tenant's calendar: the national one, the notices imported since, and the tenant's own days over both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chassis.errors import Invalid
from regulation.calendar import Calendar, DayOverride, NoCalendar
from regulation.holidays import HolidayYear

FIRST_YEAR = 2004
LAST_YEAR = 2100
# More than any notice ever named, with the weekends inside the holidays.
MOST_DAYS = 80


@dataclass(frozen=True)
class Ruling:
    """What a day is, and why."""

    working: bool
    reason: str


Notices = Mapping[int, Mapping[date, Ruling]]


@dataclass(frozen=True)
class Days:
    """What is laid over the national calendar: whole notices by year, and single days of the tenant over those."""

    notices: Notices = field(default_factory=dict)
    own: Mapping[date, Ruling] = field(default_factory=dict)

    @property
    def all(self) -> dict[date, Ruling]:
        """Every day laid over, in order; the tenant's own day wins."""
        laid = {day: ruling for notice in self.notices.values() for day, ruling in notice.items()} | dict(self.own)
        return dict(sorted(laid.items()))

    @property
    def noticed_years(self) -> tuple[int, ...]:
        """The years that imported notices settle."""
        return tuple(sorted(self.notices))


def import_notice(base: Calendar, days: Days, year: int, notice: Mapping[date, Ruling]) -> Days:
    """The days with a year's notice, in place of an earlier import of it.

    Raises Invalid for a year the national calendar already has a notice of, for a day of another year or named
    without its holiday, and for a statutory day the notice leaves out or makes a working day.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("year", f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间")
    known = base.years.get(year)
    if known is not None and not known.provisional:
        raise Invalid("year", f"{year}年的放假安排已在系统中，无须导入；个别日期请用“设置日期”调整")
    _check_notice(year, notice)
    for day, name in (known.off if known else {}).items():
        if day not in notice or notice[day].working:
            raise Invalid("days", f"{day}是法定节假日（{name}），放假安排中应列为放假，请核对通知原文")
    changed = Days({**days.notices, year: dict(notice)}, days.own)
    calendar_of(base, changed, "revision")
    return changed


def set_day(base: Calendar, days: Days, day: date, ruling: Ruling) -> Days:
    """The days with one of the tenant's own. Raises Invalid for a day that already is so, or of a year unknown."""
    if not ruling.reason.strip():
        raise Invalid("day.reason", "请填写调整该日的依据")
    before = days.own.get(day)
    changed = Days(days.notices, {**days.own, day: ruling})
    try:
        unchanged = calendar_of(base, days, "revision").is_working(day) == ruling.working
    except NoCalendar as error:
        raise Invalid("day.date", str(error)) from None
    if unchanged and (before is None or before == ruling):
        raise Invalid("day.working", f"{day}本来就是{'工作日' if ruling.working else '休息日'}，无须调整")
    return changed


def unset_day(days: Days, day: date) -> Days:
    """The days without one of the tenant's own. Raises Invalid for a day that is none."""
    if day not in days.own:
        raise Invalid("date", f"{day}没有本市（区县）自行设置的调整，无须撤销")
    return Days(days.notices, {each: ruling for each, ruling in days.own.items() if each != day})


def calendar_of(base: Calendar, days: Days, revision: str) -> Calendar:
    """The calendar that results. Raises Invalid when its years would leave a gap."""
    calendar = base
    for year, notice in sorted(days.notices.items()):
        off = {day: ruling.reason for day, ruling in notice.items() if not ruling.working}
        working = {day: ruling.reason for day, ruling in notice.items() if ruling.working}
        try:
            calendar = calendar.with_notice(revision, HolidayYear(year, off, working))
        except NoCalendar as error:
            raise Invalid("year", str(error)) from None
    return calendar.with_days(revision, (DayOverride(day, ruling.working, ruling.reason) for day, ruling in days.own.items()))


def _check_notice(year: int, notice: Mapping[date, Ruling]) -> None:
    if not any(not ruling.working for ruling in notice.values()):
        raise Invalid("days", "放假安排中没有放假日期，请核对通知原文")
    if len(notice) > MOST_DAYS:
        raise Invalid("days", f"放假安排最多{MOST_DAYS}天，请核对通知原文")
    for day, ruling in notice.items():
        if day.year != year:
            raise Invalid("days", f"{day}不属于{year}年，请按所在年份导入")
        if not ruling.reason.strip():
            raise Invalid("days", f"{day}缺少节日名称，请补充")
        if ruling.working and day.weekday() < 5:  # noqa: PLR2004 - Monday to Friday
            raise Invalid("days", f"{day}是星期一至星期五，不能列为调休上班，请核对通知原文")
