"""A city's day off is tried, set, and moves what is open: dates at dispatch, lights and urgings at sla (Art. 12, 13)."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.directory.v1 import calendars_pb2 as calendars
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import calendars_pb2 as previews
from hotline.sla.v1 import urgings_pb2 as urgings
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.dates import end_of
from tests.journeys.matters import Matter
from tests.journeys.orders import WHOLE, Lit, Urged
from tests.journeys.verbs import ask
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
LAMPS = "urban-management"
STORM = directory.CalendarDay(date="2022-11-02", working=False, reason="台风停工")


@pytest.mark.begins("2022-10-31 09:00")
def test_a_day_off_is_tried_then_set_and_what_was_foreseen_comes_to_pass(city: City) -> None:
    late, fresh = _in_hand(city), _in_hand(city)
    city.clock("2022-11-09 00:05")
    later = _in_hand(city)
    late.order.shows("RED")
    assert late.order.urgings() == [Urged(1, "HANDLE", end_of("2022-11-08"))]
    admin, current = city.hub.tenant_admin, _calendar(city.hub.tenant_admin)

    days = [*current.days, STORM]
    foreseen = _preview(city, days, list(current.noticed_years))
    moved = {each.order_id for each in foreseen.orders}
    assert {late.order.order_id, fresh.order.order_id} <= moved
    assert later.order.order_id not in moved
    assert foreseen.totals.void_urgings == sum(bool(date.void_urging_id) for each in foreseen.orders for date in each.dates) >= 2
    before = {order_id: _version(city, order_id) for order_id in moved | {later.order.order_id}}

    request = calendars.SetDayRequest(request_id="storm-2022", day=STORM, version=current.version)
    admin.ask("directory.v1.CalendarService/SetDay", request, calendars.SetDayResponse)
    becomes(lambda: {order_id for order_id, version in before.items() if _version(city, order_id) > version}, moved)
    city.rests()
    for matter in (late, fresh):
        assert matter.order.due("HANDLE") == end_of("2022-11-08")
        assert matter.order.counted("HANDLE") == ["2022-11-01", "2022-11-03", "2022-11-04", "2022-11-07", "2022-11-08"]
        assert any("台风停工" in day.why for day in matter.order.date("HANDLE").days)
        assert matter.steps()["dispatch"][-1] == "redate"
        matter.order.shows("YELLOW")
        assert matter.order.urgings() == []
        assert matter.order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2022-11-07"))]
        assert [bool(each.voided_reason) for each in matter.order.seen().urgings] == [True]
    void = {date.void_urging_id for each in foreseen.orders for date in each.dates} - {""}
    assert void == {each.urging_id for each in _urgings(city) if each.HasField("voided_at")} & void
    assert later.order.seen().order.version == before[later.order.order_id]


def _in_hand(city: City) -> Matter:
    matter = city.call("人行道路灯不亮")
    matter.order.do("dispatch", city.hub.dispatcher, unit_id=LAMPS)
    matter.order.do("sign_in", city.unit(LAMPS))
    return matter


def _calendar(by: Person) -> calendars.CalendarRevision:
    answer = by.ask("directory.v1.CalendarService/GetCalendar", calendars.GetCalendarRequest(), calendars.GetCalendarResponse)
    return answer.revision


def _preview(city: City, days: list[Any], years: list[int]) -> previews.PreviewRevisionResponse:
    request = previews.PreviewRevisionRequest(days=days, noticed_years=years, page=WHOLE)
    answer: previews.PreviewRevisionResponse = ask(city.hub.tenant_admin, "preview_revision", request)
    assert not answer.next_page_token
    return answer


def _version(city: City, order_id: str) -> int:
    return int(next(row["version"] for row in city.stores.rows("dispatch", "orders") if row["order_id"] == order_id))


def _urgings(city: City) -> list[urgings.Urging]:
    request = urgings.ListUrgingsRequest(page=WHOLE)
    return list(city.hub.supervisor.ask("sla.v1.UrgingService/ListUrgings", request, urgings.ListUrgingsResponse).urgings)
