"""The rules of tenants' calendars: what a notice must hold, what a tenant's own day may change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.errors import Invalid
from regulation.calendar import national
from services.directory.rules import calendars
from services.directory.rules.calendars import Days, Ruling

BASE = national()
PROVISIONAL = max(BASE.years)
STATUTORY = {day: Ruling(working=False, reason=name) for day, name in BASE.years[PROVISIONAL].off.items()}


def saturday() -> date:
    """A Saturday of the provisional year that is no holiday."""
    days = (date(PROVISIONAL, 3, 1) + timedelta(n) for n in range(7))
    return next(day for day in days if day.weekday() == 5)


NOTICE = {**STATUTORY, saturday(): Ruling(working=True, reason="春节")}


def test_import_notice_settles_a_provisional_year() -> None:
    days = calendars.import_notice(BASE, Days(), PROVISIONAL, NOTICE)
    calendar = calendars.calendar_of(BASE, days, "r")
    assert days.noticed_years == (PROVISIONAL,)
    assert BASE.provisional(saturday())
    assert not BASE.is_working(saturday())
    assert not calendar.provisional(saturday())
    assert calendar.is_working(saturday())
    assert not calendar.is_working(next(iter(STATUTORY)))


def test_import_notice_again_replaces_the_first() -> None:
    first = calendars.import_notice(BASE, Days(), PROVISIONAL, NOTICE)
    second = calendars.import_notice(BASE, first, PROVISIONAL, STATUTORY)
    assert saturday() not in second.all


def test_import_notice_opens_the_next_year_and_none_beyond() -> None:
    following = PROVISIONAL + 1
    off = {date(following, 1, 1): Ruling(working=False, reason="元旦")}
    assert calendars.import_notice(BASE, Days(), following, off).noticed_years == (following,)
    beyond = {date(following + 1, 1, 1): Ruling(working=False, reason="元旦")}
    with pytest.raises(Invalid) as refused:
        calendars.import_notice(BASE, Days(), following + 1, beyond)
    assert refused.value.field == "year"


def test_import_notice_refuses_what_no_notice_says() -> None:
    first = next(iter(STATUTORY))
    monday = date(PROVISIONAL, 3, 1) + timedelta(days=-date(PROVISIONAL, 3, 1).weekday() + 7)
    for notice in (
        {},
        {day: ruling for day, ruling in NOTICE.items() if day != first},
        {**NOTICE, first: Ruling(working=True, reason="元旦")},
        {**NOTICE, monday: Ruling(working=True, reason="春节")},
        {**NOTICE, date(PROVISIONAL - 1, 12, 31): Ruling(working=False, reason="元旦")},
        {**NOTICE, saturday(): Ruling(working=True, reason=" ")},
        {date(PROVISIONAL, 6, 1) + timedelta(n): Ruling(working=False, reason="长假") for n in range(81)},
    ):
        with pytest.raises(Invalid) as refused:
            calendars.import_notice(BASE, Days(), PROVISIONAL, notice)
        assert refused.value.field == "days"


@pytest.mark.parametrize("year", [0, 2003, 2025, 2101])
def test_import_notice_refuses_a_year_it_cannot_settle(year: int) -> None:
    with pytest.raises(Invalid) as refused:
        calendars.import_notice(BASE, Days(), year, {date(max(year, 1), 1, 1): Ruling(working=False, reason="元旦")})
    assert refused.value.field == "year"


def test_set_day_lies_over_notice_and_nation() -> None:
    monday = date(2025, 1, 6)
    days = calendars.set_day(BASE, Days(), monday, Ruling(working=False, reason="全市停工"))
    assert not calendars.calendar_of(BASE, days, "r").is_working(monday)
    back = calendars.set_day(BASE, days, monday, Ruling(working=True, reason="恢复上班"))
    assert calendars.calendar_of(BASE, back, "r").is_working(monday)
    noticed = calendars.import_notice(BASE, Days(), PROVISIONAL, NOTICE)
    over = calendars.set_day(BASE, noticed, saturday(), Ruling(working=False, reason="本市不调休"))
    assert not calendars.calendar_of(BASE, over, "r").is_working(saturday())
    assert over.all[saturday()].reason == "本市不调休"


@pytest.mark.parametrize(
    ("day", "working", "reason", "field"),
    [
        (date(2025, 1, 6), True, "多此一举", "day.working"),
        (date(2025, 1, 6), False, " ", "day.reason"),
        (date(1999, 1, 4), False, "过去", "day.date"),
        (date(2099, 1, 5), False, "未来", "day.date"),
    ],
)
def test_set_day_refuses_what_changes_nothing_or_nobody_knows(day: date, working: bool, reason: str, field: str) -> None:  # noqa: FBT001 - a table's column
    with pytest.raises(Invalid) as refused:
        calendars.set_day(BASE, Days(), day, Ruling(working=working, reason=reason))
    assert refused.value.field == field
