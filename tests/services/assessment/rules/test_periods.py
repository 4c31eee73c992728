"""The days a report is about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules.periods import Every, Period, last_over, period_of


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [
        (Every.DAY, date(2025, 3, 2), date(2025, 3, 2)),
        (Every.WEEK, date(2025, 2, 24), date(2025, 3, 2)),
        (Every.MONTH, date(2025, 2, 1), date(2025, 2, 28)),
    ],
)
def test_the_last_that_is_over(every: Every, first: date, last: date) -> None:
    assert last_over(every, date(2025, 3, 3)) == Period(every, first, last)


@given(st.sampled_from(Every), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_meet_and_hold_their_day(every: Every, day: date) -> None:
    period = period_of(every, day)
    assert day in set(period.days)
    assert period.before.last == period.first - timedelta(days=1)
    assert {period_of(every, each) for each in period.days} == {period}
