"""Topics: continued, growing, and seen without what complains about the reader."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules.topics import Group, Growth, Told, carry_over, growth, seen_by

NOW = datetime(2025, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def told(ticket_id: str, ago: timedelta = timedelta(0), *parties: str) -> Told:
    return Told(ticket_id, NOW - ago, f"标题{ticket_id}", "内容", parties=frozenset(parties))


def group(*ticket_ids: str) -> Group:
    calls = tuple(told(each) for each in ticket_ids)
    return Group(calls[0], calls)


def test_growth_counts_two_spans_that_meet_and_leaves_out_what_is_yet_to_come() -> None:
    calls = [told("1"), told("2", DAY - timedelta(seconds=1)), told("3", DAY), told("4", 2 * DAY), told("5", -DAY)]
    assert growth(calls, NOW, DAY) == Growth(2, 1)
    assert Growth(3, 2).trend == Decimal("0.500")


def test_growth_from_nothing_has_no_trend() -> None:
    assert Growth(3, 0).trend is None


def test_a_group_continues_the_topic_it_shares_most_with() -> None:
    known = {"a": frozenset("12345"), "b": frozenset("56789")}
    assert carry_over([group("5", "6", "7", "8"), group("1", "2", "3"), group("x", "y")], known) == ["b", "a", None]


def test_a_topic_that_falls_apart_is_continued_by_its_larger_part_alone() -> None:
    assert carry_over([group("1", "2"), group("3", "4", "5")], {"a": frozenset("12345")}) == [None, "a"]


def test_less_than_half_of_the_smaller_is_another_topic() -> None:
    assert carry_over([group("1", "x", "y")], {"a": frozenset("12345")}) == [None]


@given(st.lists(st.frozensets(st.integers(0, 20).map(str), min_size=1), max_size=5), st.data())
def test_no_topic_is_continued_twice_whatever_the_order(tickets: list[frozenset[str]], data: st.DataObject) -> None:
    groups = [group(*sorted(each)) for each in tickets]
    known = data.draw(st.dictionaries(st.sampled_from("abc"), st.frozensets(st.integers(0, 20).map(str), min_size=1)))
    continued = [each for each in carry_over(groups, known) if each]
    assert len(continued) == len(set(continued))
    assert carry_over(groups, dict(reversed(known.items()))) == carry_over(groups, known)


def test_who_is_complained_about_sees_neither_the_call_nor_that_it_counts() -> None:
    first, second = told("1", DAY, "unit-1"), told("2")
    seen = seen_by(Group(first, (first, second)), frozenset({"person-9", "unit-1", "unit-0"}))
    assert seen == Group(second, (second,))


def test_a_topic_of_complaints_about_the_reader_alone_is_not_there() -> None:
    only = told("1", DAY, "unit-1")
    assert seen_by(Group(only, (only,)), frozenset({"unit-1"})) is None
    assert seen_by(Group(only, (only,)), frozenset({"unit-2"})) == Group(only, (only,))
