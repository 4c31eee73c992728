"""The broker's connections dropped, the database away, the broker's queues gone: nothing lost, nothing twice, no hot loop."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from kombu import Connection, Producer

from chassis.bus.routes import listeners_by_type
from tests.chassis.bus.conftest import MakeTown
from tests.chassis.bus.town.folk import Town, until
from tests.chassis.bus.town.road import Road, road_to

pytestmark = pytest.mark.servers
LISTENERS = listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]


@pytest.fixture
def to_broker(empty_vhost: str) -> Iterator[tuple[Road, str]]:
    with road_to(empty_vhost) as road:
        yield road


@pytest.fixture
def to_database(database_url: str) -> Iterator[tuple[Road, str]]:
    with road_to(database_url) as road:
        yield road


def all_once(town: Town, orders: list[str]) -> bool:
    return town.everything_sent() and all(town.seen(listener) == Counter(orders) for listener in LISTENERS)


def test_dropped_connections_to_the_broker(to_broker: tuple[Road, str], servers_town: MakeTown) -> None:
    road, uri = to_broker
    town = servers_town(AMQP_URI=uri)
    worker = town.start()
    for listener in LISTENERS:
        town.trouble(listener, "slow", seconds=0.5)
    orders: list[str] = []
    for cut in range(5):
        fresh = ["slow", *(f"order-{cut}-{number}" for number in range(100))]
        town.tell(fresh)
        orders += fresh
        time.sleep(0.3)
        road.cut()
    until(lambda: all_once(town, orders))
    assert worker.poll() is None
    assert town.get("/healthz")[0] == 200


def test_a_broker_that_is_away_for_a_while(to_broker: tuple[Road, str], servers_town: MakeTown) -> None:
    road, uri = to_broker
    town = servers_town(AMQP_URI=uri)
    worker = town.start()
    with road.closed():
        town.tell(["order-1"])
        until(lambda: town.get("/healthz")[0] == 503)
        time.sleep(3)
        assert not town.everything_sent()
    until(lambda: all_once(town, ["order-1"]))
    until(lambda: town.get("/healthz")[0] == 200)
    assert worker.poll() is None


def test_a_worker_stops_while_the_broker_is_away(to_broker: tuple[Road, str], servers_town: MakeTown) -> None:
    road, uri = to_broker
    town = servers_town(AMQP_URI=uri)
    worker = town.start()
    with road.closed():
        town.tell(["order-1"])
        until(lambda: town.get("/healthz")[0] == 503)
        worker.terminate()
        assert worker.wait(12) == 0, town.log()


def test_a_database_that_is_away_for_a_while(to_database: tuple[Road, str], servers_town: MakeTown) -> None:
    road, url = to_database
    town = servers_town(DATABASE_URL=url)
    worker = town.start()
    for listener in LISTENERS:
        town.trouble(listener, "slow", seconds=2)
    orders = ["slow", *(f"order-{number}" for number in range(200))]
    town.tell(orders)
    time.sleep(1)
    with road.closed():
        time.sleep(4)
        put_back = sum(town.metric(f'hotline_messages_put_back_total{{service="{listener}",source="dispatch"}}') for listener in LISTENERS)
        assert 1 <= put_back < 10 * len(LISTENERS)
    until(lambda: all_once(town, orders))
    assert not any(town.rows(listener, "retries") for listener in LISTENERS)
    assert worker.poll() is None


def test_a_queue_that_was_deleted_is_declared_again(servers_town: MakeTown, empty_vhost: str) -> None:
    town = servers_town()
    worker = town.start()
    town.tell(["order-1"])
    until(lambda: all_once(town, ["order-1"]))
    with Connection(empty_vhost) as connection:
        connection.channel().queue_delete(f"{LISTENERS[0]}.from.dispatch")
    town.tell(["order-2"])
    until(lambda: all_once(town, ["order-1", "order-2"]))
    assert worker.poll() is None


def test_replicas_share_the_work(servers_town: MakeTown) -> None:
    town = servers_town()
    for name in ("dispatch", "dispatch", *LISTENERS, LISTENERS[0]):
        town.start(name, wait=False)
    orders = [f"order-{number}" for number in range(1000)]
    town.trouble(LISTENERS[0], "order-500")
    for start in range(0, 1000, 100):
        town.tell(orders[start : start + 100])
    until(lambda: len(town.seen(LISTENERS[0])) == 999)
    town.mend(LISTENERS[0])
    until(lambda: all_once(town, orders))


def test_messages_that_no_relay_wrote_are_refused(servers_town: MakeTown, empty_vhost: str) -> None:
    town = servers_town()
    worker = town.start()
    queue, listener = f"{LISTENERS[0]}.from.dispatch", LISTENERS[0]
    with Connection(empty_vhost) as connection:
        producer = Producer(connection.channel())
        for body, kind in (("13800138000", "text/plain"), ("{13800138000", "application/json"), ('[{"event_id": 1}]', "application/json")):
            producer.publish(body, routing_key=queue, content_type=kind, content_encoding="utf-8")
    town.tell(["order-1"])
    until(lambda: all_once(town, ["order-1"]))
    refused = [
        town.metric(f'hotline_messages_refused_total{{service="{listener}",source="{source}"}}') for source in ("unknown", "dispatch")
    ]
    assert refused == [2, 1]
    assert "13800138000" not in town.log()
    assert worker.poll() is None
