"""kill -9 of a worker between every two steps of an event's way, and at random moments: nothing lost, nothing twice."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from chassis.bus.routes import listeners_by_type
from tests.chassis.bus.conftest import SERVERS, MakeTown
from tests.chassis.bus.town.crashing import MOMENTS
from tests.chassis.bus.town.folk import Town, until

LISTENERS = listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]
FAILING = LISTENERS[0]


def all_once(town: Town, orders: list[str]) -> bool:
    return town.everything_sent() and all(town.seen(listener) == Counter(orders) for listener in LISTENERS)


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
    until(lambda: all_once(town, orders) and not town.rows(FAILING, "retries"))


def _crash_again_and_again(town: Town, times: int) -> None:
    moments = random.Random(times)
    orders: list[str] = []
    town.trouble(FAILING, "order-3-3")
    for crash in range(times):
        worker = town.start(wait=False)
        for part in range(4):
            fresh = [f"order-{crash}-{part * 40 + number}" for number in range(40)]
            town.tell(fresh)
            orders += fresh
            time.sleep(0.2)
        time.sleep(moments.uniform(0, 3))
        worker.kill()
        worker.wait()
    town.mend(FAILING)
    town.start()
    until(lambda: all_once(town, orders) and not town.rows(FAILING, "retries"), 120)


def test_crashes_at_random_moments(town: Town) -> None:
    _crash_again_and_again(town, 4)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["embedded", SERVERS])
def test_many_crashes_at_random_moments(request: pytest.FixtureRequest, kind: str) -> None:
    make: MakeTown = request.getfixturevalue(f"{kind}_town")
    _crash_again_and_again(make(), 40)
