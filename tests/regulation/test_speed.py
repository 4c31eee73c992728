from __future__ import annotations

import timeit
from collections.abc import Callable

from regulation.calendar import national
from regulation.policy import Policy
from regulation.terms import handle_deadline
from tests.regulation.instants import at

LIMIT = 5.0
"""Microseconds a deadline with its lights may take on the idle machine it was measured on (it took 2.7)."""
YARDSTICK = 0.76
"""Microseconds sum(range(100)) took there: how much slower the machine of this run is, for it may be busy."""


def microseconds(work: Callable[[], object]) -> float:
    loops = 500
    return min(timeit.repeat(work, number=loops, repeat=40)) / loops * 1e6


def test_a_deadline_with_its_lights_takes_less_than_five_microseconds() -> None:
    calendar, policy, trigger = national(), Policy(), at("2025-06-16T10:00")
    slower = max(1.0, microseconds(lambda: sum(range(100))) / YARDSTICK)
    assert microseconds(lambda: handle_deadline(trigger, calendar=calendar, policy=policy)) < LIMIT * slower
