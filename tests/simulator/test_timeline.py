"""Courses over virtual time: in order, side by side within a window, each error its own."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator.timeline import MOST_ERRORS, Course, Timeline

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A hotline's clock that goes a second further whenever it is moved."""

    def __init__(self) -> None:
        self.moved: list[datetime] = []

    def move(self, at: datetime) -> datetime:
        self.moved.append(at)
        return at + timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timeline(clock: Clock) -> Timeline:
    return Timeline(clock.move, BEGIN)


def course(told: list[str], name: str, *waits: timedelta, now: datetime = BEGIN) -> Course:
    told.append(name)
    for wait in waits:
        now += wait
        yield now
        told.append(name)


def test_courses_go_on_in_the_order_of_their_instants(timeline: Timeline) -> None:
    told: list[str] = []
    timeline.add(0, BEGIN, course(told, "slow", 3 * HOUR))
    timeline.add(1, BEGIN + HOUR, course(told, "quick", 2 * HOUR))
    timeline.play(BEGIN + 9 * HOUR, lambda: None)
    assert told == ["slow", "quick", "quick", "slow"]


def test_the_clock_is_moved_once_for_a_window_and_never_back(timeline: Timeline, clock: Clock) -> None:
    for number in range(5):
        timeline.add(number, BEGIN + number * timedelta(minutes=3), course([], "", HOUR))
    timeline.play(BEGIN + 9 * HOUR, lambda: None)
    assert clock.moved == sorted(clock.moved)
    assert clock.moved[0] == BEGIN + timedelta(minutes=12)
    assert len(clock.moved) == 3


def test_now_is_what_the_clock_says_it_is(timeline: Timeline) -> None:
    seen: list[datetime] = []

    def looking() -> Course:
        seen.append(timeline.now)
        yield from ()

    timeline.add(0, BEGIN + HOUR, looking())
    timeline.play(BEGIN + 2 * HOUR, lambda: None)
    assert seen == [BEGIN + HOUR + timedelta(seconds=1)]
    assert timeline.now == BEGIN + 2 * HOUR + timedelta(seconds=1)


def test_what_a_course_raises_is_its_own_error(timeline: Timeline) -> None:
    def failing() -> Course:
        yield BEGIN + HOUR
        raise ValueError("wrong")

    told: list[str] = []
    timeline.add(7, BEGIN, failing())
    timeline.add(8, BEGIN, course(told, "well", 2 * HOUR))
    timeline.play(BEGIN + 9 * HOUR, lambda: None)
    assert told == ["well", "well"]
    assert len(timeline.errors) == 1
    assert timeline.errors[0].startswith("message 7: ")
    assert "ValueError: wrong" in timeline.errors[0]


def test_every_course_is_finished_once_also_one_that_is_left_open(timeline: Timeline) -> None:
    finished = Counter[str]()
    timeline.add(0, BEGIN, course([], "in time", HOUR))
    timeline.add(1, BEGIN, course([], "left open", 99 * HOUR))
    timeline.play(BEGIN + 9 * HOUR, lambda: finished.update("1"))
    assert finished == {"1": 2}


def test_too_many_errors_end_the_play(timeline: Timeline, clock: Clock) -> None:
    def failing() -> Course:
        raise ValueError("wrong")
        yield BEGIN

    for number in range(2 * MOST_ERRORS):
        timeline.add(number, BEGIN + number * HOUR, failing())
    timeline.play(BEGIN + 999 * HOUR, lambda: None)
    assert len(timeline.errors) == MOST_ERRORS
    assert clock.moved[-1] == BEGIN + 999 * HOUR
