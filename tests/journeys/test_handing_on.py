"""转交: a district hands the city's order on to its town and answers for it; nothing restarts (Art. 7(2), 11(3), 11(4))."""

from __future__ import annotations

import pytest

from hotline.dispatch.v1 import events_pb2 as events
from tests.journeys.cities import City
from tests.journeys.dates import end_of
from tests.journeys.orders import Lit, Order, Stands
from tests.journeys.verbs import name_of
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
DISTRICT, TOWN, OTHER_TOWN = "zhangdian", "town-370303001", "town-370303002"


@pytest.mark.begins("2022-04-22 09:00")
def test_a_district_hands_on_and_the_inner_date_is_never_later_than_the_outer(city: City) -> None:
    hub, district, town = city.hub, city.hub_of(DISTRICT), city.unit(TOWN)
    matter = city.call("车站街道老旧小区楼道堆放杂物，占用消防通道")
    outer = matter.order
    city.clock("2022-04-22 10:00")
    outer.do("dispatch", hub.dispatcher, unit_id=DISTRICT)
    # The Sunday before the May holiday is worked.
    assert outer.counted("HANDLE") == ["2022-04-24", "2022-04-25", "2022-04-26", "2022-04-27", "2022-04-28"]
    matter.is_open_to(district.dispatcher)
    matter.is_hidden_from(town, city.hub_of("linzi").dispatcher)

    city.clock("2022-04-25 10:00")
    inner = Order(city, outer.do("hand_on", district.dispatcher, unit_id=TOWN).inner.order_id)
    assert outer.stands() == Stands("HANDLING", "HANDLE", end_of("2022-04-28"))
    assert inner.stands() == Stands("DISPATCHED", "HANDLE", end_of("2022-04-28"))
    assert inner.due("RETURN") == end_of("2022-04-27")
    assert inner.seen().order.tenant_id == DISTRICT
    assert inner.seen().ticket.text == outer.seen().ticket.text
    outer.refuses("7-2", "hand_on", district.dispatcher, unit_id=OTHER_TOWN)
    matter.is_hidden_from(city.unit(OTHER_TOWN), city.unit("urban-management"))
    city.clock("2022-04-26 09:00")
    inner.do("sign_in", town)

    city.clock("2022-04-28 09:00")
    outer.shows("YELLOW")
    inner.shows("YELLOW")
    inner.do("request_extension", town, days=3)
    inner.refuses("7-2", "grant_extension", district.reviewer)
    outer.do("request_extension", district.dispatcher, days=3)
    outer.do("grant_extension", hub.reviewer)
    # A Friday; the holiday from Saturday to Wednesday; Thursday and Friday.
    assert outer.counted("EXTENSION") == ["2022-04-29", "2022-05-05", "2022-05-06"]
    assert outer.stands() == Stands("HANDLING", "EXTENSION", end_of("2022-05-06"))
    assert inner.stands() == Stands("HANDLING", "HANDLE", end_of("2022-04-28"))
    inner.do("grant_extension", district.reviewer)
    assert inner.stands() == Stands("HANDLING", "EXTENSION", end_of("2022-05-06"))
    outer.shows("NONE")
    inner.shows("NONE")

    city.clock("2022-05-05 10:00")
    inner.do("reply", town)
    inner.do("pass_review", district.reviewer)
    inner.refuses("11-8", "record_ratings", district.call_back, process="SATISFIED", result="SATISFIED")
    city.clock("2022-05-06 10:00")
    outer.shows("YELLOW")
    outer.do("reply", district.dispatcher)
    shown = outer.seen().inner_orders[0]
    assert (shown.unit_id, shown.result) == (TOWN, inner.seen().replies[0].result)
    matter.is_settled()
    assert (inner.stands().state, inner.closing()) == ("CLOSED", "SATISFIED")
    city.clock("2022-05-08 00:05")
    assert outer.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2022-04-27")), Lit(1, "EXTENSION", "YELLOW", end_of("2022-05-05"))]
    assert inner.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2022-04-27"))]
    assert outer.urgings() == inner.urgings() == []
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "hand_on", "request_extension", "grant_extension", "reply", "pass_review", "record_ratings",
        "close_satisfied",
    ]  # fmt: skip


@pytest.mark.begins("2022-05-09 09:00")
def test_a_matter_taken_back_by_its_caller_is_taken_back_from_the_town_too(city: City) -> None:
    district = city.hub_of(DISTRICT)
    matter = city.call("和平街道沿街商铺占道经营")
    outer = matter.order
    outer.do("dispatch", city.hub.dispatcher, unit_id=DISTRICT)
    inner = Order(city, outer.do("hand_on", district.dispatcher, unit_id=TOWN).inner.order_id)
    matter.do("withdraw_ticket", city.hub.operator, reason="问题已经自行解决，不再需要办理")
    matter.ends("WITHDRAWN")
    for order in (outer, inner):
        becomes(order.closing, "WITHDRAWN")
        assert name_of(events.OrderState, order.seen().order.state) == "WITHDRAWN"
        assert order.date_state("HANDLE") == "VOID"
    city.clock("2022-05-18 00:05")
    assert outer.lights() == inner.lights() == []
