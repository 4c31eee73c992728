from __future__ import annotations

import timeit

from regulation.calendar import national
from regulation.policy import Policy
from regulation.terms import handle_deadline
from tests.regulation.instants import at

LIMIT = 5e-6
"""Seconds a deadline with its lights may take: a reader of a whole district's open orders waits for thousands."""


def test_a_deadline_with_its_lights_takes_less_than_five_microseconds() -> None:
    calendar, policy, trigger = national(), Policy(), at("2025-06-16T10:00")
    loops = 2000
    best = min(timeit.repeat(lambda: handle_deadline(trigger, calendar=calendar, policy=policy), number=loops, repeat=30))
    assert best / loops < LIMIT
