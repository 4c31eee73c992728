"""A tick costs what is due, a list what it shows, whatever else is open."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message

from chassis.clock import SetClock
from chassis.stamps import stamp
from chassis.store import Store
from hotline.sla.v1 import clocks_pb2, journal_pb2, lights_pb2, urgings_pb2
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.terms import Kind
from services.sla import actions
from tests.harness import OpenStore, Served
from tests.services.sla.city import SUPERVISOR, city
from tests.services.sla.looking import plan, statements
from tests.services.sla.stories import BEGIN, DAY
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import order, take

__all__ = ["city"]

# What the tenant and the token ask of the store is the door's.
NOT_THE_LISTS = ("set_config", "token_keys", "revocations")
JOURNAL_OF_RED = journal_pb2.ListJournalEntriesRequest(ticket_id="ticket-of-o-red")
HANDLE = date(Kind.HANDLE, BEGIN)


@pytest.fixture
def store(store_for: OpenStore, clock: SetClock) -> Store:
    clock.set(BEGIN)
    return store_for("sla")


def test_a_tick_costs_what_is_due_and_not_what_is_open(store: Store, clock: SetClock) -> None:
    take(store, order("due-1", HANDLE, at=BEGIN))
    clock.set(BEGIN + 4 * DAY)
    with statements(store) as among_few:
        assert actions.turn_lights(store) == 1
    for number in range(60):
        take(store, order(f"open-{number}", date(Kind.HANDLE, BEGIN + 3 * DAY), at=BEGIN))
    take(store, order("due-2", HANDLE, at=BEGIN))
    with statements(store) as among_many:
        assert actions.turn_lights(store) == 1
    assert len(among_many) == len(among_few)
    with statements(store) as idle:
        assert actions.turn_lights(store) == 0
    assert len(idle) == 1


def test_finding_what_is_due_reads_an_index(store: Store) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL plans by size; the index is the same")
    with statements(store) as asked:
        actions.turn_lights(store)
    assert plan(store, asked[0]) == ["SEARCH orders USING INDEX ix_orders_due (next_at<?)"]


def test_taking_in_a_snapshot_costs_the_same_however_many_orders_there_are(store: Store) -> None:
    costs = []
    for number in range(3):
        with statements(store) as asked:
            take(store, order(f"o-{number}", HANDLE, at=BEGIN))
        costs.append(len(asked))
    assert len(set(costs)) == 1
    with statements(store) as again:
        take(store, order("o-1", HANDLE, at=BEGIN))
    assert len([each for each in again if not each.text.upper().startswith("SELECT")]) == 0


@pytest.mark.parametrize(
    ("method", "request_", "answer", "reads"),
    [
        ("ClockService/ListClocks", clocks_pb2.ListClocksRequest(), clocks_pb2.ListClocksResponse, "INDEX ix_clocks_open"),
        (
            "ClockService/ListClocks",
            clocks_pb2.ListClocksRequest(light=ticket.LIGHT_RED),
            clocks_pb2.ListClocksResponse,
            "INDEX ix_clocks_open_light (light=?)",
        ),
        (
            "ClockService/ListClocks",
            clocks_pb2.ListClocksRequest(light=ticket.LIGHT_RED, unit_id="water"),
            clocks_pb2.ListClocksResponse,
            "INDEX ix_clocks_open_unit (unit_id=? AND light=?)",
        ),
        (
            "ClockService/ListClocks",
            clocks_pb2.ListClocksRequest(order_id="o-red", with_ended=True),
            clocks_pb2.ListClocksResponse,
            "INDEX ix_clocks_order_id (order_id=?)",
        ),
        ("ClockService/CountLights", clocks_pb2.CountLightsRequest(), clocks_pb2.CountLightsResponse, "COVERING INDEX ix_clocks_open_unit"),
        ("UrgingService/ListUrgings", urgings_pb2.ListUrgingsRequest(), urgings_pb2.ListUrgingsResponse, "INDEX ix_urgings_at"),
        (
            "JournalService/ListJournalEntries",
            JOURNAL_OF_RED,
            journal_pb2.ListJournalEntriesResponse,
            "INDEX ix_clocks_ticket_id (ticket_id=?)",
        ),
        (
            "LightService/CountTurns",
            lights_pb2.CountTurnsRequest(since=stamp(BEGIN)),
            lights_pb2.CountTurnsResponse,
            "INDEX ix_turns_at (at>?)",
        ),
    ],
)
def test_lists_and_counts_read_an_index(city: Served, method: str, request_: Message, answer: type[Message], reads: str) -> None:
    if not city.store.is_sqlite:
        pytest.skip("PostgreSQL plans by size; the indexes are the same")
    with statements(city.store) as asked:
        city.ask(method, request_, answer, SUPERVISOR)
    plans = [plan(city.store, each) for each in asked if not any(name in each.text for name in NOT_THE_LISTS)]
    assert reads in plans[0][0]


def test_lists_and_counts_cost_the_same_however_much_there_is(city: Served) -> None:
    asks = [
        ("ClockService/ListClocks", clocks_pb2.ListClocksRequest(), clocks_pb2.ListClocksResponse),
        ("ClockService/ListClocks", clocks_pb2.ListClocksRequest(light=ticket.LIGHT_RED), clocks_pb2.ListClocksResponse),
        ("ClockService/CountLights", clocks_pb2.CountLightsRequest(), clocks_pb2.CountLightsResponse),
        ("LightService/ListTurns", lights_pb2.ListTurnsRequest(order_id="o-red"), lights_pb2.ListTurnsResponse),
        ("LightService/CountTurns", lights_pb2.CountTurnsRequest(), lights_pb2.CountTurnsResponse),
        ("UrgingService/ListUrgings", urgings_pb2.ListUrgingsRequest(), urgings_pb2.ListUrgingsResponse),
        ("ClockService/ExplainClock", clocks_pb2.ExplainClockRequest(clock_id="o-red:1:HANDLE:1"), clocks_pb2.ExplainClockResponse),
        ("JournalService/ListJournalEntries", JOURNAL_OF_RED, journal_pb2.ListJournalEntriesResponse),
    ]
    city.ask(*asks[0], SUPERVISOR)

    def costs() -> list[int]:
        found = []
        for method, request, answer in asks:
            with statements(city.store) as asked:
                city.ask(method, request, answer, SUPERVISOR)
            found.append(sum(not any(name in each.text for name in NOT_THE_LISTS) for each in asked))
        return found

    few = costs()
    for number in range(30):
        take(city.store, order(f"more-{number}", date(Kind.HANDLE, BEGIN - 30 * DAY), at=BEGIN - 30 * DAY))
    actions.turn_lights(city.store)
    assert costs() == few == [1, 1, 1, 1, 2, 1, 3, 2]
