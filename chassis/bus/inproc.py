"""A queue inside one process, for running without a broker: a kombu transport on which unmodified nameko runs.

kombu's own memory transport breaks nameko's calls and polls once a second. This one wakes its consumers, gives back what
was not acked, refuses what nobody awaits when asked to, and tells a sender when its message was acked: it forgets
everything when the process ends, so only then has a message arrived.
"""

# kombu is marked as typed and hardly is.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import threading
from collections import defaultdict
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, memory, virtual

URI = "inproc://localhost/"

_consuming: defaultdict[str, set[Transport]] = defaultdict(set)
_awaited: dict[str, threading.Event] = {}


def register() -> None:
    """Make `inproc://` known to kombu."""
    TRANSPORT_ALIASES["inproc"] = f"{__name__}:Transport"


def await_ack(message_id: str) -> threading.Event:
    """An event that is set when the message of this id, which is yet to be published, is acked."""
    return _awaited.setdefault(message_id, threading.Event())


def forget(message_id: str) -> None:
    """Nobody waits for it any more."""
    _awaited.pop(message_id, None)


class Channel(memory.Channel):
    """What nameko relies on and kombu's memory channel lacks."""

    do_restore = True
    body_encoding: Any = None
    queues: dict[str, Any] = {}  # noqa: RUF012 - kombu shares it between channels likewise

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """nameko reads the content type from the properties, as AMQP has it."""
        properties = {**(properties or {}), "content_type": content_type, "content_encoding": content_encoding}
        prepared: dict[str, Any] = super().prepare_message(body, priority, content_type, content_encoding, headers, properties)
        return prepared

    def basic_publish(self, message: dict[str, Any], exchange: str, routing_key: str, **options: Any) -> Any:
        """Refuses a mandatory message that no queue awaits."""
        if options.pop("mandatory", False) and exchange and not any(self._lookup(exchange, routing_key)):
            raise ChannelError("NO_ROUTE", (60, 50), "Basic.return", "312")
        return super().basic_publish(message, exchange, routing_key, **options)

    def basic_consume(self, queue: str, *arguments: Any, **options: Any) -> Any:
        """Remembers whom to wake."""
        _consuming[queue].add(self.connection)
        return super().basic_consume(queue, *arguments, **options)

    def basic_cancel(self, consumer_tag: str) -> Any:
        """Wakes this consumer no more."""
        queue = self._tag_to_queue.get(consumer_tag)
        super().basic_cancel(consumer_tag)
        if queue and queue not in self._active_queues:
            _consuming[queue].discard(self.connection)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's
        """Tells the sender, and opens the prefetch window."""
        message_id = self.qos.get(delivery_tag).properties.get("message_id")
        super().basic_ack(delivery_tag, multiple)
        if message_id in _awaited:
            _awaited[message_id].set()
        self._wake()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's
        """Opens the prefetch window."""
        super().basic_reject(delivery_tag, requeue)
        self._wake()

    def close(self) -> None:
        """Leaves the queues, which other channels share."""
        virtual.Channel.close(self)

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        for transport in tuple(_consuming[queue]):
            transport.wake.set()

    def _wake(self) -> None:
        if self.connection:
            self.connection.wake.set()


class Transport(memory.Transport):
    """A connection to the process's own queues."""

    Channel = Channel
    global_state = virtual.BrokerState()
    driver_type = driver_name = "inproc"
    recoverable_connection_errors = ()
    recoverable_channel_errors = ()

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.wake = threading.Event()

    def drain_events(self, connection: Any, timeout: float | None = None, **_options: Any) -> Any:  # noqa: ARG002 - kombu's
        """Deliver the next message, asleep until there is one. Raises TimeoutError after so many seconds."""
        cycle: Any = self.cycle
        end = None if timeout is None else monotonic() + timeout
        while True:
            self.wake.clear()
            try:
                return cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = None if end is None else end - monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError from None
                self.wake.wait(left)
