"""Which event goes where: from the protos alone, no strings by hand.

A source tells through the exchange `<source>.events` (direct, durable); a message's routing key is its listener's name,
and it waits in the durable queue `<listener>.from.<source>`.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from google.protobuf.descriptor import Descriptor
from kombu import Exchange, Queue

import hotline
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
    module = _events(source)
    messages = module.DESCRIPTOR.message_types_by_name.values() if module else ()
    return {message.full_name: _listeners(message) for message in messages if _is_event(message)}


def listeners_of(source: str) -> tuple[str, ...]:
    """Whoever listens to any event of a service."""
    return tuple(sorted({listener for listeners in listeners_by_type(source).values() for listener in listeners}))


def witnesses_of(service: str) -> tuple[str, ...]:
    """The services that keep the daily heads of another's journal: those its JournalSealed is told to."""
    return listeners_by_type(service).get(f"hotline.{service}.v1.JournalSealed", ())


def events_told_to(listener: str) -> frozenset[str]:
    """Full names of all events that concern a service."""
    folders = (folder for path in hotline.__path__ for folder in Path(path).iterdir() if folder.is_dir())
    told = (listeners_by_type(folder.name) for folder in folders)
    return frozenset(name for types in told for name, listeners in types.items() if listener in listeners)


def _events(source: str) -> ModuleType | None:
    name = f"hotline.{source}.v1.events_pb2"
    try:
        found = find_spec(name)
    except ModuleNotFoundError:
        return None
    return import_module(name) if found else None


def _is_event(message: Descriptor) -> bool:
    return bool(message.GetOptions().HasExtension(options_pb2.event))


def _listeners(message: Descriptor) -> tuple[str, ...]:
    return tuple(message.GetOptions().Extensions[options_pb2.event].listeners)
