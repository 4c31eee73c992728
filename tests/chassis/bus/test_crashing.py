"""kill -9 of a worker between every two steps of an event's or a command's way, and at random moments: nothing lost, nothing twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

from chassis.bus.routes import listeners_by_type
from tests.chassis.bus.town.crashing import MOMENTS
from tests.chassis.bus.town.folk import Town, until

LISTENERS = listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]
FAILING = LISTENERS[0]
EVERYBODY = (*LISTENERS, "bell")
WAYS = {"event": LISTENERS, "command": ("bell",)}


def all_once(town: Town, orders: list[str], listeners: tuple[str, ...] = LISTENERS) -> bool:
    return not wrong(town, orders, listeners)


def wrong(town: Town, orders: list[str], listeners: tuple[str, ...] = LISTENERS) -> list[str]:
    """What is lost, twice or not done with."""
    found = [] if town.everything_sent() else ["something is unsent"]
    for listener in listeners:
        seen = town.seen(listener)
        found += [f"{listener} lacks {order}" for order in Counter(orders) - seen]
        found += [f"{listener} has twice {order}" for order in seen - Counter(orders)]
        found += [f"{listener} still tries {row}" for row in town.rows(listener, "retries")]
    return found


def _crashes() -> Iterator[Any]:
    """Every moment of either way on either kind of town; each time every moment once, all of it by make proof."""
    each_time = {("servers", "event"): MOMENTS[::2], ("embedded", "command"): MOMENTS[1::2]}
    for where, way, moment in product(("servers", "embedded"), WAYS, MOMENTS):
        marks = [pytest.mark.servers] if where == "servers" else []
        if moment not in each_time.get((where, way), ()):
            marks.append(pytest.mark.proof)
        yield pytest.param(where, WAYS[way], moment, id=f"{where}-{way}-{moment}", marks=marks)


@pytest.mark.parametrize(("make_town", "listeners", "moment"), list(_crashes()), indirect=["make_town"])
def test_a_crash_between_two_steps(town: Town, listeners: tuple[str, ...], moment: str) -> None:
    failing = listeners[0]
    town.trouble(failing, "order-7")
    orders = [f"order-{number}" for number in range(130)]
    worker = town.start(crash=moment, wait=False)
    (town.order if failing == "bell" else town.tell)(orders)
    if "dropped" in moment:
        until(lambda: town.rows(failing, "retries"))
        town.mend(failing)
    until(lambda: worker.poll() is not None)
    assert worker.returncode == -9, town.log()
    town.start()
    town.mend(failing)
    until(lambda: all_once(town, orders, listeners))


def _crash_again_and_again(town: Town, times: int, seed: int) -> None:
    moments = random.Random(seed)
    orders: list[str] = []
    town.trouble(FAILING, "order-3-3")
    for crash in range(times):
        worker = town.start()
        for part in range(4):
            fresh = [f"order-{crash}-{part * 40 + number}" for number in range(40)]
            town.tell(fresh)
            town.order(fresh)
            orders += fresh
            time.sleep(moments.uniform(0, 0.4))
        worker.kill()
        worker.wait()
    town.mend(FAILING)
    town.run("chassis.parked", "send", FAILING, "--all")
    town.start()
    with suppress(AssertionError):
        until(lambda: all_once(town, orders, EVERYBODY), 120)
    assert wrong(town, orders, EVERYBODY) == []


def test_crashes_at_random_moments(town: Town) -> None:
    _crash_again_and_again(town, 4, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 7))
def test_many_crashes_at_random_moments(town: Town, seed: int) -> None:
    _crash_again_and_again(town, 10, seed)
