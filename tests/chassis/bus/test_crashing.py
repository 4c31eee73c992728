"""kill -9 of a worker between every two steps of an event's way, and at random moments: nothing lost, nothing twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import suppress

import pytest

from chassis.bus.routes import listeners_by_type
from tests.chassis.bus.town.crashing import MOMENTS
from tests.chassis.bus.town.folk import Town, until

LISTENERS = listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]
FAILING = LISTENERS[0]


def all_once(town: Town, orders: list[str]) -> bool:
    return not wrong(town, orders)


def wrong(town: Town, orders: list[str]) -> list[str]:
    """What is lost, twice or not done with."""
    found = [] if town.everything_sent() else ["something is unsent"]
    for listener in LISTENERS:
        seen = town.seen(listener)
        found += [f"{listener} lacks {order}" for order in Counter(orders) - seen]
        found += [f"{listener} has twice {order}" for order in seen - Counter(orders)]
        found += [f"{listener} still tries {row}" for row in town.rows(listener, "retries")]
    return found


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_crash_between_two_steps(town: Town, moment: str) -> None:
    town.trouble(FAILING, "order-7")
    orders = [f"order-{number}" for number in range(130)]
    worker = town.start(crash=moment, wait=False)
    town.tell(orders)
    if "dropped" in moment:
        until(lambda: town.rows(FAILING, "retries"))
        town.mend(FAILING)
    until(lambda: worker.poll() is not None)
    assert worker.returncode == -9, town.log()
    town.start()
    town.mend(FAILING)
    until(lambda: all_once(town, orders))


def _crash_again_and_again(town: Town, times: int, seed: int) -> None:
    moments = random.Random(seed)
    orders: list[str] = []
    town.trouble(FAILING, "order-3-3")
    for crash in range(times):
        worker = town.start()
        for part in range(4):
            fresh = [f"order-{crash}-{part * 40 + number}" for number in range(40)]
            town.tell(fresh)
            orders += fresh
            time.sleep(moments.uniform(0, 0.4))
        worker.kill()
        worker.wait()
    town.mend(FAILING)
    town.run("chassis.parked", "send", FAILING, "--all")
    town.start()
    with suppress(AssertionError):
        until(lambda: all_once(town, orders), 120)
    assert wrong(town, orders) == []


def test_crashes_at_random_moments(town: Town) -> None:
    _crash_again_and_again(town, 4, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 7))
def test_many_crashes_at_random_moments(town: Town, seed: int) -> None:
    _crash_again_and_again(town, 10, seed)
