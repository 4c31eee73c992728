"""Counts with their trends."""

from decimal import Decimal

from services.assessment.rules.counts import Count, counts, total


def test_the_most_come_first_and_what_is_gone_is_still_there() -> None:
    found = counts({"a": 1, "b": 3, "c": 1}, {"c": 2, "d": 5})
    assert found == [Count("b", 3, 0), Count("c", 1, 2), Count("a", 1, 0), Count("d", 0, 5)]


def test_a_trend_from_nothing_is_absent_and_not_zero() -> None:
    assert Count("a", 3, 0).trend is None
    assert Count("a", 3, 2).trend == Decimal("0.500")
    assert Count("a", 0, 2).trend == -1


def test_the_total_is_of_both_periods() -> None:
    assert total(counts({"a": 1, "b": 3}, {"a": 5})) == Count("", 4, 5)
