"""What a re-dating does to an order's dates, told before it is done: instants, lights, marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from regulation.deadlines import Kind, Light, light
from services.dispatch.rules.clocks import ANSWER
from services.dispatch.rules.order import Clock, Order

_RANKS = {Light.NONE: 0, Light.YELLOW: 1, Light.RED: 2}


@dataclass(frozen=True, slots=True)
class RedatedDate:
    """A date before and after, and the light it has by each at one instant."""

    before: Clock
    after: Clock
    light_before: Light
    light_after: Light

    @property
    def goes_back(self) -> bool:
        """Whether its light goes back."""
        return _RANKS[self.light_after] < _RANKS[self.light_before]

    @property
    def moves(self) -> bool:
        """Whether the date is another one; else only its provisional mark changes."""
        return self.before.key != self.after.key


def redated_dates(before: Order, after: Order, now: dt.datetime) -> tuple[RedatedDate, ...]:
    """The dates that make `after` another order than `before` (redating.moved), with their lights at `now`."""
    known = {each.key: each for each in before.clocks}
    found = []
    for clock in after.clocks:
        old = known.get(clock.key) or _earlier(before, clock)
        if old.key != clock.key or old.deadline.provisional != clock.deadline.provisional:
            found.append(RedatedDate(old, clock, light_at(old, now), light_at(clock, now)))
    return tuple(found)


def light_at(clock: Clock, now: dt.datetime) -> Light:
    """12, 13: the light of a date that runs, waits or was answered. Red waits while a request is undecided (11(4), 11(7))."""
    ended_at = clock.stopped_at or now
    shown = light(clock.deadline, ended_at)
    if shown is not Light.RED or not (_waits(clock) or _in_time(clock)):
        return shown
    yellow_at = clock.deadline.yellow_at
    return Light.YELLOW if yellow_at is not None and yellow_at <= ended_at else Light.NONE


def _earlier(before: Order, clock: Clock) -> Clock:
    kinds = ANSWER if clock.kind in ANSWER else frozenset({clock.kind})
    return next(each for each in _of(before, clock.round, clock.version - 1, kinds) if each.assisting == clock.assisting)


def _of(order: Order, number: int, version: int, kinds: frozenset[Kind]) -> Iterator[Clock]:
    return (each for each in order.clocks if (each.round, each.version) == (number, version) and each.kind in kinds)


def _waits(clock: Clock) -> bool:
    red_at = clock.deadline.red_at
    return clock.held_at is not None and red_at is not None and red_at > clock.held_at


def _in_time(clock: Clock) -> bool:
    return clock.stopped_at is not None and clock.stopped_at <= clock.deadline.deadline_at
