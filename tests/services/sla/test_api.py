"""sla's door: who sees which dates, lights and urgings, page by page, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration

from chassis.caller import Caller
from chassis.stamps import stamp
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.sla.v1 import clocks_pb2, journal_pb2, lights_pb2, urgings_pb2
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.terms import Kind
from services.sla import actions
from services.sla.rules.clocks import State
from tests.harness import Served
from tests.services.sla.city import DISPATCHER, DISTRICT, HANDLE, HANDLER, LEAD, STRANGER, SUPERVISOR, city
from tests.services.sla.stories import BEGIN, DAY, HOUR
from tests.services.sla.stories import clock as date
from tests.services.sla.telling import order, take

__all__ = ["city"]


def clocks(city: Served, by: Caller = SUPERVISOR, **asked: Any) -> list[str]:
    request = clocks_pb2.ListClocksRequest(**asked)
    answer = city.ask("ClockService/ListClocks", request, clocks_pb2.ListClocksResponse, by)
    return [each.clock_id for each in answer.clocks]


def test_list_clocks_begins_with_the_nearest_deadline_and_leaves_out_what_ended(city: Served) -> None:
    assert clocks(city) == [
        "o-red:1:HANDLE:1",
        "o-urgent:1:FIRST_REPORT:1",
        "o-handled:1:HANDLE:1",
        "o-town:1:HANDLE:1",
        "o-water:1:HANDLE:1",
        "o-urgent:1:RESULT:1",
        "o-power:1:HANDLE:1",
        "o-water:1:RETURN:1",
    ]


@pytest.mark.parametrize(
    ("asked", "orders"),
    [
        ({"unit_id": "power"}, ["o-urgent", "o-urgent", "o-power"]),
        ({"light": ticket.LIGHT_RED}, ["o-red", "o-urgent"]),
        ({"light": ticket.LIGHT_YELLOW}, ["o-handled", "o-town", "o-water"]),
        ({"light": ticket.LIGHT_NONE}, ["o-urgent", "o-power"]),
        ({"light": ticket.LIGHT_RED, "unit_id": "power"}, ["o-urgent"]),
        ({"kind": ticket.DEADLINE_KIND_RETURN}, ["o-water"]),
        ({"left_at_most": Duration()}, ["o-red", "o-urgent"]),
        ({"left_at_most": Duration(seconds=86400)}, ["o-red", "o-urgent", "o-handled", "o-town", "o-water"]),
        ({"left_at_most": Duration(seconds=-86400)}, ["o-red"]),
        ({"tenant_id": "zhangdian"}, ["o-town"]),
        ({"order_id": "o-water"}, ["o-water", "o-water"]),
        ({"ticket_id": "ticket-of-o-power"}, ["o-power"]),
        ({"order_id": "o-answered"}, []),
        ({"order_id": "o-answered", "with_ended": True}, ["o-answered"]),
    ],
)
def test_list_clocks_by(city: Served, asked: dict[str, Any], orders: list[str]) -> None:
    assert [each.split(":")[0] for each in clocks(city, **asked)] == orders


@pytest.mark.parametrize(
    ("by", "orders"),
    [
        (DISPATCHER, ["o-red", "o-urgent", "o-handled", "o-water", "o-urgent", "o-power", "o-water"]),
        (HANDLER, ["o-red", "o-water", "o-water"]),
        (LEAD, ["o-urgent", "o-urgent", "o-power"]),
        (DISTRICT, ["o-handled", "o-town"]),
        (STRANGER, []),
    ],
)
def test_list_clocks_shows_each_role_its_own(city: Served, by: Caller, orders: list[str]) -> None:
    assert [each.split(":")[0] for each in clocks(city, by)] == orders


def test_list_clocks_pages(city: Served) -> None:
    seen, token = [], ""
    for _ in range(3):
        page = ticket.Page(size=3, token=token)
        answer = city.ask("ClockService/ListClocks", clocks_pb2.ListClocksRequest(page=page), clocks_pb2.ListClocksResponse, SUPERVISOR)
        seen += [each.clock_id for each in answer.clocks]
        token = answer.next_page_token
    assert (seen, token) == (clocks(city), "")


def test_a_clock_tells_its_dates_its_light_and_the_time_left(city: Served) -> None:
    request = clocks_pb2.ListClocksRequest(order_id="o-water", kind=ticket.DEADLINE_KIND_HANDLE)
    (found,) = city.ask("ClockService/ListClocks", request, clocks_pb2.ListClocksResponse, SUPERVISOR).clocks
    assert (found.number, found.unit_id, found.tenant_id, found.round, found.deadline_version) == ("FZ1", "water", "zibo", 1, 1)
    assert (found.light, found.state, found.left.seconds) == (ticket.LIGHT_YELLOW, dispatch.CLOCK_STATE_RUNNING, 86400)
    assert found.deadline.deadline_at == stamp(HANDLE.deadline.deadline_at)
    assert (found.deadline.yellow_at, found.deadline.red_at) == (stamp(HANDLE.deadline.yellow_at), stamp(HANDLE.deadline.red_at))
    assert (found.deadline.article, found.deadline.n, found.deadline.unit) == ("11-3", 5, "working_day")


def test_count_lights(city: Served) -> None:
    answer = city.ask("ClockService/CountLights", clocks_pb2.CountLightsRequest(), clocks_pb2.CountLightsResponse, SUPERVISOR)
    assert [(each.unit_id, each.none, each.yellow, each.red) for each in answer.units] == [
        ("power", 2, 0, 1), ("town-1", 0, 1, 0), ("water", 0, 1, 1), ("zd", 0, 1, 0),
    ]  # fmt: skip
    assert (answer.total.none, answer.total.yellow, answer.total.red) == (2, 3, 2)
    for by, asked, total in ((HANDLER, "", (0, 1, 1)), (SUPERVISOR, "power", (2, 0, 1)), (STRANGER, "", (0, 0, 0))):
        request = clocks_pb2.CountLightsRequest(unit_id=asked)
        answer = city.ask("ClockService/CountLights", request, clocks_pb2.CountLightsResponse, by)
        assert (answer.total.none, answer.total.yellow, answer.total.red) == total


def test_list_urgings_begins_with_the_newest(city: Served) -> None:
    answer = city.ask("UrgingService/ListUrgings", urgings_pb2.ListUrgingsRequest(), urgings_pb2.ListUrgingsResponse, SUPERVISOR)
    assert [(each.order_id, each.unit_id, each.article, each.kind) for each in answer.urgings] == [
        ("o-urgent", "power", "13", ticket.DEADLINE_KIND_FIRST_REPORT),
        ("o-red", "water", "12", ticket.DEADLINE_KIND_HANDLE),
    ]
    assert [each.at for each in answer.urgings] == [stamp(BEGIN + 3 * DAY + 2 * HOUR), stamp(BEGIN + 2 * DAY)]
    assert all(each.issued_at == stamp(BEGIN + 4 * DAY) for each in answer.urgings)
    own = city.ask("UrgingService/ListUrgings", urgings_pb2.ListUrgingsRequest(), urgings_pb2.ListUrgingsResponse, HANDLER)
    assert [each.order_id for each in own.urgings] == ["o-red"]


def test_list_urgings_can_leave_out_the_void(city: Served) -> None:
    gone = replace(date(Kind.HANDLE, BEGIN, days=1), state=State.VOID)
    take(city.store, order("o-red", gone, at=BEGIN + 4 * DAY, version=2))
    actions.turn_lights(city.store)
    for without, orders in ((False, ["o-urgent", "o-red"]), (True, ["o-urgent"])):
        request = urgings_pb2.ListUrgingsRequest(without_void=without)
        answer = city.ask("UrgingService/ListUrgings", request, urgings_pb2.ListUrgingsResponse, SUPERVISOR)
        assert [each.order_id for each in answer.urgings] == orders
    counted = city.ask("LightService/CountTurns", lights_pb2.CountTurnsRequest(), lights_pb2.CountTurnsResponse, SUPERVISOR)
    assert (counted.yellow, counted.red, counted.urged) == (3, 1, 1)


def test_count_turns_in_a_span(city: Served) -> None:
    for since, until, counts in (
        (None, None, (4, 2, 2)),
        (BEGIN + 2 * DAY, None, (3, 2, 2)),
        (None, BEGIN + 2 * DAY, (1, 0, 0)),
        (BEGIN + 3 * DAY, BEGIN + 4 * DAY, (0, 1, 1)),
    ):
        request = lights_pb2.CountTurnsRequest(since=stamp(since), until=stamp(until))
        counted = city.ask("LightService/CountTurns", request, lights_pb2.CountTurnsResponse, SUPERVISOR)
        assert (counted.yellow, counted.red, counted.urged) == counts


def test_list_turns_of_an_order(city: Served) -> None:
    request = lights_pb2.ListTurnsRequest(order_id="o-red")
    found = city.ask("LightService/ListTurns", request, lights_pb2.ListTurnsResponse, HANDLER).turns
    assert [(each.number, each.light, each.order_light, each.article, each.lit) for each in found] == [
        (1, ticket.LIGHT_YELLOW, ticket.LIGHT_YELLOW, "12", True),
        (2, ticket.LIGHT_RED, ticket.LIGHT_RED, "12", True),
    ]
    assert [each.at for each in found] == [stamp(BEGIN), stamp(BEGIN + 2 * DAY)]
    assert city.ask("LightService/ListTurns", request, lights_pb2.ListTurnsResponse, LEAD).turns == []


def test_explain_clock_says_why(city: Served) -> None:
    request = clocks_pb2.ExplainClockRequest(clock_id="o-red:1:HANDLE:1")
    answer = city.ask("ClockService/ExplainClock", request, clocks_pb2.ExplainClockResponse, HANDLER)
    assert list(answer.lines) == [
        "依据第十一条第(三)项，办理期限自2025-01-06 10:00起算，1个工作日，至2025-01-07 10:00届满（第1轮，日历cn-1）。",
        "依据第十二条，距离办结时限还有1个工作日未回复的，自2025-01-06 10:00起显示黄灯：已到时。",
        "依据第十二条，超过办结时限1个工作日未回复的，自2025-01-08 10:00起显示红灯并发送催办单：已到时。",
        "催办单已随红灯发出（2025-01-08 10:00）。",
        "现显示红灯：已超过期限3天。",
    ]
    assert list(answer.articles) == ["11-3", "12"]
    assert (answer.clock.light, len(answer.turns), answer.urging.order_id) == (ticket.LIGHT_RED, 2, "o-red")


def steps(city: Served, ticket_id: str, by: Caller = SUPERVISOR, size: int = 0) -> list[Any]:
    found: list[Any] = []
    token = ""
    while True:
        request = journal_pb2.ListJournalEntriesRequest(ticket_id=ticket_id, page=ticket.Page(size=size, token=token))
        answer = city.ask("JournalService/ListJournalEntries", request, journal_pb2.ListJournalEntriesResponse, by)
        found, token = [*found, *answer.entries], answer.next_page_token
        assert len(answer.entries) <= (size or len(answer.entries))
        if not token:
            return found


def test_list_journal_entries_of_a_ticket_begins_with_the_oldest(city: Served) -> None:
    found = steps(city, "ticket-of-o-red")
    assert [(each.number, each.verb, each.article, each.by) for each in found] == [
        (1, "turn_light", "12", "sla"),
        (2, "turn_light", "12", "sla"),
        (3, "issue_urging", "12", "sla"),
    ]
    assert [json.loads(each.detail).get("light") for each in found] == ["YELLOW", "RED", None]
    assert all(each.at == stamp(BEGIN + 4 * DAY) and len(each.hash) == 64 for each in found)
    assert steps(city, "ticket-of-o-red", size=2) == steps(city, "ticket-of-o-red", HANDLER) == found
    assert steps(city, "ticket-of-o-power") == []


def test_list_journal_entries_shows_a_unit_its_own_steps_alone(city: Served) -> None:
    moved = replace(date(Kind.HANDLE, BEGIN + 4 * DAY, days=1), unit_id="power")
    moved = replace(moved, key=replace(moved.key, round=2))
    take(city.store, order("o-red", moved, at=BEGIN + 4 * DAY, version=2, round_=2))
    actions.turn_lights(city.store)
    units = [json.loads(each.detail)["unit_id"] for each in steps(city, "ticket-of-o-red")]
    assert set(units) == {"water", "power"}
    for by, unit in ((HANDLER, "water"), (LEAD, "power")):
        assert [json.loads(each.detail)["unit_id"] for each in steps(city, "ticket-of-o-red", by)] == [unit] * units.count(unit)


def test_list_journal_entries_of_what_a_district_handles(city: Served) -> None:
    assert [each.verb for each in steps(city, "ticket-of-o-handled", DISTRICT)] == ["turn_light"]
