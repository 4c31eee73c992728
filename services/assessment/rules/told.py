"""An order as it was told, put together from events that come late, twice and in any order: the newest word on each thing counts."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from regulation.deadlines import Kind

DateKey = tuple[int, Kind, int]


class State(enum.StrEnum):
    """Whether a date runs; spelt as dispatch tells it."""

    RUNNING = "RUNNING"
    HELD = "HELD"
    STOPPED = "STOPPED"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class Date:
    """A date that runs against the unit that leads a round. `told`: by which version of the order it was told last."""

    round: int
    kind: Kind
    version: int
    told: int
    unit_id: str
    state: State
    deadline_at: dt.datetime
    stopped_at: dt.datetime | None = None

    @property
    def key(self) -> DateKey:
        """What it is known by within its order."""
        return self.round, self.kind, self.version


@dataclass(frozen=True, slots=True)
class Mark:
    """A verb that a rate looks at, in the round it is about; with what a call-back obtained."""

    version: int
    round: int
    verb: str
    at: dt.datetime
    late: bool = False
    process: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A round: since when by the oldest word, and which district handles it by the newest."""

    began: tuple[int, dt.datetime]
    handled: tuple[int, str]


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an order beside its rounds."""

    tenant_id: str
    ticket_id: str
    number: str
    outer_order_id: str
    handling_tenant_id: str
    category: str
    # Who leads it; empty: nobody.
    unit_id: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An event: the order after it."""

    order_id: str
    version: int
    about: About
    dates: tuple[Date, ...] = ()
    mark: Mark | None = None
    lead: tuple[int, Lead] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """All that was told of an order. `recurred`: its matter was called in again after it was closed (15(2))."""

    order_id: str
    version: int
    about: About
    dates: Mapping[DateKey, Date] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[int, Mark] = field(default_factory=lambda: MappingProxyType({}))
    leads: Mapping[int, Lead] = field(default_factory=lambda: MappingProxyType({}))
    recurred: bool = False

    @property
    def ratings(self) -> tuple[Mark, ...]:
        """What call-backs obtained, in the order of the order's versions."""
        return tuple(mark for _, mark in sorted(self.marks.items()) if mark.verb == "record_ratings")


def take(order: Order | None, told: Told) -> Order:
    """The order with an event taken in; taken in again, or after a newer one, it changes nothing it should not."""
    order = order or Order(told.order_id, 0, told.about)
    if told.version > order.version:
        order = replace(order, version=told.version, about=told.about)
    marks = order.marks if told.mark is None else {**order.marks, told.mark.version: told.mark}
    return replace(order, dates=_dates(order.dates, told.dates), marks=marks, leads=_leads(order.leads, told.lead))


def take_all(order: Order | None, events: Iterable[Told]) -> Order | None:
    """The order with several taken in."""
    for told in events:
        order = take(order, told)
    return order


def _dates(known: Mapping[DateKey, Date], told: Iterable[Date]) -> Mapping[DateKey, Date]:
    newer = {date.key: date for date in told if date.key not in known or known[date.key].told < date.told}
    return {**known, **newer} if newer else known


def _leads(known: Mapping[int, Lead], told: tuple[int, Lead] | None) -> Mapping[int, Lead]:
    if told is None:
        return known
    number, lead = told
    old = known.get(number, lead)
    return {**known, number: Lead(min(old.began, lead.began), max(old.handled, lead.handled))}
