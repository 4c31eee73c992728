"""The queue inside a process, with kombu alone: here threads are threads."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.exceptions import ChannelError

from chassis.bus import inproc
from chassis.bus.carrier import Awaiting, NotCarried
from chassis.bus.envelope import Letter
from chassis.bus.routes import listeners_of, queue_of


@pytest.fixture(autouse=True)
def _known() -> None:
    inproc.register()


@pytest.fixture
def queue() -> Queue:
    name = secrets.token_hex(4)
    return Queue(name, Exchange(f"{name}.events", type="direct", durable=True), routing_key=name, durable=True)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection(inproc.URI) as connection:
        yield connection


def publish(connection: Connection, queue: Queue, body: Any, **options: Any) -> None:
    producer = Producer(connection.channel(), serializer="json")
    producer.publish(body, exchange=queue.exchange, routing_key=queue.routing_key, mandatory=True, **options)


def test_what_is_published_is_delivered_to_another_connection(connection: Connection, queue: Queue) -> None:
    queue(connection.channel()).declare()
    received: list[Any] = []
    with Connection(inproc.URI) as other, Consumer(other.channel(), [queue], on_message=received.append):
        later = threading.Timer(0.2, publish, (connection, queue, {"n": 1}))
        later.start()
        other.drain_events(timeout=30)
        later.join()
        received[0].ack()
        with pytest.raises(TimeoutError):
            other.drain_events(timeout=0.01)
    assert [message.decode() for message in received] == [{"n": 1}]


def test_what_nobody_awaits_is_refused(connection: Connection, queue: Queue) -> None:
    queue.exchange(connection.channel()).declare()
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(connection, queue, 1)


def test_what_was_not_acked_comes_again_when_the_connection_ends(connection: Connection, queue: Queue) -> None:
    queue(connection.channel()).declare()
    publish(connection, queue, "again")
    received: list[Any] = []
    for _ in range(2):
        with Connection(inproc.URI) as other, Consumer(other.channel(), [queue], callbacks=[lambda body, _: received.append(body)]):
            other.drain_events(timeout=30)
    assert received == ["again", "again"]


def test_no_more_than_asked_for_is_delivered_unacked(connection: Connection, queue: Queue) -> None:
    queue(connection.channel()).declare()
    for number in range(3):
        publish(connection, queue, number)
    received: list[Any] = []
    with Consumer(connection.channel(), [queue], callbacks=[lambda _, message: received.append(message)], prefetch_count=1):
        connection.drain_events(timeout=30)
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.05)
        received[0].ack()
        connection.drain_events(timeout=30)
        received[1].requeue()
        connection.drain_events(timeout=30)
    assert [message.payload for message in received] == [0, 1, 2]


def test_a_carrier_waits_for_the_acks_of_its_listeners() -> None:
    listener, *_ = listeners_of("sla")
    carrier = Awaiting("sla", [listener])
    sending = threading.Thread(target=carrier.send, args=([Letter(name, listener, "[1]", 1) for name in "ab"],))
    received: list[Any] = []
    with Connection(inproc.URI) as connection, Consumer(connection.channel(), [queue_of(listener, "sla")], on_message=received.append):
        sending.start()
        while len(received) < 2:
            connection.drain_events(timeout=30)
        received[0].ack()
        sending.join(0.3)
        assert sending.is_alive()
        received[1].ack()
        sending.join(5)
        assert not sending.is_alive()
    assert [message.properties["message_id"] for message in received] == ["a", "b"]


def test_a_carrier_that_is_closed_waits_no_more() -> None:
    listener, *_ = listeners_of("sla")
    carrier = Awaiting("sla", [listener])
    threading.Timer(0.1, carrier.close).start()
    with pytest.raises(NotCarried):
        carrier.send([Letter("c", listener, "[3]", 1)])


def test_a_carrier_passes_over_whoever_has_no_worker_yet() -> None:
    listener, *_ = listeners_of("sla")
    Awaiting("sla", []).send([Letter("d", listener, "[4]", 1)])
