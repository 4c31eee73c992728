"""Commands through worker processes: embedded, and on RabbitMQ and PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from kombu import Connection, Producer

from chassis.caller import Caller
from chassis.store import Tx
from hotline.dispatch.v1.events_pb2 import OrderChanged
from tests.chassis.bus.conftest import MakeTown
from tests.chassis.bus.town.folk import Town, until
from tests.chassis.bus.town.protos import HERE, build, command_to

RING = "hotline.bell.v1.RingBell"
SKIPPED = 'hotline_events_skipped_total{service="bell",source="dispatch"}'


def taken(town: Town, aggregates: list[str], receiver: str = "bell") -> bool:
    return town.seen(receiver) == Counter(aggregates) and town.everything_sent()


def test_each_command_is_taken_once_by_its_receiver_alone(town: Town) -> None:
    town.start()
    orders = [f"order-{number}" for number in range(300)]
    town.order(orders)
    town.order(["order-1"], "horn")
    town.tell(["order-1"])
    until(lambda: taken(town, orders) and taken(town, ["order-1"], "horn"))
    until(lambda: town.seen("sla") == Counter(["order-1"]))
    assert town.metric(f'hotline_events_handled_total{{service="bell",type="{RING}"}}') == 300
    assert town.metric('hotline_events_sent_total{listener="bell",service="dispatch"}') == 300


def test_what_is_called_twice_is_taken_once(town: Town) -> None:
    town.start()
    orders = [f"order-{number}" for number in range(100)]
    town.order(orders)
    until(lambda: taken(town, orders))
    town.change("dispatch", "update outbox set sent_at = null")
    until(lambda: town.metric(SKIPPED) == 100)
    until(lambda: taken(town, orders))


def test_one_trace_goes_from_who_orders_to_the_receiver(town: Town) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    town.order(["order-1"])
    town.change("dispatch", f"update outbox set trace = '00-{trace}-b7ad6b7169203331-01'")  # noqa: S608 - of this test's own
    town.start()
    until(lambda: taken(town, ["order-1"]))
    [seen] = town.rows("bell", "seen")
    assert seen["trace"].split("-")[1] == trace


def test_a_command_that_fails_is_taken_tried_again_parked_and_sent_again(town: Town) -> None:
    town.trouble("bell", "order-1")
    town.start()
    town.order(["order-1", "order-2"])
    until(lambda: town.seen("bell") == Counter(["order-2"]) and town.everything_sent())
    until(lambda: town.rows("bell", "retries")[0]["tries"] > 1)
    town.change("bell", "update retries set tries = 7 where next_at is not null")
    until(lambda: town.rows("bell", "retries")[0]["parked_at"])
    [parked] = json.loads(town.run("chassis.parked", "list", "bell", "--json").stdout)
    assert (parked["type"], parked["source"], parked["tries"]) == (RING, "dispatch", 8)
    town.mend("bell")
    assert town.run("chassis.parked", "send", "bell", parked["event_id"]).returncode == 0
    until(lambda: taken(town, ["order-1", "order-2"]))
    until(lambda: not town.rows("bell", "retries"))


def test_a_receiver_that_cannot_store_holds_up_nobody_else_and_loses_nothing(town: Town) -> None:
    town.start()
    with town.locked("bell"):
        town.order(["order-1"])
        town.order(["order-1"], "horn")
        town.tell(["order-1"])
        until(lambda: town.seen("horn") == town.seen("sla") == Counter(["order-1"]), 20)
        assert not town.everything_sent()
    until(lambda: taken(town, ["order-1"]))


@pytest.mark.servers
def test_a_receiver_that_is_away_holds_up_nobody_else_and_catches_up(servers_town: MakeTown, empty_vhost: str) -> None:
    town = servers_town()
    town.start("bell").terminate()
    for name in ("sla", "horn", "dispatch"):
        town.start(name)
    town.order(["order-1"])
    for number in range(5):
        town.order([f"order-{number}"], "horn")
        town.tell([f"order-{number}"])
        until(partial(_heard, town, number + 1), 20)
    assert not town.everything_sent()
    until(lambda: town.log().count("orders to bell of dispatch failed: NotCarried") > 1)
    with Connection(empty_vhost) as connection:
        assert connection.channel().queue_declare("rpc-bell", passive=True).message_count <= 1
    town.start("bell")
    until(lambda: taken(town, ["order-1"]))


def _heard(town: Town, count: int) -> bool:
    return len(town.seen("horn")) == len(town.seen("sla")) == count


def test_a_receiver_is_retold_its_commands_and_nobody_elses(town: Town) -> None:
    town.start()
    orders = [f"order-{number}" for number in range(300)]
    town.order(orders)
    town.order(["order-1"], "horn")
    until(lambda: taken(town, orders) and taken(town, ["order-1"], "horn"))
    for receiver in ("bell", "horn"):
        town.change(receiver, "delete from inbox")
        town.change(receiver, "delete from seen")
    told = town.run("chassis.retell", "dispatch", "--to", "bell")
    assert told.returncode == 0, told.stderr
    until(lambda: taken(town, orders))
    assert town.run("chassis.retell", "dispatch", "--to", "sla").returncode == 0
    assert not town.seen("sla")
    assert not town.seen("horn")


@pytest.mark.servers
def test_calls_that_no_relay_made_are_refused(servers_town: MakeTown, empty_vhost: str) -> None:
    town = servers_town()
    worker = town.start()
    with Connection(empty_vhost) as connection:
        producer = Producer(connection.channel())
        unreadable = {"args": ["dispatch", [{"event_id": 1}], False], "kwargs": {}}
        for method, body in (("take", "13800138000"), ("take", unreadable), ("ring", {})):
            producer.publish(body, serializer="json", exchange="nameko-rpc", routing_key=f"bell.{method}")
        stranger = {"args": ["stranger", [], False], "kwargs": {}}
        producer.publish(stranger, serializer="json", exchange="nameko-rpc", routing_key="bell.take", reply_to="nobody")
    town.order(["order-1"])
    until(lambda: taken(town, ["order-1"]))
    assert town.metric('hotline_messages_refused_total{service="bell",source="dispatch"}') == 1
    assert "refused commands from one who may order none" in town.log()
    assert "13800138000" not in town.log()
    assert worker.poll() is None


def test_who_may_not_order_cannot(embedded_town: MakeTown) -> None:
    town = embedded_town()
    command = command_to("bell", town.folder / "gen")

    def act(tx: Tx) -> None:
        tx.order(command(), "order-1")

    with pytest.raises(ValueError, match=r"RingBell is no command of sla's to order"):
        town.stores["sla"].write(Caller.timer("sla", "zibo"), act)
    with pytest.raises(ValueError, match=r"OrderChanged is no command"):
        town.stores["dispatch"].write(Caller.timer("dispatch", "zibo"), lambda tx: tx.order(OrderChanged(), "order-1"))
    assert not town.rows("dispatch", "outbox")


@pytest.mark.parametrize(
    ("receiver", "change", "line"),
    [
        ("bell", ('receiver: "bell"', ""), "hotline.bell.v1.RingBell 在 bell 的指令之中，却没有声明 receiver 为 bell"),
        ("horn", ('receiver: "horn"', 'receiver: "bell"'), "hotline.horn.v1.BlowHorn 在 horn 的指令之中，却没有声明 receiver 为 horn"),
    ],
)
def test_a_command_whose_receiver_is_not_declared(
    embedded_town: MakeTown, tmp_path: Path, receiver: str, change: tuple[str, str], line: str
) -> None:
    town = embedded_town()
    protos = tmp_path / "protos" / f"hotline/{receiver}/v1"
    protos.mkdir(parents=True)
    text = (HERE / f"hotline/{receiver}/v1/commands.proto").read_text()
    (protos / "commands.proto").write_text(text.replace(*change))
    build(tmp_path / "gen", tmp_path / "protos")
    ended = town.run("chassis.work")
    assert (ended.returncode, ended.stderr) == (1, f"{line}\n")
