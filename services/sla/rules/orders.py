"""An order's dates, put together from snapshots that come in any order and more than once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from regulation.terms import Light
from services.sla.rules.clocks import Clock, Key, State, rank


@dataclass(frozen=True, order=True, slots=True)
class Seen:
    """A snapshot that was taken in: its version, the round it spoke of, its instant."""

    version: int
    round: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What sla keeps of an order beside its dates."""

    tenant_id: str
    handling_tenant_id: str
    ticket_id: str
    number: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order after an event, as dispatch told it: the dates of its round and others that changed."""

    order_id: str
    facts: Facts
    seen: Seen
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order's dates. `light` is its light as last told, `turns` counts what was told of it."""

    order_id: str
    facts: Facts
    seen: tuple[Seen, ...]
    clocks: Mapping[Key, Clock] = field(default_factory=lambda: MappingProxyType({}))
    light: Light = Light.NONE
    turns: int = 0

    @property
    def newest(self) -> Seen:
        """The newest snapshot that was taken in."""
        return max(self.seen)


def take(order: Order | None, snapshot: Snapshot) -> Order:
    """The order with a snapshot taken in; an older one tells only what no newer one spoke of."""
    if order is None:
        order = Order(snapshot.order_id, snapshot.facts, ())
    elif any(seen.version == snapshot.seen.version for seen in order.seen):
        return order
    clocks = dict(order.clocks)
    for told in snapshot.clocks:
        clocks[told.key] = _newer(clocks.get(told.key), told)
    seen = tuple(sorted((*order.seen, snapshot.seen)))
    facts = snapshot.facts if seen[-1] == snapshot.seen else order.facts
    replaced = {key: _with_replaced(clock, seen, clocks.values()) for key, clock in clocks.items()}
    return replace(order, facts=facts, seen=seen, clocks=replaced)


def shown(clocks: Iterable[Clock]) -> Clock | None:
    """The date whose light is the order's: the worst that runs; once none runs, the worst of those stopped last."""
    lit = [clock for clock in clocks if clock.is_lit]
    running = [clock for clock in lit if clock.is_open]
    if running:
        return max(running, key=_gravity)
    stopped = [clock for clock in lit if clock.state is State.STOPPED and clock.stopped_at is not None]
    last = max((clock.stopped_at for clock in stopped if clock.stopped_at), default=None)
    return max((clock for clock in stopped if clock.stopped_at == last), key=_gravity, default=None)


def light_shown(clocks: Iterable[Clock]) -> Light:
    """The order's light."""
    clock = shown(clocks)
    return clock.light if clock else Light.NONE


def _newer(known: Clock | None, told: Clock) -> Clock:
    if known is None:
        return told
    newest = told if told.version > known.version else known
    return replace(newest, light=known.light, since=min(known.since, told.since))


def _with_replaced(clock: Clock, seen: tuple[Seen, ...], clocks: Iterable[Clock]) -> Clock:
    """A snapshot lists all dates of its round: one it leaves out, or whose next version runs, is replaced from then on."""
    if clock.state not in (State.RUNNING, State.HELD):
        return replace(clock, replaced_at=None) if clock.replaced_at else clock
    round_, kind, version = clock.key.round, clock.key.kind, clock.key.deadline_version
    left_out = [each.at for each in seen if each.version > clock.version and each.round == round_]
    succeeded = [each.since for each in clocks if (each.key.round, each.key.kind) == (round_, kind) and each.key.deadline_version > version]
    replaced_at = min([*left_out, *succeeded], default=None)
    return clock if replaced_at == clock.replaced_at else replace(clock, replaced_at=replaced_at)


def _gravity(clock: Clock) -> tuple[int, float, Key]:
    return rank(clock.light), -clock.deadline.deadline_at.timestamp(), clock.key
