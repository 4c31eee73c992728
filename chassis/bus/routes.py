"""Which event and which command goes where: from the protos alone, no strings by hand.

A source tells through the exchange `<source>.events` (direct, durable); a message's routing key is its listener's name,
and it waits in the durable queue `<listener>.from.<source>`. A receiver is commanded by nameko's RPC.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from google.protobuf.descriptor import Descriptor
from kombu import Exchange, Queue

import hotline
from chassis.declared import command_of
from hotline.options.v1 import options_pb2


def source_of(type_name: str) -> str:
    """The service that tells an event: the middle word of its package (hotline.dispatch.v1.OrderChanged → dispatch)."""
    return type_name.split(".")[1]


def exchange_of(source: str) -> Exchange:
    """Where a service tells its events."""
    return Exchange(f"{source}.events", type="direct", durable=True)


def queue_of(listener: str, source: str) -> Queue:
    """Where what a service told waits for a listener."""
    return Queue(f"{listener}.from.{source}", exchange_of(source), routing_key=listener, durable=True)


@lru_cache
def listeners_by_type(source: str) -> dict[str, tuple[str, ...]]:
    """The listeners of each event a service tells, by the event's full name; those without listeners too."""
    return {message.full_name: _listeners(message) for message in _messages(source, "events") if _is_event(message)}


def listeners_of(source: str) -> tuple[str, ...]:
    """Whoever listens to any event of a service."""
    return tuple(sorted({listener for listeners in listeners_by_type(source).values() for listener in listeners}))


def witnesses_of(service: str) -> tuple[str, ...]:
    """The services that keep the daily heads of another's journal: those its JournalSealed is told to."""
    return listeners_by_type(service).get(f"hotline.{service}.v1.JournalSealed", ())


def events_told_to(listener: str) -> frozenset[str]:
    """Full names of all events that concern a service."""
    told = map(listeners_by_type, _packages())
    return frozenset(name for types in told for name, listeners in types.items() if listener in listeners)


@lru_cache
def commands_to(receiver: str) -> dict[str, options_pb2.Command | None]:
    """What the commands of a service declare, by their full names; None where one declares nothing."""
    return {message.full_name: command_of(message.GetOptions()) for message in _messages(receiver, "commands")}


def orders_of(source: str, receiver: str) -> tuple[str, ...]:
    """Full names of the commands to a receiver that a service may order."""
    return tuple(name for name, declared in commands_to(receiver).items() if declared and source in declared.callers)


def callers_of(receiver: str) -> frozenset[str]:
    """Whoever may order a service to do anything."""
    return frozenset(caller for declared in commands_to(receiver).values() if declared for caller in declared.callers)


def receivers_of(source: str) -> tuple[str, ...]:
    """Whoever a service may order to do anything."""
    return tuple(sorted(name for name in _packages() if orders_of(source, name)))


@lru_cache
def consumers_by_type(source: str) -> dict[str, tuple[str, ...]]:
    """Whom each event and each command of a service goes to, by its full name."""
    orders = {name: (receiver,) for receiver in receivers_of(source) for name in orders_of(source, receiver)}
    return {**listeners_by_type(source), **orders}


@lru_cache
def _packages() -> frozenset[str]:
    return frozenset(folder.name for path in hotline.__path__ for folder in Path(path).iterdir() if folder.is_dir())


def _messages(service: str, kind: str) -> Iterable[Descriptor]:
    name = f"hotline.{service}.v1.{kind}_pb2"
    try:
        found = find_spec(name)
    except ModuleNotFoundError:
        return ()
    return import_module(name).DESCRIPTOR.message_types_by_name.values() if found else ()


def _is_event(message: Descriptor) -> bool:
    return bool(message.GetOptions().HasExtension(options_pb2.event))


def _listeners(message: Descriptor) -> tuple[str, ...]:
    return tuple(message.GetOptions().Extensions[options_pb2.event].listeners)
