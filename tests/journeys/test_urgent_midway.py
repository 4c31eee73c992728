"""升级: an order turns out to be urgent midway; the hours run from then, and a breach survives the downgrade (Art. 13)."""

from __future__ import annotations

import pytest

from tests.journeys.cities import City
from tests.journeys.dates import at, end_of
from tests.journeys.orders import Lit, Stands, Urged

pytestmark = pytest.mark.journey
WATER = "water-supply"


@pytest.mark.begins("2023-06-12 09:00")
def test_an_order_upgraded_midway_runs_by_the_hour_and_its_breach_survives_the_downgrade(city: City) -> None:
    hub, water = city.hub, city.unit(WATER)
    matter = city.call("小区水压偏低，多户反映")
    order = matter.order
    city.clock("2023-06-12 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=WATER)
    order.do("sign_in", water)
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2023-06-19"))

    city.clock("2023-06-13 14:00")
    order.do("upgrade", hub.dispatcher, urgent_kind="WATER", reason="核实为片区主管爆裂，大面积停水")
    # Three working days from the upgrade; the old date would have come later.
    assert order.stands() == Stands("HANDLING", "RESULT", end_of("2023-06-16"))
    order.refuses("13", "request_extension", water, days=1)
    upgraded = order.seen().order
    hours = (order.due("FIRST_REPORT") - city.now()).total_seconds() / 3600
    assert 1.9 < hours <= 2
    report_due = order.due("FIRST_REPORT")

    city.clock("2023-06-13 16:30")
    order.shows("RED")
    assert order.urgings() == [Urged(1, "FIRST_REPORT", report_due)]
    order.do("downgrade", hub.dispatcher, reason="已由备用管线供水，不再属于紧急事项")
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2023-06-19"))
    assert order.date("FIRST_REPORT").late
    order.shows("NONE")
    assert order.urgings() == [Urged(1, "FIRST_REPORT", report_due)]
    assert order.seen().order.urgency != upgraded.urgency

    city.clock("2023-06-19 09:00")
    order.shows("YELLOW")
    order.do("reply", water)
    matter.is_settled()
    assert not order.round().overdue
    city.clock("2023-06-21 00:05")
    assert order.lights() == [Lit(1, "FIRST_REPORT", "RED", report_due), Lit(1, "HANDLE", "YELLOW", end_of("2023-06-16"))]
    assert at("2023-06-13 16:00") <= report_due < at("2023-06-13 16:02")
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "sign_in", "upgrade", "downgrade", "reply", "pass_review", "record_ratings", "close_satisfied",
    ]  # fmt: skip
