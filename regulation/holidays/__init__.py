"""The State Council's yearly notices on days off and make-up days, one file a year."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class HolidayYear:
    """What a notice changes in a year: days off and make-up days (调休), each with the holiday's Chinese name.

    `provisional`: no notice yet, only the statutory dates. Raises ValueError for a day of another year or named twice.
    """

    year: int
    off: Mapping[dt.date, str]
    working: Mapping[dt.date, str]
    provisional: bool = False

    def __post_init__(self) -> None:
        for day in (*self.off, *self.working):
            if day.year != self.year:
                raise ValueError(f"{day}不属于{self.year}年，请按该日所在年份登记")
        if both := sorted(set(self.off) & set(self.working)):
            raise ValueError(f"{both[0]}既列为放假又列为上班，请核对通知原文")


def parse_year(text: str) -> HolidayYear:
    """One year's file (TOML). Raises ValueError when it is not in the form that holidays/write.py writes."""
    data = tomllib.loads(text)
    return HolidayYear(
        year=data["year"],
        off=_days(data["off"]),
        working=_days(data["working"]),
        provisional=data["provisional"],
    )


def _days(table: Mapping[str, str]) -> dict[dt.date, str]:
    return {dt.date.fromisoformat(day): holiday for day, holiday in table.items()}


def read_years() -> tuple[HolidayYear, ...]:
    """Every year on file, in order."""
    files = [entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".toml")]
    years = [parse_year(entry.read_text(encoding="utf-8")) for entry in files]
    return tuple(sorted(years, key=lambda each: each.year))
