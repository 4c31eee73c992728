"""A copy of every message that one service tells or orders another over RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kombu import Connection, Exchange, Queue, binding

from chassis.bus.routes import exchange_of, listeners_of
from chassis.settings import worker_names

CALLS = Exchange("nameko-rpc", type="topic", durable=True)
Copies = Callable[[], list[bytes]]


@contextmanager
def tapped(amqp_uri: str) -> Iterator[Copies]:
    """Answers, when asked, the bodies of all messages since the last time."""
    bindings = [binding(exchange_of(source), listener) for source in worker_names() for listener in listeners_of(source)]
    bindings.append(binding(CALLS, "#"))
    with Connection(amqp_uri) as connection:
        queue = Queue("tap", bindings=bindings, exclusive=True, auto_delete=True)(connection.channel())
        queue.declare()

        def copies() -> list[bytes]:
            bodies = []
            while message := queue.get(no_ack=True):
                body = message.body
                bodies.append(body if isinstance(body, bytes) else str(body).encode())
            return bodies

        yield copies
