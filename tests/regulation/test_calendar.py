from __future__ import annotations

import datetime as dt

import holidays
import pytest

from regulation.calendar import Calendar, DayOverride, NoCalendar, national
from regulation.holidays import HolidayYear, read_years
from regulation.holidays.write import as_toml, every_year

KNOWN_DIFFERENCES = {dt.date(2005, 12, 31): "chinesecalendar has no 2006 New Year make-up day in 2005"}
STATUTORY_2027 = {
    "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-05-01", "2027-05-02",
    "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03",
}  # fmt: skip
OFF_2028 = HolidayYear(2028, {dt.date(2028, 1, 3): "元旦"}, {dt.date(2028, 1, 8): "元旦"})


def days_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=i) for i in range((dt.date(year + 1, 1, 1) - first).days)]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_agrees_with_another_source(year: int) -> None:
    other = holidays.country_holidays("CN", years=[year, year + 1])
    ours = {each for each in days_of(year) if national().is_working(each)}
    theirs = {each for each in days_of(year) if other.is_working_day(each)}
    assert ours ^ theirs == {each for each in KNOWN_DIFFERENCES if each.year == year}


def test_the_files_are_what_the_script_writes() -> None:
    written = [as_toml(each) for each in every_year()]
    assert written == [as_toml(each) for each in read_years()]


def test_2027_is_provisional_weekends_and_exactly_the_statutory_dates() -> None:
    calendar = national()
    for each in days_of(2027):
        assert calendar.provisional(each)
        assert calendar.is_working(each) == (each.weekday() < 5 and each.isoformat() not in STATUTORY_2027)
    assert not calendar.provisional(day("2026-12-31"))


@pytest.mark.parametrize("text", ["2003-12-31", "2028-01-01", "1949-10-01", "9999-12-31", "0001-01-01"])
def test_a_year_without_data_is_refused(text: str) -> None:
    for ask in (national().is_working, national().why, national().provisional, national().next_working_day):
        with pytest.raises(NoCalendar, match=rf"没有{day(text).year}年"):
            ask(day(text))


def test_counting_out_of_the_data_is_refused() -> None:
    with pytest.raises(NoCalendar, match="2028"):
        national().nth_working_day_after(day("2027-12-30"), 2)
    with pytest.raises(NoCalendar, match="2003"):
        national().previous_working_day(day("2004-01-02"))
    with pytest.raises(ValueError, match="不少于1"):
        national().nth_working_day_after(day("2026-01-05"), 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2021-02-05", "工作日"),
        ("2021-02-06", "周末"),
        ("2021-02-07", "春节调休上班"),
        ("2021-02-11", "春节"),
        ("2021-10-01", "国庆节"),
        ("2015-09-03", "抗战胜利70周年纪念日"),
    ],
)
def test_why(text: str, why: str) -> None:
    assert national().why(day(text)) == why


def test_working_days_one_by_one() -> None:
    calendar = national()
    assert calendar.nth_working_day_after(day("2021-02-10"), 1) == day("2021-02-18")
    assert calendar.next_working_day(day("2021-02-06")) == day("2021-02-07")
    assert calendar.previous_working_day(day("2021-02-18")) == day("2021-02-10")
    assert calendar.working_days_between(day("2021-02-10"), day("2021-02-20")) == 3
    assert calendar.working_days_between(day("2021-02-20"), day("2021-02-10")) == 0


def test_a_tenant_s_day_is_laid_over_and_leaves_the_national_calendar_alone() -> None:
    storm = DayOverride(day("2025-07-01"), working=False, reason="台风停工")
    shift = DayOverride(day("2025-07-05"), working=True, reason="补班")
    ours = national().with_days("zibo-7", [storm, shift])
    assert ours.revision == "zibo-7"
    assert ours.next_working_day(day("2025-06-30")) == day("2025-07-02")
    assert ours.next_working_day(day("2025-07-04")) == day("2025-07-05")
    assert ours.why(day("2025-07-01")) == "本市调整放假（台风停工）"
    assert ours.why(day("2025-07-05")) == "本市调整上班（补班）"
    assert national().is_working(day("2025-07-01"))


def test_a_later_ruling_replaces_an_earlier_one() -> None:
    first = national().with_days("a", [DayOverride(day("2025-07-01"), working=False, reason="台风停工")])
    second = first.with_days("b", [DayOverride(day("2025-07-01"), working=True, reason="台风改道")])
    assert second.is_working(day("2025-07-01"))


def test_a_day_of_an_unknown_year_is_refused() -> None:
    with pytest.raises(NoCalendar, match="2030"):
        national().with_days("x", [DayOverride(day("2030-01-02"), working=False, reason="元旦")])


def test_a_notice_takes_the_place_of_the_provisional_year() -> None:
    notice = HolidayYear(2027, {day("2027-01-01"): "元旦", day("2027-01-04"): "元旦"}, {day("2027-01-09"): "元旦"})
    calendar = national().with_notice("national-2027", notice)
    assert not calendar.provisional(day("2027-01-04"))
    assert calendar.next_working_day(day("2026-12-31")) == day("2027-01-05")
    assert calendar.is_working(day("2027-01-09"))
    assert calendar.is_working(day("2027-02-05")), "only what the notice names"


def test_a_notice_keeps_the_tenant_s_days() -> None:
    ours = national().with_days("a", [DayOverride(day("2027-03-01"), working=False, reason="停工")])
    notice = HolidayYear(2027, {day("2027-01-01"): "元旦"}, {})
    assert not ours.with_notice("b", notice).is_working(day("2027-03-01"))


def test_the_next_year_s_notice_extends_the_calendar() -> None:
    calendar = national().with_notice("national-2028", OFF_2028)
    assert calendar.next_working_day(day("2027-12-31")) == day("2028-01-04")
    assert calendar.is_working(day("2028-01-08"))


def test_a_gap_between_years_is_refused() -> None:
    with pytest.raises(NoCalendar, match="2028"):
        national().with_notice("x", HolidayYear(2029, {}, {}))


def test_a_notice_that_contradicts_itself_is_refused() -> None:
    new_year = day("2028-01-01")
    with pytest.raises(ValueError, match="既列为放假又列为上班"):
        HolidayYear(2028, {new_year: "元旦"}, {new_year: "元旦"})
    with pytest.raises(ValueError, match="不属于2028年"):
        HolidayYear(2028, {day("2027-12-31"): "元旦"}, {})


def test_the_revision_names_the_content() -> None:
    years = {each.year: each for each in read_years()}
    assert national().revision.startswith("national-2026-")
    assert national() is national()
    assert Calendar("x", years).is_working(day("2026-01-04")), "a make-up day"
