"""回退 and the province's limits: given back late, and a day less for both (Art. 11(2), 11(4), 11(6))."""

from __future__ import annotations

import pytest

from tests.journeys.cities import City
from tests.journeys.dates import end_of
from tests.journeys.orders import Lit, Stands, Urged

pytestmark = pytest.mark.journey
LAMPS, ROADS = "urban-management", "housing-construction"


@pytest.mark.begins("2024-02-02 09:00")
def test_a_late_return_is_taken_and_counts_as_an_overdue_round(city: City) -> None:
    hub, lamps, roads = city.hub, city.unit(LAMPS), city.unit(ROADS)
    matter = city.call("小区外道路施工围挡倾斜")
    order = matter.order
    city.clock("2024-02-02 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=LAMPS)
    # The Sunday before the Spring Festival is worked.
    assert order.counted("HANDLE") == ["2024-02-04", "2024-02-05", "2024-02-06", "2024-02-07", "2024-02-08"]
    assert order.due("RETURN") == end_of("2024-02-05")
    matter.is_open_to(lamps)
    city.clock("2024-02-06 09:00")
    order.refuses("11-6", "request_return", lamps, suggested_unit_id=ROADS, reason="")
    order.refuses("11-6", "request_return", lamps, suggested_unit_id=ROADS, basis="")
    order.refuses("11-6", "request_return", lamps, suggested_unit_id=LAMPS)
    order.do("request_return", lamps, suggested_unit_id=ROADS)
    # The unit's clock runs while the hub decides.
    assert order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2024-02-08"))
    assert order.date_state("HANDLE") == "RUNNING"
    city.clock("2024-02-06 15:00")
    order.do("grant_return", hub.dispatcher)
    assert order.stands() == Stands("PENDING", "DISPATCH", end_of("2024-02-07"))
    assert (order.ending(1), order.date_state("HANDLE", 1)) == ("RETURNED", "VOID")
    assert (order.round(1).late_return, order.round(1).overdue) == (True, True)

    city.clock("2024-02-07 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=ROADS)
    # Two days, the festival from Saturday to Saturday, the Sunday after it, which is worked, and two more.
    assert order.counted("HANDLE", 2) == ["2024-02-08", "2024-02-09", "2024-02-18", "2024-02-19", "2024-02-20"]
    assert order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2024-02-20"))
    matter.is_open_to(roads)
    matter.is_hidden_from(lamps)
    city.clock("2024-02-18 10:00")
    order.do("sign_in", roads)
    city.clock("2024-02-19 10:00")
    order.do("reply", roads)
    city.clock("2024-02-20 10:00")
    matter.is_settled()
    city.clock("2024-02-23 00:05")
    assert [each.overdue for each in order.seen().rounds] == [True, False]
    assert order.lights() == []
    assert order.urgings() == []
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "request_return", "grant_return", "dispatch", "sign_in", "reply", "pass_review",
        "record_ratings", "close_satisfied",
    ]  # fmt: skip


@pytest.mark.begins("2024-09-24 09:00")
def test_the_province_s_orders_have_a_day_less_for_a_return_and_for_asking_an_extension(city: City) -> None:
    hub, handler = city.hub, city.unit(ROADS)
    province = city.house.of_unit("zibo-hub", "ROLE_PROVINCIAL_PEER")
    returned, extended = (
        city.call("市民经省热线反映道路破损，请核实处理", province, channel="PROVINCIAL", provincial_number=number)
        for number in ("SD202409240001", "SD202409240002")
    )
    city.call("市民直接反映的另一处道路破损").is_hidden_from(province)
    city.clock("2024-09-24 10:00")
    for matter in (returned, extended):
        matter.order.do("dispatch", hub.dispatcher, unit_id=ROADS)
        matter.order.do("sign_in", handler)
        # The Sunday before National Day is worked.
        assert matter.order.counted("HANDLE") == ["2024-09-25", "2024-09-26", "2024-09-27", "2024-09-29", "2024-09-30"]
        assert matter.order.due("RETURN") == end_of("2024-09-25")

    city.clock("2024-09-26 09:00")
    returned.order.do("request_return", handler, suggested_unit_id=LAMPS)
    assert returned.order.round().late_return
    returned.order.do("refuse_return", hub.dispatcher)
    assert returned.order.stands() == Stands("HANDLING", "HANDLE", end_of("2024-09-30"))

    city.clock("2024-09-29 16:00")
    extended.order.do("request_extension", handler, days=3)
    extended.order.do("grant_extension", hub.reviewer)
    # The holiday from Tuesday to Monday lies between.
    assert extended.order.counted("EXTENSION") == ["2024-10-08", "2024-10-09", "2024-10-10"]
    city.clock("2024-09-30 00:05")
    returned.order.refuses("11-4", "request_extension", handler, days=3)
    returned.order.shows("YELLOW")
    extended.order.shows("NONE")

    city.clock("2024-10-09 00:05")
    returned.order.shows("RED")
    assert returned.order.urgings() == [Urged(1, "HANDLE", end_of("2024-10-08"))]
    for matter in (returned, extended):
        matter.order.do("reply", handler)
        matter.is_settled()
    assert (returned.order.round().overdue, extended.order.round().overdue) == (True, False)
    assert returned.order.lights() == [
        Lit(1, "HANDLE", "YELLOW", end_of("2024-09-29")),
        Lit(1, "HANDLE", "RED", end_of("2024-10-08")),
    ]
    assert extended.order.lights() == []
    city.clock("2024-10-12 00:05")
    assert extended.order.urgings() == []
