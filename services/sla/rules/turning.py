"""What falls due on an order at an instant: turns of its lights, urgings, and those whose ground fell away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from regulation.terms import Light
from services.sla.rules.clocks import Clock, Key, Turn, light_left, rank, turns_ahead
from services.sla.rules.orders import Order, light_shown, shown


@dataclass(frozen=True, slots=True)
class Turned:
    """A turn to be told. `clock` is the date after it; `lit`: it went up because its instant came."""

    number: int
    clock: Clock
    order_light: Light
    at: dt.datetime
    lit: bool

    @property
    def urges(self) -> bool:
        """Art. 12, 13: the urging goes with the red light."""
        return self.lit and self.clock.light is Light.RED


@dataclass(frozen=True, slots=True)
class Lowered:
    """A date that shows a light the law did not turn, by what became known since: its turns above are void."""

    clock: Clock
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An order after an instant, and all that has to be told of it, in order."""

    order: Order
    turned: tuple[Turned, ...]
    lowered: tuple[Lowered, ...]


def turn(order: Order, now: dt.datetime, until: dt.datetime | None = None) -> Outcome:
    """Everything that fell due on an order by `now`, in the order of the law's instants.

    With `until`, lights whose instant lies behind it are left for the next time, so that many orders can be turned in
    one order of instants.
    """
    clocks = dict(order.clocks)
    turned: list[Turned] = []
    back_at = min(now, order.newest.at)

    def add(clock: Clock, at: dt.datetime, *, lit: bool) -> None:
        clocks[clock.key] = clock
        turned.append(Turned(order.turns + len(turned) + 1, clock, light_shown(clocks.values()), at, lit))

    lowered = _lowered(clocks)
    for each in lowered:
        add(each.clock, back_at, lit=False)
    for step, key in _due(clocks, until or now):
        add(replace(clocks[key], light=step.light), step.at, lit=True)
    told = turned[-1].order_light if turned else order.light
    if light_shown(clocks.values()) is not told:
        add(shown(clocks.values()) or max(clocks.values(), key=lambda clock: clock.key), back_at, lit=False)
    light = light_shown(clocks.values())
    after = replace(order, clocks=clocks, light=light, turns=order.turns + len(turned))
    return Outcome(after, tuple(turned), lowered)


def next_at(order: Order, now: dt.datetime) -> dt.datetime | None:
    """When something of the order falls due next; `now` when something has to be told at once; None: never by itself."""
    clocks = order.clocks
    if light_shown(clocks.values()) is not order.light or _lowered(clocks):
        return now
    return min((step.at for clock in clocks.values() for step in turns_ahead(clock)), default=None)


def _due(clocks: Mapping[Key, Clock], until: dt.datetime) -> list[tuple[Turn, Key]]:
    steps = ((step, key) for key, clock in clocks.items() for step in turns_ahead(clock) if step.at <= until)
    return sorted(steps, key=lambda due: (due[0].at, rank(due[0].light), due[1]))


def _lowered(clocks: Mapping[Key, Clock]) -> tuple[Lowered, ...]:
    left = ((clock, light_left(clock)) for clock in clocks.values())
    return tuple(Lowered(replace(clock, light=light), _why_lowered(clock)) for clock, light in left if light is not clock.light)


def _why_lowered(clock: Clock) -> str:
    if clock.is_void:
        return "该期限已作废，催办失去依据"
    if clock.answered_at is not None:
        return "承办单位在红灯亮起之前已经答复，补记后催办作废"
    if clock.replaced_at is not None:
        return "期限在红灯亮起之前已经变更，补记后催办作废"
    return "承办单位在红灯亮起之前提出的申请尚未决定，补记后催办作废"
