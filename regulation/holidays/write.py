"""Writes the files of this folder from chinesecalendar: `python -m regulation.holidays.write`.

Run by hand when a new notice is out and chinesecalendar has it; the files are what the law reads, not the package.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import chinese_calendar

from regulation.holidays import HolidayYear

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}

# The statutory dates of 全国年节及纪念日放假办法 (2024), for a year whose notice is not out.
STATUTORY_2027 = {
    "元旦": ["2027-01-01"],
    "春节": ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"],
    "清明节": ["2027-04-05"],
    "劳动节": ["2027-05-01", "2027-05-02"],
    "端午节": ["2027-06-09"],
    "中秋节": ["2027-09-15"],
    "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03"],
}


def noticed_years() -> list[HolidayYear]:
    """The years chinesecalendar knows."""
    off = _named(chinese_calendar.holidays)
    working = _named(chinese_calendar.workdays)
    years = sorted({day.year for day in off})
    return [HolidayYear(year, _of(year, off), _of(year, working)) for year in years]


def provisional_year() -> HolidayYear:
    """2027: weekends and exactly the statutory dates."""
    off = {dt.date.fromisoformat(day): name for name, days in STATUTORY_2027.items() for day in days}
    return HolidayYear(2027, off, {}, provisional=True)


def every_year() -> list[HolidayYear]:
    """What goes on file; a notice takes the place of the provisional year."""
    noticed = noticed_years()
    provisional = provisional_year()
    return noticed if provisional.year in {each.year for each in noticed} else [*noticed, provisional]


def as_toml(year: HolidayYear) -> str:
    """The file of a year."""
    source = "only the statutory dates, no notice yet" if year.provisional else "the State Council's notice"
    lines = [f"# {source}", f"year = {year.year}", f"provisional = {str(year.provisional).lower()}"]
    for heading, days in (("off", year.off), ("working", year.working)):
        lines += ["", f"[{heading}]", *(f'{day} = "{name}"' for day, name in sorted(days.items()))]
    return "\n".join(lines) + "\n"


def _named(days: Mapping[dt.date, str]) -> dict[dt.date, str]:
    return {day: NAMES[english] for day, english in days.items()}


def _of(year: int, days: Mapping[dt.date, str]) -> dict[dt.date, str]:
    return {day: name for day, name in days.items() if day.year == year}


def main() -> None:
    """Writes every year's file beside this script."""
    folder = Path(__file__).parent
    for year in every_year():
        (folder / f"{year.year}.toml").write_text(as_toml(year), encoding="utf-8")


if __name__ == "__main__":
    main()
