"""Every trigger day of 2004–2026 counted a second way: one day after another, by another source of holidays."""

from __future__ import annotations

import datetime as dt
from functools import partial

import holidays
import pytest

from regulation.articles import EDITIONS, Edition
from tests.regulation.dates import extend, give_back, handle, result
from tests.regulation.instants import at, end_of

OTHER = holidays.country_holidays("CN", years=range(2004, 2028))
DISPUTED = dt.date(2005, 12, 31)
EVER = Edition("ever", dt.date(2004, 1, 1), EDITIONS[0].valid_to, "lifted for this test")
DAY = dt.timedelta(days=1)


def step(day: dt.date, n: int) -> dt.date:
    direction = DAY if n > 0 else -DAY
    while n:
        day += direction
        if OTHER.is_working_day(day) and day != DISPUTED:
            n -= 1 if n > 0 else -1
    return day


def end(day: dt.date) -> dt.datetime:
    return end_of(day.isoformat())


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_trigger_day_agrees(year: int) -> None:
    day, last = dt.date(year, 1, 5), dt.date(year, 12, 31) if year < 2026 else dt.date(2026, 12, 10)
    while day <= last:
        trigger = at(f"{day}T17:45")
        due = step(day, 5)
        handled = handle(trigger, edition=EVER)
        assert (handled.deadline_at, handled.yellow_at, handled.red_at) == (end(due), end(step(due, -1)), end(step(due, 1)))
        assert give_back(trigger, edition=EVER).deadline_at == end(step(day, 2))
        urgent = result(trigger, days=1, edition=EVER)
        assert urgent.yellow_at == max(trigger, end(step(urgent_day := step(day, 1), -1)))
        assert urgent.red_at == urgent.deadline_at == end(urgent_day)
        extended = partial(extend, days=3, edition=EVER)
        assert extended(end(day)).deadline_at == extended(trigger).deadline_at == end(step(day, 3))
        day += DAY
