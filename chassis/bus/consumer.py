"""Receiving: a nameko entrypoint for each (listener, source)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from enum import StrEnum, auto
from functools import partial
from typing import Any

import eventlet
from amqp.exceptions import AMQPError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import ProviderCollector
from nameko.messaging import Consumer, QueueConsumer

from chassis.bus import metrics
from chassis.bus.envelope import Malformed, read_all
from chassis.bus.failing import is_away, said_of
from chassis.bus.inbox import Inbox
from chassis.bus.routes import queue_of

LOG = logging.getLogger(__name__)
GRACE_SECONDS = 3
FIRST_DELAY = 0.1
LONGEST_DELAY = 10.0
# The connection went away between delivery and answer: the broker has taken the message back already.
GONE = (OSError, AttributeError, KeyError, AMQPError)


class Outcome(StrEnum):
    """What becomes of a message."""

    TAKEN = auto()
    PUT_BACK = auto()
    REFUSED = auto()


class SteadyQueueConsumer(QueueConsumer):
    """nameko's, but answering a message survives a dropped connection, and it knows whether it consumes."""

    def __init__(self) -> None:
        super().__init__()
        self.consuming = False

    def ack_message(self, message: Any) -> None:
        """Ack it, if anyone is there to hear."""
        self._answer(message.ack)

    def requeue_message(self, message: Any) -> None:
        """Put it back, if anyone is there to hear."""
        self._answer(message.requeue)

    def refuse_message(self, message: Any) -> None:
        """Give it up to the broker's own rules."""
        self._answer(message.reject)

    def on_consume_ready(self, *arguments: Any, **options: Any) -> None:
        """Connected, after a loss too."""
        self.consuming = True
        super().on_consume_ready(*arguments, **options)

    def consume(self, *arguments: Any, **options: Any) -> Iterator[None]:
        """Until the connection is lost or the consumer stops."""
        try:
            yield from super().consume(*arguments, **options)
        finally:
            self.consuming = False

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Says nothing of the body: it may hold anything."""
        metrics.REFUSED.labels(self.container.service_name, "unknown").inc()
        LOG.error("refused a message that is no JSON: %s", type(exc).__name__)
        self.refuse_message(message)

    def unregister_provider(self, provider: Any) -> None:
        """nameko waits until the broker was told; one that is away never is."""
        with eventlet.Timeout(GRACE_SECONDS, False):
            super().unregister_provider(provider)
            return
        ProviderCollector.unregister_provider(self, provider)

    def stop(self) -> None:
        """Likewise: whoever is still trying to connect is cut off."""
        with eventlet.Timeout(GRACE_SECONDS, False):
            super().stop()
            return
        self._gt.kill()

    def _answer(self, answer: Any) -> None:
        try:
            answer()
        except GONE as error:
            LOG.warning("could not answer a message, it will come again: %s", type(error).__name__)


class EventConsumer(Consumer):
    """Takes what one source tells this service."""

    queue_consumer = SteadyQueueConsumer()

    def __init__(self, inbox: Inbox, source: str) -> None:
        super().__init__(queue_of(inbox.store.service, source))
        self._inbox = inbox
        self._source = source
        self._delay = FIRST_DELAY
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Take no more; a message that waits to be put back is put back at once."""
        self._stopping.set()
        super().stop()

    def handle_message(self, body: Any, message: Any) -> None:
        """A worker for the message."""
        retold = "retold" in (message.headers or {})
        try:
            self.container.spawn_worker(self, (body, retold), {}, handle_result=partial(self.handle_result, message))
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def handle_result(self, message: Any, _worker: Any, result: Any = None, exc_info: Any = None) -> tuple[Any, Any]:
        """Answer the message: ack what is taken, put back after a growing delay what the database could not take."""
        if result is Outcome.TAKEN:
            self._delay = FIRST_DELAY
            self.queue_consumer.ack_message(message)
        elif result is Outcome.REFUSED:
            self.queue_consumer.refuse_message(message)
        else:
            metrics.PUT_BACK.labels(self._inbox.store.service, self._source).inc()
            self._stopping.wait(self._delay)
            self._delay = min(self._delay * 2, LONGEST_DELAY)
            self.queue_consumer.requeue_message(message)
        return result, exc_info


def take(inbox: Inbox, source: str, body: Any, *, retold: bool) -> Outcome:
    """Take a message's events into the inbox; raises nothing, for nameko would log it with values of the payload."""
    service = inbox.store.service
    try:
        inbox.take(source, read_all(body), retold=retold)
    except Malformed as error:
        metrics.REFUSED.labels(service, source).inc()
        LOG.error("refused a message from %s: %s", source, error)  # noqa: TRY400 - its place says nothing
        return Outcome.REFUSED
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must not be lost
        LOG.log(logging.WARNING if is_away(error) else logging.ERROR, "put back a message from %s: %s", source, said_of(error))
        return Outcome.PUT_BACK
    return Outcome.TAKEN
