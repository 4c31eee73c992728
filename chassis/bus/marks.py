"""What a worker class declares about its methods, and what is read from the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.bus.routes import commands_to, events_told_to, source_of
from chassis.store import Store, Tx

M = TypeVar("M", bound=Message)
Handler = Callable[[Any, M, Tx], None]
Tick = Callable[[Any, Store], None]
H = TypeVar("H", bound=Callable[[Any, Any, Tx], None])
T = TypeVar("T", bound=Tick)

LISTENS = "hotline_listens"
TOGETHER = "hotline_together"
TAKES = "hotline_takes"
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


def listens_together(event: type[Message]) -> Callable[[H], H]:
    """Mark a method `(self, events, tx)` that handles whatever a message holds of an event at once, in the order it was told.

    For what is told so often that a query for each would not keep up. All else is as for `listens`; one that fails is
    found by halving, so the method must stand being given any part of the events.
    """

    def mark(method: H) -> H:
        setattr(method, LISTENS, (event,))
        setattr(method, TOGETHER, True)
        return method

    return mark


def takes(*commands: type[Message]) -> Callable[[H], H]:
    """Mark a method `(self, command, tx)` that carries out these commands, of which its service is the receiver.

    It runs as an event's handler does. Whoever ordered knows no more than that the command is stored: the outcome is an event.
    """

    def mark(method: H) -> H:
        setattr(method, TAKES, commands)
        return method

    return mark


def ticks(seconds: float = 0.5, *, heeds_clock: bool = True) -> Callable[[T], T]:
    """Mark a method `(self, store)` that runs again `seconds` of real time after it ended, sooner when the clock it heeds was moved."""

    def mark(method: T) -> T:
        setattr(method, TICKS, (seconds, heeds_clock))
        return method

    return mark


@dataclass(frozen=True)
class Ticking:
    """A method that ticks, bound to its worker."""

    name: str
    run: Callable[[Store], None]
    seconds: float
    heeds_clock: bool = True


@dataclass(frozen=True)
class Hearing:
    """A method that handles a type of event or command, bound to its worker."""

    event: type[Message]
    run: Callable[[Any, Tx], None]
    together: bool = False


def heard_by(worker: object) -> dict[str, Hearing]:
    """A worker's handlers by the full name of the event or command. Raises TypeError when two methods handle the same."""
    return {**_marked(worker, LISTENS), **_marked(worker, TAKES)}


def ticks_of(worker: object) -> list[Ticking]:
    """A worker's ticks."""
    return [Ticking(name, method, *getattr(method, TICKS)) for name, method in _methods(worker) if hasattr(method, TICKS)]


def sources_of(worker: object) -> list[str]:
    """The services whose events a worker handles."""
    return sorted({source_of(name) for name in _marked(worker, LISTENS)})


def disagreements(service: str, worker: object) -> list[str]:
    """Where a worker's methods and what events and commands declare differ, a line of Chinese each."""
    heard, told = set(_marked(worker, LISTENS)), events_told_to(service)
    deaf = [f"{name} 声明告知 {service}，但 {type(worker).__name__} 没有 @listens 它的方法" for name in sorted(told - heard)]
    vain = [f"{type(worker).__name__} 的 @listens({name}) 永远收不到：该事件的 listeners 中没有 {service}" for name in sorted(heard - told)]
    return deaf + vain + _disordered(service, worker)


def _disordered(service: str, worker: object) -> list[str]:
    taken, ordered, name = set(_marked(worker, TAKES)), commands_to(service), type(worker).__name__
    strays = [each for each, declared in ordered.items() if declared is None or declared.receiver != service]
    return [
        *(f"{each} 在 {service} 的指令之中，却没有声明 receiver 为 {service}" for each in strays),
        *(f"{each} 声明由 {service} 接收，但 {name} 没有 @takes 它的方法" for each in sorted(ordered.keys() - taken - {*strays})),
        *(f"{name} 的 @takes({each}) 永远收不到：它不是由 {service} 接收的指令" for each in sorted(taken - ordered.keys())),
    ]


def _marked(worker: object, mark: str) -> dict[str, Hearing]:
    marked: dict[str, Hearing] = {}
    for _, method in _methods(worker):
        for message in getattr(method, mark, ()):
            name = message.DESCRIPTOR.full_name
            if name in marked:
                raise TypeError(f"{type(worker).__name__} handles {name} in two methods")
            marked[name] = Hearing(message, method, hasattr(method, TOGETHER))
    return marked


def _methods(worker: object) -> Iterator[tuple[str, Any]]:
    yield from inspect.getmembers(worker, inspect.ismethod)
