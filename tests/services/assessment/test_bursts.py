"""18: a burst is found with the call that makes it one, told once, seen but for what Art. 17 hides, and acknowledged by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from grpc import RpcError

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.store import Store
from hotline.assessment.v1 import insight_pb2 as pb
from hotline.assessment.v1.events_pb2 import BurstFound
from hotline.directory.v1 import events_pb2 as directory
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.rules.bursts import FEWEST
from tests.harness import OpenStore, Served
from tests.services.asked import plan, statements
from tests.services.assessment.calling import WORKER, formed, hear, settled
from tests.services.assessment.telling import BEGIN, DAY
from tests.services.refused import Refused

SUPERVISOR = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_SUPERVISOR"}))
WATER = Caller("person", "p-2", "zibo", "water-branch", frozenset({"ROLE_SUPERVISOR"}))
MINUTE = timedelta(minutes=1)


def burst_of(count: int, begin: datetime = BEGIN, name: str = "b", **about: Any) -> list[Any]:
    return [formed(f"{name}-{at}", begin + at * MINUTE / 3, **about) for at in range(count)]


def told(store: Store) -> list[BurstFound]:
    outbox = store.tables["outbox"]
    rows = store.read_across(lambda tx: tx.all(tx.select(outbox).where(outbox.c.type == BurstFound.DESCRIPTOR.full_name)))
    return [Parse(row["payload"], BurstFound()) for row in rows]


@pytest.fixture
def city(served: Callable[[str], Served], clock: SetClock) -> Served:
    clock.set(BEGIN + 10 * MINUTE)
    running = served("assessment")
    for unit_id, kind, parent in (
        ("hub", directory.UNIT_KIND_HUB, ""),
        ("water", directory.UNIT_KIND_DEPARTMENT, ""),
        ("water-branch", directory.UNIT_KIND_TOWN, "water"),
    ):
        unit = directory.UnitChanged(unit_id=unit_id, tenant_id="zibo", name=unit_id, kind=kind, parent_id=parent, version=1)
        running.store.write(Caller.peer("directory", "zibo"), partial(lambda tx, event: WORKER.unit_changed(event, tx), event=unit))
    return running


def listed(city: Served, by: Caller = SUPERVISOR) -> list[pb.Burst]:
    return list(city.ask("InsightService/ListBursts", pb.ListBurstsRequest(), pb.ListBurstsResponse, by).bursts)


def behind(city: Served, burst_id: str, by: Caller = SUPERVISOR) -> list[str]:
    answer = city.ask("InsightService/ListBurstTickets", pb.ListBurstTicketsRequest(burst_id=burst_id), pb.ListBurstTicketsResponse, by)
    return [each.ticket_id for each in answer.tickets]


def acknowledge(city: Served, burst_id: str, request_id: str = "r-1", remark: str = "已核实停水，通知抢修") -> pb.Burst:
    request = pb.AcknowledgeBurstRequest(request_id=request_id, burst_id=burst_id, remark=remark)
    return city.ask("InsightService/AcknowledgeBurst", request, pb.AcknowledgeBurstResponse, SUPERVISOR).burst


def test_a_burst_is_found_with_the_call_that_makes_it_one_and_told_once(city: Served) -> None:
    hear(city.store, burst_of(FEWEST - 1), together=1)
    assert listed(city) == []
    hear(city.store, burst_of(20), together=1)
    (found,) = listed(city)
    assert (found.number, found.place.town, found.category, found.calls, found.state) == (
        "YJ20250001",
        "科苑",
        "01.01.01",
        20,
        pb.BURST_STATE_FOUND,
    )
    assert behind(city, found.burst_id) == [f"b-{at}" for at in range(20)]
    (event,) = told(city.store)
    assert (event.burst_id, event.number, event.calls, event.place.district) == (found.burst_id, found.number, FEWEST, "zhangdian")


def test_calls_that_are_doubled_shuffled_or_answered_directly_make_the_same_burst(store_for: OpenStore, clock: SetClock) -> None:
    clock.set(BEGIN + 10 * MINUTE)
    store = store_for("assessment")
    events = [*burst_of(12), *(settled(f"s-{at}", BEGIN + at * MINUTE) for at in range(5))]
    hear(store, Random(7).sample(events, len(events)) + events, together=4)
    tickets = store.tables["burst_tickets"]
    found = store.read(Caller.peer("x", "zibo"), lambda tx: tx.all(tx.select(tickets)))
    assert len({row["burst_id"] for row in found}) == len(told(store)) == 1
    assert len(found) == 17


def test_what_is_usual_elsewhere_or_long_past_is_no_burst(city: Served) -> None:
    # One and a quarter in a quarter of an hour are usual there.
    usual = [formed(f"u-{at}", BEGIN - 2 * DAY + at * 12 * MINUTE) for at in range(235)]
    hear(city.store, usual)
    hear(city.store, burst_of(8))
    # As many of as many places, or within hours.
    hear(city.store, [formed(f"p-{at}", BEGIN, place=("linzi", f"{at}"), category="02.01.01") for at in range(12)])
    hear(city.store, [formed(f"h-{at}", BEGIN - at * 10 * MINUTE, category="03.01.01") for at in range(12)])
    # Two days old: what comes late alarms nobody.
    hear(city.store, burst_of(20, BEGIN - 2 * DAY, "late", category="04.01.01"))
    assert listed(city) == []


def test_acknowledge_burst_once_and_with_a_word_on_it(city: Served) -> None:
    hear(city.store, burst_of(8))
    (found,) = listed(city)
    with pytest.raises(RpcError) as caught:
        acknowledge(city, found.burst_id, remark=" ")
    assert Refused(caught.value).field == "remark"
    done = acknowledge(city, found.burst_id)
    assert (done.state, done.acknowledged_by, done.remark) == (pb.BURST_STATE_ACKNOWLEDGED, "p-1", "已核实停水，通知抢修")
    assert acknowledge(city, found.burst_id) == done
    with pytest.raises(RpcError) as caught:
        acknowledge(city, found.burst_id, "r-2")
    assert Refused(caught.value).article == "18"
    with pytest.raises(RpcError, match="没有这次预警"):
        acknowledge(city, "nothing", "r-3")


def test_whoever_is_complained_about_sees_neither_the_call_nor_that_it_counts(city: Served) -> None:
    hear(city.store, [*burst_of(5, party="water"), *burst_of(4, name="open")])
    hear(city.store, burst_of(7, name="all", party="water", category="02.01.01"))
    assert [each.calls for each in listed(city)] == [7, 9]
    (seen,) = listed(city, WATER)
    assert (seen.calls, behind(city, seen.burst_id, WATER)) == (4, [f"open-{at}" for at in range(4)])
    hidden = next(each for each in listed(city) if each.category == "02.01.01")
    with pytest.raises(RpcError, match="没有这次预警"):
        behind(city, hidden.burst_id, WATER)


def test_lists_of_bursts_cost_the_same_however_long_they_are(city: Served) -> None:
    for at in range(4):
        hear(city.store, burst_of(7, name=f"n{at}", category=f"0{at + 1}.01.01"))
    burst_id = listed(city)[0].burst_id
    behind_it = partial(pb.ListBurstTicketsRequest, burst_id=burst_id)
    lists: list[tuple[str, Any, Any]] = [
        ("ListBursts", pb.ListBurstsRequest, pb.ListBurstsResponse),
        ("ListBurstTickets", behind_it, pb.ListBurstTicketsResponse),
    ]
    for method, request, answer in lists:
        costs = []
        for size in (1, 50):
            with statements(city.store) as seen:
                city.ask(f"InsightService/{method}", request(page=Page(size=size)), answer, SUPERVISOR)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 4
        if city.store.is_sqlite:
            assert all("SCAN bursts" not in plan(city.store, each) and "SCAN burst_tickets" not in plan(city.store, each) for each in seen)
