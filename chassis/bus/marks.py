"""What a worker class declares about its methods, and what is read from the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.bus.routes import events_told_to, source_of
from chassis.store import Store, Tx

M = TypeVar("M", bound=Message)
Handler = Callable[[Any, M, Tx], None]
Tick = Callable[[Any, Store], None]
H = TypeVar("H", bound=Callable[[Any, Any, Tx], None])
T = TypeVar("T", bound=Tick)

LISTENS = "hotline_listens"
TICKS = "hotline_ticks"


def listens(*events: type[Message]) -> Callable[[H], H]:
    """Mark a method `(self, event, tx)` that handles these events.

    It runs in one transaction with the inbox rows of its message, perhaps with other events' handlers. Its effect happens
    once for each event; the order of events is not promised, not even within an aggregate.
    """

    def mark(method: H) -> H:
        setattr(method, LISTENS, events)
        return method

    return mark


def ticks(seconds: float = 0.5) -> Callable[[T], T]:
    """Mark a method `(self, store)` that runs again `seconds` of real time after it ended, sooner when the clock was moved."""

    def mark(method: T) -> T:
        setattr(method, TICKS, seconds)
        return method

    return mark


@dataclass(frozen=True)
class Ticking:
    """A method that ticks, bound to its worker."""

    name: str
    run: Callable[[Store], None]
    seconds: float


@dataclass(frozen=True)
class Hearing:
    """A method that handles a type of event, bound to its worker."""

    event: type[Message]
    run: Callable[[Any, Tx], None]


def heard_by(worker: object) -> dict[str, Hearing]:
    """A worker's handlers by the full name of the event's message. Raises TypeError when two methods handle the same."""
    heard: dict[str, Hearing] = {}
    for _, method in _methods(worker):
        for event in getattr(method, LISTENS, ()):
            name = event.DESCRIPTOR.full_name
            if name in heard:
                raise TypeError(f"{type(worker).__name__} handles {name} in two methods")
            heard[name] = Hearing(event, method)
    return heard


def ticks_of(worker: object) -> list[Ticking]:
    """A worker's ticks."""
    return [Ticking(name, method, getattr(method, TICKS)) for name, method in _methods(worker) if hasattr(method, TICKS)]


def sources_of(worker: object) -> list[str]:
    """The services whose events a worker handles."""
    return sorted({source_of(name) for name in heard_by(worker)})


def disagreements(service: str, worker: object) -> list[str]:
    """Where a worker's methods and the events' declared listeners differ, a line of Chinese each."""
    heard, told = set(heard_by(worker)), events_told_to(service)
    deaf = [f"{name} 声明告知 {service}，但 {type(worker).__name__} 没有 @listens 它的方法" for name in sorted(told - heard)]
    vain = [f"{type(worker).__name__} 的 @listens({name}) 永远收不到：该事件的 listeners 中没有 {service}" for name in sorted(heard - told)]
    return deaf + vain


def _methods(worker: object) -> Iterator[tuple[str, Any]]:
    yield from inspect.getmembers(worker, inspect.ismethod)
