from __future__ import annotations

import pytest

from chassis.bus import listens, marks, takes, ticks
from chassis.bus.marks import disagreements, heard_by, sources_of, ticks_of
from chassis.bus.routes import events_told_to, exchange_of, listeners_by_type, queue_of, source_of
from chassis.store import Store, Tx
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.intake.v1.events_pb2 import TicketFormed, TicketWithdrawn
from hotline.options.v1.options_pb2 import Command
from tests.chassis.bus.town.witness import witness


class Worker:
    @listens(TicketFormed, TicketWithdrawn)
    def ticket_changed(self, event: TicketFormed | TicketWithdrawn, tx: Tx) -> None:
        raise AssertionError((event, tx))

    @listens(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        raise AssertionError((event, tx))

    @ticks(seconds=3)
    def look(self, store: Store) -> None:
        raise AssertionError(store)


class Twice:
    @listens(OrderChanged)
    def one(self, event: OrderChanged, tx: Tx) -> None:
        raise AssertionError((event, tx))

    @listens(OrderChanged)
    def other(self, event: OrderChanged, tx: Tx) -> None:
        raise AssertionError((event, tx))


def test_what_a_worker_declares() -> None:
    heard = heard_by(Worker())
    assert {name: hearing.event for name, hearing in heard.items()} == {
        "hotline.intake.v1.TicketFormed": TicketFormed,
        "hotline.intake.v1.TicketWithdrawn": TicketWithdrawn,
        "hotline.dispatch.v1.OrderChanged": OrderChanged,
    }
    assert sources_of(Worker()) == ["dispatch", "intake"]
    assert [(tick.name, tick.seconds) for tick in ticks_of(Worker())] == [("look", 3)]


def test_two_methods_for_one_event_are_refused() -> None:
    with pytest.raises(TypeError, match="OrderChanged in two methods"):
        heard_by(Twice())


def test_a_worker_hears_exactly_what_its_service_is_told() -> None:
    assert disagreements("sla", witness("sla")()) == []
    assert "Worker 的 @listens(hotline.intake.v1.TicketFormed) 永远收不到：该事件的 listeners 中没有 sla" in disagreements("sla", Worker())
    assert "hotline.sla.v1.LightTurned 声明告知 dispatch，但 Worker 没有 @listens 它的方法" in disagreements("dispatch", Worker())


class Taker:
    @takes(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        raise AssertionError((event, tx))


def test_a_worker_takes_exactly_the_commands_that_its_service_receives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Taker 的 @takes(hotline.dispatch.v1.OrderChanged) 永远收不到：它不是由 sla 接收的指令" in disagreements("sla", Taker())
    assert sources_of(Taker()) == []
    ordered = {"hotline.bell.v1.RingBell": Command(receiver="bell", callers=["dispatch"])}
    monkeypatch.setattr(marks, "commands_to", lambda _: ordered)
    assert "hotline.bell.v1.RingBell 声明由 bell 接收，但 Taker 没有 @takes 它的方法" in disagreements("bell", Taker())


def test_routes_come_from_the_protos() -> None:
    assert "sla" in listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]
    assert "hotline.intake.v1.TicketFormed" in events_told_to("dispatch")
    assert listeners_by_type("gateway") == {}
    assert source_of("hotline.dispatch.v1.OrderChanged") == "dispatch"
    queue = queue_of("sla", "dispatch")
    assert (queue.name, queue.routing_key, queue.durable) == ("sla.from.dispatch", "sla", True)
    assert (queue.exchange.name, queue.exchange.type, queue.exchange.durable) == ("dispatch.events", "direct", True)
    assert queue.exchange == exchange_of("dispatch")
