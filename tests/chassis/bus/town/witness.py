"""Workers that hear and take all that their service is told and ordered, and write down each exactly as often as they handle it."""

from __future__ import annotations

import time

from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import select

from chassis.bus import listens, takes, ticks
from chassis.bus.routes import commands_to, events_told_to, listeners_by_type
from chassis.settings import Settings
from chassis.store import Store, Tx
from chassis.telemetry import here
from tests.chassis.bus.town.crashing import arm

BEAT_SECONDS = 0.05


class Troubled(Exception):
    """Says what no operator may read."""


def witness(service: str) -> type:
    """The worker of a service of the town."""
    arm(Settings.from_env(service).data)
    told_to_it = [_class(name) for name in sorted(events_told_to(service))]
    ordered_of_it = [_class(name) for name in sorted(commands_to(service))]

    class Witness:
        name = service

        @takes(*ordered_of_it)
        @listens(*told_to_it)
        def hear(self, event: Message, tx: Tx) -> None:
            """Writes down what came, answers an `echo-` with an event of its own, and fails where there is trouble."""
            told = tx.told
            assert told is not None
            trouble = tx.store.tables["trouble"]
            found = tx.one(select(trouble).where(trouble.c.aggregate == told.aggregate))
            tx.insert(tx.store.tables["seen"], event_id=told.event_id, aggregate=told.aggregate, trace=here())
            if found:
                self._meet(event, found["seconds"])
            if told.aggregate.startswith("echo-"):
                tx.tell(_echo(service), told.aggregate.removeprefix("echo-"), told.version)

        def _meet(self, event: Message, seconds: float | None) -> None:
            if seconds is None:
                raise Troubled(f"{event} 13800138000")
            time.sleep(seconds)

        @ticks(seconds=30)
        def tick(self, store: Store) -> None:
            """Runs long, so that two at once would show."""
            ticked = store.tables["ticked"]
            number = store.across(lambda tx: len(tx.all(select(ticked)))) + 1
            time.sleep(0.2)
            store.across(lambda tx: tx.insert(ticked, number=number, at=tx.now))

        @ticks(seconds=BEAT_SECONDS)
        def beat(self, store: Store) -> None:
            """Shows that green threads go on; where `beats` lies, somebody looks."""
            beats = store.settings.data / "beats"
            if beats.exists():
                with beats.open("a") as file:
                    file.write(f"{time.monotonic()}\n")

    return Witness


def _class(name: str) -> type[Message]:
    return GetMessageClass(Default().FindMessageTypeByName(name))


def _echo(service: str) -> Message:
    told = sorted(name for name, listeners in listeners_by_type(service).items() if listeners)
    return _class(told[0])()
