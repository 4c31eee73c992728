"""主办、协办与协调: one unit leads, others assist by dates of their own; what units dispute is decided once and shown again (Art. 16)."""

from __future__ import annotations

import pytest

from hotline.dispatch.v1 import coordinations_pb2 as coordinations
from hotline.dispatch.v1 import desks_pb2 as desks
from hotline.sla.v1 import clocks_pb2 as clocks
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.dates import end_of, local
from tests.journeys.orders import WHOLE, Lit, Order, Stands
from tests.journeys.verbs import ask
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
LAMPS, ROADS, WATER = "urban-management", "housing-construction", "water-supply"


def own_dates(city: City, by: Person, order: Order) -> list[tuple[str, bool]]:
    """What sla runs against a unit's own: which unit, and whether it assists."""
    city.rests()
    request = clocks.ListClocksRequest(order_id=order.order_id, page=WHOLE)
    found = by.ask("sla.v1.ClockService/ListClocks", request, clocks.ListClocksResponse).clocks
    return [(each.unit_id, each.assisting) for each in found]


@pytest.mark.begins("2023-07-10 09:00")
def test_an_assisting_unit_has_a_part_a_date_and_lights_of_its_own(city: City) -> None:
    hub, water, roads = city.hub, city.unit(WATER), city.unit(ROADS)
    matter = city.call("路面塌陷导致供水管线破损")
    order = matter.order
    city.clock("2023-07-10 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=WATER, assisting_unit_ids=[ROADS])
    order.do("sign_in", water)
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2023-07-17"))
    matter.is_open_to(water, roads)
    matter.is_hidden_from(city.unit(LAMPS))
    (item,) = ask(roads, "list_assists", desks.ListAssistsRequest()).items
    assert (item.order.order_id, local(item.due_at)) == (order.order_id, end_of("2023-07-14"))
    assert own_dates(city, roads, order) == [(ROADS, True)]
    assert own_dates(city, water, order) == [(WATER, False)]

    city.clock("2023-07-14 09:00")
    # The assisting unit's yellow is its own: the order shows none.
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2023-07-17"))
    order.shows("NONE")
    becomes(order.lights, [Lit(1, "HANDLE", "YELLOW", end_of("2023-07-13"))])
    order.do("submit_contribution", roads, contribution="已完成路面围挡和回填，配合供水公司抢修")
    assert ask(roads, "list_assists", desks.ListAssistsRequest()).items == []
    order.do("reply", water)
    matter.is_settled()
    assert not order.round().overdue
    assert own_dates(city, roads, order) == []
    assert [each.unit_id for each in order.seen().assists] == [ROADS]


@pytest.mark.begins("2023-08-07 09:00")
def test_a_third_return_is_coordinated_and_the_decision_is_a_precedent(city: City) -> None:
    hub = city.hub
    matter = city.call("路灯杆倾斜压住供水井盖")
    order = matter.order
    city.clock("2023-08-07 10:00")
    for unit_id, other in ((LAMPS, WATER), (WATER, ROADS), (ROADS, LAMPS)):
        order.do("dispatch", hub.dispatcher, unit_id=unit_id)
        order.do("request_return", city.unit(unit_id), suggested_unit_id=other)
        order.do("grant_return", hub.dispatcher)
    order.refuses("16", "dispatch", hub.dispatcher, unit_id=LAMPS)
    case = order.case()
    case.do("add_participants", hub.dispatcher, unit_ids=[LAMPS, WATER, ROADS])
    case.do("record_minutes", hub.dispatcher, minutes="三方一致认为灯杆产权属城管局，井盖由供水公司复位")
    assert len(case.seen(city.unit(WATER)).minutes) == 1
    case.do("request_confirmation", hub.supervisor, question="灯杆倾斜由谁牵头处置")
    confirmed = {"document_number": "编办函12号", "finding": "由城管局牵头"}
    case.do("record_confirmation", hub.supervisor, documented_on=city.now().date(), **confirmed)
    case.decide(hub.supervisor, lead_unit_id=LAMPS, assisting_unit_ids=[WATER], reason="按职责确认由城管局牵头，供水公司配合")
    assert order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2023-08-14"))
    assert order.round(4).unit_id == LAMPS
    assert [each.unit_id for each in order.seen().assists] == [WATER]

    again = city.call("另一处路灯杆倾斜").order
    request = coordinations.ListPrecedentsRequest(order_id=again.order_id)
    (precedent,) = ask(hub.dispatcher, "list_precedents", request).precedents
    assert (precedent.order_id, precedent.lead_unit_id, list(precedent.assisting_unit_ids)) == (order.order_id, LAMPS, [WATER])
