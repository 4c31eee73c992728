"""Counts and trends (Art. 18): calls by what is asked of them, in a period and in the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.assessment.rules.trends import trend


class By(StrEnum):
    """What calls are counted by."""

    CATEGORY = "category"
    PLACE = "place"
    UNIT = "unit"
    CHANNEL = "channel"
    NATURE = "nature"
    HOUR = "hour"
    DAY = "day"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]

    @property
    def in_course(self) -> bool:
        """Whether it is a course of time, which keeps its order and its zeros."""
        return self in (By.HOUR, By.DAY)


_TERMS = {
    By.CATEGORY: "诉求分类",
    By.PLACE: "事发地点",
    By.UNIT: "承办单位",
    By.CHANNEL: "诉求渠道",
    By.NATURE: "诉求性质",
    By.HOUR: "时段",
    By.DAY: "日期",
}


@dataclass(frozen=True)
class Count:
    """Calls of one key in the period and in the one before."""

    key: str
    now: int
    before: int

    @property
    def trend(self) -> Decimal | None:
        """By which share it changed, to a tenth of a percent; None where there was nothing before."""
        return trend(self.now, self.before)


def counts(now: Mapping[str, int], before: Mapping[str, int]) -> list[Count]:
    """The most first, ties by key; what was there only before counts 0."""
    found = [Count(key, now.get(key, 0), before.get(key, 0)) for key in now.keys() | before.keys()]
    return sorted(found, key=lambda each: (-each.now, -each.before, each.key))


def in_course(now: Mapping[str, int], keys: Iterable[str], before: Mapping[str, int] | None = None) -> list[Count]:
    """In the order of these keys, with the zeros."""
    return [Count(key, now.get(key, 0), (before or {}).get(key, 0)) for key in keys]


def total(counted: list[Count]) -> Count:
    """Of all."""
    return Count("", sum(each.now for each in counted), sum(each.before for each in counted))
