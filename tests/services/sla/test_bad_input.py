"""Bad input at every RPC: a typed error, in words one can act on, and nothing written."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from chassis.caller import Caller
from chassis.stamps import stamp
from hotline.sla.v1 import clocks_pb2, journal_pb2, lights_pb2, urgings_pb2
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.sla.store import clocks as clocks_table
from services.sla.store import turns, urgings
from tests.harness import Served
from tests.services.sla.city import DISTRICT, HANDLER, LEAD, OPERATOR, STRANGER, SUPERVISOR, city
from tests.services.sla.looking import rows_of, told
from tests.services.sla.stories import BEGIN, DAY

__all__ = ["city"]

CLOCK, EXPLAIN = clocks_pb2.ListClocksRequest, clocks_pb2.ExplainClockRequest
COUNT, TURNS = clocks_pb2.CountLightsRequest, lights_pb2.ListTurnsRequest
SPAN, URGINGS = lights_pb2.CountTurnsRequest, urgings_pb2.ListUrgingsRequest
JOURNAL = journal_pb2.ListJournalEntriesRequest
METHODS = {
    CLOCK: ("ClockService/ListClocks", clocks_pb2.ListClocksResponse),
    COUNT: ("ClockService/CountLights", clocks_pb2.CountLightsResponse),
    EXPLAIN: ("ClockService/ExplainClock", clocks_pb2.ExplainClockResponse),
    TURNS: ("LightService/ListTurns", lights_pb2.ListTurnsResponse),
    SPAN: ("LightService/CountTurns", lights_pb2.CountTurnsResponse),
    URGINGS: ("UrgingService/ListUrgings", urgings_pb2.ListUrgingsResponse),
    JOURNAL: ("JournalService/ListJournalEntries", journal_pb2.ListJournalEntriesResponse),
}
_OWN = (clocks_table, turns, urgings)
INVALID, NOT_FOUND, DENIED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED


CASES: list[tuple[Message, Caller | None, grpc.StatusCode, str]] = [
    (EXPLAIN(), SUPERVISOR, INVALID, "clock_id：不能为空"),
    (EXPLAIN(clock_id="o-red:1:HANDLE:9"), SUPERVISOR, NOT_FOUND, "没有这个期限"),
    (EXPLAIN(clock_id="o-red:1:HANDLE:1"), LEAD, NOT_FOUND, "没有这个期限"),
    (EXPLAIN(clock_id="o-red:1:HANDLE:1"), STRANGER, NOT_FOUND, "没有这个期限"),
    (EXPLAIN(clock_id="甲"), SUPERVISOR, INVALID, "只能由字母"),
    (EXPLAIN(clock_id="x" * 129), SUPERVISOR, INVALID, "最多 128"),
    (CLOCK(with_ended=True), SUPERVISOR, INVALID, "须指明工单"),
    (CLOCK(unit_id="water\x00"), SUPERVISOR, INVALID, "只能由字母"),
    (CLOCK(unit_id="w" * 65), SUPERVISOR, INVALID, "最多 64"),
    (CLOCK(unit_id="power"), HANDLER, DENIED, "只能查看本单位"),
    (CLOCK(tenant_id="linzi"), SUPERVISOR, NOT_FOUND, "没有这个租户"),
    (CLOCK(tenant_id="zibo"), DISTRICT, NOT_FOUND, "没有这个租户"),
    (CLOCK(light=9), SUPERVISOR, INVALID, "没有编号为 9"),  # type: ignore[arg-type]  # a light there is none of
    (CLOCK(kind=99), SUPERVISOR, INVALID, "没有编号为 99"),  # type: ignore[arg-type]  # a kind there is none of
    (CLOCK(left_at_most=Duration(seconds=10**10)), SUPERVISOR, INVALID, "不是有效的时长"),
    (CLOCK(page=ticket.Page(token="@")), SUPERVISOR, INVALID, "翻页标记无效"),
    (CLOCK(page=ticket.Page(token="WyJhIl0=")), SUPERVISOR, INVALID, "翻页标记无效"),
    (CLOCK(), OPERATOR, DENIED, "您的角色"),
    (CLOCK(), None, grpc.StatusCode.UNAUTHENTICATED, "请先登录"),
    (COUNT(unit_id="power"), HANDLER, DENIED, "只能查看本单位"),
    (COUNT(tenant_id="linzi"), SUPERVISOR, NOT_FOUND, "没有这个租户"),
    (COUNT(unit_id="\n"), SUPERVISOR, INVALID, "只能由字母"),
    (COUNT(), OPERATOR, DENIED, "您的角色"),
    (TURNS(), SUPERVISOR, INVALID, "请指明工单"),
    (TURNS(order_id="o 1"), SUPERVISOR, INVALID, "只能由字母"),
    (TURNS(order_id="o-1", page=ticket.Page(token="W10=")), SUPERVISOR, INVALID, "翻页标记无效"),
    (TURNS(order_id="o-1"), OPERATOR, DENIED, "您的角色"),
    (SPAN(since=stamp(BEGIN + DAY), until=stamp(BEGIN)), SUPERVISOR, INVALID, "截止时刻早于起始时刻"),
    (SPAN(tenant_id="linzi"), SUPERVISOR, NOT_FOUND, "没有这个租户"),
    (SPAN(unit_id="power"), HANDLER, DENIED, "只能查看本单位"),
    (SPAN(), OPERATOR, DENIED, "您的角色"),
    (URGINGS(unit_id="power"), HANDLER, DENIED, "只能查看本单位"),
    (URGINGS(tenant_id="linzi"), SUPERVISOR, NOT_FOUND, "没有这个租户"),
    (URGINGS(order_id="o" * 65), SUPERVISOR, INVALID, "最多 64"),
    (URGINGS(page=ticket.Page(token="{")), SUPERVISOR, INVALID, "翻页标记无效"),
    (URGINGS(), OPERATOR, DENIED, "您的角色"),
    (JOURNAL(), SUPERVISOR, INVALID, "ticket_id：不能为空"),
    (JOURNAL(ticket_id="t 1"), SUPERVISOR, INVALID, "只能由字母"),
    (JOURNAL(ticket_id="t" * 65), SUPERVISOR, INVALID, "最多 64"),
    (JOURNAL(ticket_id="ticket-of-nothing"), SUPERVISOR, NOT_FOUND, "没有这张工单的期限"),
    (JOURNAL(ticket_id="ticket-of-o-red"), LEAD, NOT_FOUND, "没有这张工单的期限"),
    (JOURNAL(ticket_id="ticket-of-o-red"), STRANGER, NOT_FOUND, "没有这张工单的期限"),
    (JOURNAL(ticket_id="ticket-of-o-red", page=ticket.Page(token="W10=")), SUPERVISOR, INVALID, "翻页标记无效"),
    (JOURNAL(ticket_id="ticket-of-o-red"), OPERATOR, DENIED, "您的角色"),
]


@pytest.mark.parametrize("method", METHODS)
def test_bad_input_is_refused(city: Served, method: type[Message]) -> None:
    name, answer = METHODS[method]
    before = _kept(city)
    for request, by, code, says in CASES:
        if isinstance(request, method):
            with pytest.raises(grpc.RpcError) as refused:
                city.ask(name, request, answer, by)
            assert (request, refused.value.code()) == (request, code)
            assert says in (refused.value.details() or "")
    assert _kept(city) == before


def _kept(city: Served) -> tuple[int, ...]:
    return (len(told(city.store)), *(len(rows_of(city.store, table)) for table in _OWN))
