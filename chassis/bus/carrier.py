"""What a relay hands its messages to: a broker, or the queue inside this process."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from kombu import Connection, Producer

from chassis.bus import inproc
from chassis.bus.broker import connection_to
from chassis.bus.envelope import Letter
from chassis.bus.routes import exchange_of, listeners_of, queue_of
from chassis.settings import Settings, worker_names

LOG = logging.getLogger(__name__)
CONFIRM_SECONDS = 10
CLOSING_SECONDS = 0.2


class NotCarried(Exception):
    """The carrier was closed, or refused a message, before it answered for all of them."""


class Carrier(Protocol):
    """Answers for what it is given."""

    def send(self, letters: Sequence[Letter]) -> None:
        """Returns when every message is out of our hands; what it raises leaves open which are."""

    def close(self) -> None:
        """Let go, also of whoever waits in `send`."""


def carrier_of(settings: Settings) -> Carrier:
    """The carrier of a service's events."""
    return Awaiting(settings.service, worker_names()) if settings.embedded else Confirming(settings)


class Confirming:
    """RabbitMQ answers for a message by its confirm, once it is on disk in the queue of its listener.

    All messages of a call go out first and their confirms are awaited together. Any failure ends in a fresh connection,
    on which every queue is declared anew: an exchange drops what no queue awaits.
    """

    def __init__(self, settings: Settings) -> None:
        self._source = settings.service
        self._settings = settings
        self._connection: Connection | None = None
        self._producer: Any = None
        self._unsure: set[int] = set()
        self._published = 0

    def send(self, letters: Sequence[Letter]) -> None:
        """Raises what the connection raises, and NotCarried."""
        if not letters:
            return
        try:
            if self._connection is None:
                self._connect()
            for letter in letters:
                self._unsure.add(self._published + 1)
                publish(self._producer, self._source, letter)
                self._published += 1
            while self._unsure:
                self._connection.drain_events(timeout=CONFIRM_SECONDS)  # type: ignore[union-attr]  # connected above
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go without ceremony: it may be dead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.collect()

    def _connect(self) -> None:
        self._connection = connection_to(self._settings)
        channel = self._connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._confirmed)
        channel.events["basic_nack"].add(self._refused)
        for listener in listeners_of(self._source):
            queue_of(listener, self._source)(channel).declare()
        self._producer = Producer(channel, exchange=exchange_of(self._source), auto_declare=False)
        self._unsure.clear()
        self._published = 0

    def _confirmed(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - amqp's
        self._unsure = {unsure for unsure in self._unsure if unsure > tag} if multiple else self._unsure - {tag}

    def _refused(self, _tag: int, _multiple: bool) -> None:  # noqa: FBT001 - amqp's
        raise NotCarried("nack")


class Awaiting:
    """The queue inside this process forgets on a crash, so its listeners must have acked before it answers.

    A listener that has no worker yet is passed over: what it missed, it is told by `chassis.retell` once it exists.
    """

    def __init__(self, source: str, listening: Sequence[str]) -> None:
        self._source = source
        self._listening = frozenset(listening)
        self._connection = Connection(inproc.URI)
        self._producer: Any = None
        self._closed = False

    def send(self, letters: Sequence[Letter]) -> None:
        """Raises NotCarried when closed meanwhile."""
        if self._producer is None:
            self._connect()
        letters = [letter for letter in letters if letter.listener in self._listening]
        acks = [inproc.await_ack(letter.id) for letter in letters]
        try:
            for letter in letters:
                publish(self._producer, self._source, letter)
            for ack in acks:
                self._await(ack)
        finally:
            for letter in letters:
                inproc.forget(letter.id)

    def close(self) -> None:
        """Whoever waits gets NotCarried."""
        self._closed = True

    def _connect(self) -> None:
        channel = self._connection.channel()
        for listener in listeners_of(self._source):
            queue_of(listener, self._source)(channel).declare()
            if listener not in self._listening:
                LOG.warning("%s has no worker: what %s tells it waits for a retell", listener, self._source)
        self._producer = Producer(channel, exchange=exchange_of(self._source), auto_declare=False)

    def _await(self, ack: Any) -> None:
        while not ack.wait(CLOSING_SECONDS):
            if self._closed:
                raise NotCarried("closed")


def publish(producer: Any, source: str, letter: Letter) -> None:
    """Hand one message over, to be refused when no queue awaits it."""
    producer.publish(
        letter.body,
        exchange=exchange_of(source),
        routing_key=letter.listener,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=2,
        mandatory=True,
        message_id=letter.id,
        headers={"retold": "1"} if letter.retold else {},
    )
