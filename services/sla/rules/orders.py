"""An order's dates, put together from snapshots that come in any order and more than once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from regulation.terms import Kind, Light
from services.sla.rules.clocks import Clock, Key, State, rank


@dataclass(frozen=True, order=True, slots=True)
class Seen:
    """A snapshot that was taken in: its version, its round, its instant, which dates it told and which it called void."""

    version: int
    round: int
    at: dt.datetime
    told: tuple[Key, ...] = ()
    void: tuple[Key, ...] = ()


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
    version: int
    round: int
    at: dt.datetime
    clocks: tuple[Clock, ...]

    @property
    def seen(self) -> Seen:
        """What is remembered of it."""
        told = tuple(clock.key for clock in self.clocks if clock.state is not State.VOID)
        void = tuple(clock.key for clock in self.clocks if clock.state is State.VOID)
        return Seen(self.version, self.round, self.at, told, void)


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
    order = order or Order(snapshot.order_id, snapshot.facts, ())
    if any(seen.version == snapshot.version for seen in order.seen):
        return order
    clocks = dict(order.clocks)
    for told in snapshot.clocks:
        clocks[told.key] = _merged(clocks.get(told.key), told, snapshot, order.seen)
    seen = tuple(sorted((*order.seen, snapshot.seen)))
    facts = snapshot.facts if seen[-1].version == snapshot.version else order.facts
    replaced = {key: _with_replaced(clock, seen, clocks.values()) for key, clock in clocks.items()}
    return replace(order, facts=facts, seen=seen, clocks=replaced)


def shown(clocks: Iterable[Clock]) -> Clock | None:
    """The date whose light is the order's: the lead's worst that runs; once none runs, the worst of those answered last."""
    lit = [clock for clock in clocks if clock.is_lit and not clock.is_void and not clock.key.assisting]
    if running := [clock for clock in lit if clock.is_open]:
        return max(running, key=_gravity)
    answered = [(clock.answered_at, clock) for clock in lit if clock.answered_at and not clock.replaced_at]
    last = max((at for at, _ in answered), default=None)
    return max((clock for at, clock in answered if at == last), key=_gravity, default=None)


def light_shown(clocks: Iterable[Clock]) -> Light:
    """The order's light."""
    clock = shown(clocks)
    return clock.light if clock else Light.NONE


def _merged(known: Clock | None, told: Clock, snapshot: Snapshot, seen: tuple[Seen, ...]) -> Clock:
    """The newest of what was told of a date, but that a void one keeps what was known of it before."""
    if told.state is State.VOID:
        void_at = min(known.void_at or snapshot.at, snapshot.at) if known else snapshot.at
        return replace(known or told, void_at=void_at)
    if known is None:
        return told
    is_newest = all(each.version < snapshot.version for each in seen if told.key in each.told)
    return replace(told, light=known.light, void_at=known.void_at) if is_newest else known


def _with_replaced(clock: Clock, seen: tuple[Seen, ...], clocks: Iterable[Clock]) -> Clock:
    """A date of which the round's later snapshots say nothing, or whose successor runs, is replaced from then on."""
    same = (each for each in clocks if (each.key.round, each.key.assisting) == (clock.key.round, clock.key.assisting))
    later = [each for each in same if each.key.deadline_version > clock.key.deadline_version]
    if clock.void_at is not None:
        return replace(clock, replaced_at=clock.void_at if _was_extended(clock, later) else None)
    if clock.state is State.STOPPED:
        return replace(clock, replaced_at=None)
    newest = max(each.version for each in seen if clock.key in each.told)
    left_out = [each.at for each in seen if each.version > newest and each.round == clock.key.round]
    succeeded = [_begun_at(each.key, seen) for each in later if each.key.kind is clock.key.kind]
    return replace(clock, replaced_at=min([*left_out, *succeeded], default=None))


def _begun_at(key: Key, seen: tuple[Seen, ...]) -> dt.datetime:
    return min(each.at for each in seen if key in each.told or key in each.void)


def _was_extended(clock: Clock, later: list[Clock]) -> bool:
    """11(4), 13: whether a void date gave way to an extension, or to an upgrade or downgrade: then what fell before stands.

    Otherwise the calendar was revised and the date had been wrong; or, where nothing is left in force, the round is void.
    """
    following = (each for each in later if each.key.deadline_version == clock.key.deadline_version + 1)
    extended = any(_extends(each, clock) for each in following)
    return extended and any(each.is_lit and each.void_at is None for each in later)


def _extends(extension: Clock, old: Clock) -> bool:
    # What only moved with the calendar is of the same kind; an extension of an extension is counted from where that ended.
    if extension.key.kind is old.key.kind:
        ends = (old.deadline.deadline_at, old.deadline.by_rule_at)
        return old.key.kind is Kind.EXTENSION and extension.deadline.trigger_at in ends
    return Kind.FIRST_REPORT not in (extension.key.kind, old.key.kind)


def _gravity(clock: Clock) -> tuple[int, float, Key]:
    return rank(clock.light), -clock.deadline.deadline_at.timestamp(), clock.key
