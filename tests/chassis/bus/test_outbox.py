"""The outbox and the relay in one process, on both databases."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from chassis.bus.envelope import Letter, read_all
from chassis.bus.outbox import PAGE, Outbox, Retell
from chassis.bus.relay import IDLE_SECONDS, LINGER_SECONDS, Relay
from chassis.bus.routes import listeners_by_type
from chassis.caller import Caller
from chassis.store import Store, Tx
from hotline.intake.v1.events_pb2 import TicketGrouped
from tests.chassis.bus.town.folk import Town

LISTENERS = sorted(listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"])


class Box:
    """A carrier that keeps what it is given, or fails."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.broken = False

    def send(self, letters: Sequence[Letter]) -> None:
        if self.broken:
            raise ConnectionError
        self.letters += letters

    def close(self) -> None:
        self.broken = True

    def to(self, listener: str) -> list[str]:
        """The aggregates that a listener was sent, in order."""
        bodies = [json.loads(letter.body) for letter in self.letters if letter.listener == listener]
        return [envelope.aggregate for body in bodies for envelope in read_all(body)]


@pytest.fixture
def store(databases_town: Town) -> Store:
    return databases_town.stores["dispatch"]


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def relay(store: Store, outbox: Outbox, box: Box) -> Relay:
    return Relay(store, outbox, box)


def test_every_listener_is_sent_everything_once_in_order(databases_town: Town, relay: Relay, box: Box) -> None:
    orders = [f"order-{number}" for number in range(PAGE + 10)]
    databases_town.tell(orders)
    assert relay.turn() == 0
    assert relay.turn() == LINGER_SECONDS
    assert relay.turn() > LINGER_SECONDS
    assert {listener: box.to(listener) for listener in LISTENERS} == dict.fromkeys(LISTENERS, orders)
    assert databases_town.everything_sent()


def test_an_idle_relay_looks_less_and_less_often(relay: Relay, databases_town: Town) -> None:
    rests = [relay.turn() for _ in range(8)]
    assert rests == sorted(rests)
    assert rests[-1] == IDLE_SECONDS
    databases_town.tell(["order-1"])
    assert relay.turn() == LINGER_SECONDS


def test_what_the_carrier_does_not_take_stays(databases_town: Town, relay: Relay, box: Box) -> None:
    databases_town.tell(["order-1"])
    box.broken = True
    with pytest.raises(ConnectionError):
        relay.turn()
    assert not databases_town.everything_sent()
    box.broken = False
    relay.turn()
    assert box.to(LISTENERS[0]) == ["order-1"]


def test_an_event_without_listeners_is_done_with(databases_town: Town) -> None:
    store, box = databases_town.stores["intake"], Box()
    store.write(Caller.timer("intake", "zibo"), lambda tx: tx.tell(TicketGrouped(ticket_id="t"), "t", 1))
    Relay(store, Outbox(store), box).turn()
    assert box.letters == []
    assert databases_town.everything_sent("intake")


def test_a_type_this_code_does_not_know_waits_for_code_that_does(databases_town: Town, relay: Relay, box: Box, outbox: Outbox) -> None:
    databases_town.tell(["newer", "order-1"])
    databases_town.change("dispatch", "update outbox set type = 'hotline.dispatch.v1.Newer' where aggregate = 'newer'")
    relay.turn()
    assert box.to(LISTENERS[0]) == ["order-1"]
    depth, oldest = databases_town.stores["dispatch"].across(outbox.depth)
    assert depth == 1
    assert 0 <= oldest < 60


def test_depth_of_an_empty_outbox(store: Store, outbox: Outbox) -> None:
    assert store.across(outbox.depth) == (0, 0.0)


def test_the_past_goes_to_whoever_asked_page_by_page_the_newest_first(
    databases_town: Town, store: Store, outbox: Outbox, relay: Relay, box: Box
) -> None:
    old = [f"order-{number}" for number in range(PAGE + 10)]
    databases_town.tell(old)
    while relay.turn() != IDLE_SECONDS:
        pass
    box.letters.clear()
    wished = store.across(lambda tx: outbox.ask_again(tx, "sla"))
    relay._retells_at = 0.0
    databases_town.tell(["new"])
    relay.turn()
    assert box.to("sla") == ["new", *old[: -PAGE - 1 : -1]]
    assert progress(store, outbox, wished) == (PAGE + 1, PAGE + 10)
    relay.turn()
    assert box.to("sla") == ["new", *reversed(old)]
    assert all(box.to(listener) == ["new"] for listener in LISTENERS if listener != "sla")
    assert {letter.retold for letter in box.letters if letter.events > 1} == {True}
    assert progress(store, outbox, wished) == (PAGE + 11, PAGE + 10)
    box.letters.clear()
    relay.turn()
    assert box.letters == []


def test_asking_for_the_past_of_an_empty_outbox_is_done_at_once(store: Store, outbox: Outbox, relay: Relay) -> None:
    wished = store.across(lambda tx: outbox.ask_again(tx, "sla"))
    relay.turn()
    assert progress(store, outbox, wished) == (1, 0)
    assert store.across(outbox.past) is None


def progress(store: Store, outbox: Outbox, wished: Retell) -> tuple[int, int]:
    def look(tx: Tx) -> Retell:
        return outbox.progress(tx, wished.id)

    seen = store.across(look)
    return seen.next_seq, seen.last_seq
