"""Extension (11(4)) and 续报 (11(7))."""

from __future__ import annotations

import datetime as dt

import pytest

from regulation import terms
from regulation.articles import Article, NotAllowed
from regulation.terms import Kind, Source
from tests.regulation.dates import MONDAY_TEN, ask_by, extend, promise
from tests.regulation.instants import OFFICE_HOURS, at, end_of


@pytest.mark.parametrize(
    ("old", "days", "due"),
    [
        ("2021-02-11T00:00", 1, "2021-02-18"),
        ("2021-02-11T00:00", 5, "2021-02-23"),
        ("2021-02-10T09:30", 1, "2021-02-18"),
        ("2021-02-10T23:59:59.999999", 1, "2021-02-18"),
        ("2021-02-11T00:00:00.000001", 1, "2021-02-18"),
        ("2025-06-15T00:00", 1, "2025-06-16"),
    ],
)
def test_extension_counts_after_the_day_the_old_deadline_closes(old: str, days: int, due: str) -> None:
    assert extend(at(old), days).deadline_at == end_of(due)


def test_extension_at_close_of_business() -> None:
    deadline = extend(at("2021-02-10T17:30"), 1, policy=OFFICE_HOURS)
    assert deadline.deadline_at == at("2021-02-18T17:30")


def test_extension_has_lights_of_its_own() -> None:
    deadline = extend(at("2021-02-11T00:00"), 2)
    assert deadline.trigger_at == at("2021-02-11T00:00")
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2021-02-18"), end_of("2021-02-20"))


def test_extension_beyond_five_days_needs_a_supervisor() -> None:
    assert not terms.extension_needs_supervisor(5)
    assert terms.extension_needs_supervisor(6)
    assert extend(at("2021-02-11T00:00"), 6).deadline_at == end_of("2021-02-24")


@pytest.mark.parametrize("days", [0, -1])
def test_extension_of_less_than_a_day_is_not_allowed(days: int) -> None:
    with pytest.raises(NotAllowed, match=r"第十一条第\(四\)项"):
        extend(MONDAY_TEN, days)


def test_extension_is_asked_for_by_the_deadline() -> None:
    assert ask_by(at("2021-02-11T00:00"), Source.ORDINARY) == at("2021-02-11T00:00")


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        ("2021-02-11T00:00", "2021-02-09"),
        ("2021-02-19T00:00", "2021-02-10"),
        ("2021-02-18T12:00", "2021-02-10"),
        ("2025-06-17T00:00", "2025-06-13"),
    ],
)
def test_extension_of_the_province_s_is_asked_for_a_working_day_earlier(deadline: str, last: str) -> None:
    assert ask_by(at(deadline), Source.PROVINCIAL) == end_of(last)


def test_promise_ends_with_the_promised_day_and_has_lights_of_its_own() -> None:
    deadline = promise(dt.date(2025, 7, 2), asked_at=MONDAY_TEN, old_deadline_at=end_of("2025-06-23"))
    assert (deadline.kind, deadline.article, deadline.n) == (Kind.PROMISE, Article(11, 7), 12)
    assert deadline.deadline_at == end_of("2025-07-02")
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2025-07-01"), end_of("2025-07-03"))


def test_promise_of_a_day_off_stands_as_it_was_told() -> None:
    deadline = promise(dt.date(2025, 6, 28), asked_at=MONDAY_TEN)
    assert (deadline.deadline_at, deadline.n) == (end_of("2025-06-28"), 9)
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2025-06-27"), end_of("2025-06-30"))


@pytest.mark.parametrize(("day", "why"), [("2025-06-23", "过早"), ("2025-06-15", "过早"), ("2025-07-29", "过远")])
def test_promise_of_a_day_too_early_or_too_far_is_not_allowed(day: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=rf"第十一条第\(七\)项.*{why}"):
        promise(dt.date.fromisoformat(day), asked_at=MONDAY_TEN, old_deadline_at=end_of("2025-06-23"))


def test_promise_reaches_thirty_working_days() -> None:
    assert promise(dt.date(2025, 7, 28), asked_at=MONDAY_TEN).n == 30


def test_promise_before_the_day_of_asking_is_not_allowed() -> None:
    assert promise(dt.date(2025, 6, 16), asked_at=MONDAY_TEN).n == 0
    with pytest.raises(NotAllowed, match="过早"):
        promise(dt.date(2025, 6, 15), asked_at=MONDAY_TEN)
