"""Bursts: what chance brings together is none."""

import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from services.assessment.rules.bursts import FEWEST, USUAL, WINDOW, Heard, at_least, burst, continues, expected, largest

NOW = datetime(2025, 3, 3, 12, tzinfo=UTC)


def heard(count: int, apart: timedelta = timedelta(seconds=20)) -> list[Heard]:
    return [Heard(str(at), NOW - at * apart, "district", "town", "category") for at in range(count)]


def test_many_of_a_seldom_category_are_a_burst_in_the_order_of_time() -> None:
    found = burst(heard(20), expected(0, USUAL), NOW)
    assert found is not None
    assert [each.ticket_id for each in found.heard] == [str(at) for at in reversed(range(20))]


def test_the_same_many_are_none_where_they_are_usual() -> None:
    usual = expected(10 * (USUAL // WINDOW), USUAL)
    assert usual == pytest.approx(10)
    assert burst(heard(20), usual, NOW) is None


def test_few_are_none_however_seldom() -> None:
    assert burst(heard(FEWEST - 1), expected(0, USUAL), NOW) is None


def test_what_lies_behind_the_window_or_ahead_does_not_count() -> None:
    assert burst(heard(FEWEST, WINDOW), expected(0, USUAL), NOW) is None
    assert burst(heard(20), expected(0, USUAL), NOW - WINDOW) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_is_the_first_of_all_windows_with_the_most(seed: int) -> None:
    drawn = Random(seed)
    calls = [Heard(str(at), NOW - drawn.random() * 4 * WINDOW, "district", "town", "category") for at in range(40)]
    calls.sort(key=lambda each: each.at)
    first, last = NOW - 3 * WINDOW, NOW - WINDOW
    windows = [burst(calls, expected(0, USUAL), each.at) for each in calls if first <= each.at <= last]
    most = max((each for each in windows if each), key=lambda each: len(each.heard))
    assert largest(calls, expected(0, USUAL), first, last) == most


def test_the_largest_of_no_windows_or_of_usual_ones_is_none() -> None:
    calls = sorted(heard(20), key=lambda each: each.at)
    assert largest(calls, expected(0, USUAL), NOW + WINDOW, NOW + 2 * WINDOW) is None
    assert largest(calls, 10.0, NOW - WINDOW, NOW) is None


def test_with_a_short_history_or_none_a_little_is_expected() -> None:
    assert expected(5, timedelta(0)) == expected(0, USUAL) > 0
    assert expected(96, timedelta(days=1)) == pytest.approx(1)


def test_a_burst_goes_on_while_one_of_its_calls_is_in_it() -> None:
    found = burst(heard(8), expected(0, USUAL), NOW)
    assert found is not None
    assert continues(found, ["7"])
    assert not continues(found, ["elsewhere"])


@pytest.mark.parametrize("mean", [0.02, 1.0, 10.0])
def test_the_chance_is_the_sum_of_poissons_terms(mean: float) -> None:
    for count in (1, 5, 12):
        below = sum(mean**at * math.exp(-mean) / math.factorial(at) for at in range(count))
        assert at_least(count, mean) == pytest.approx(1 - below, abs=1e-12)
