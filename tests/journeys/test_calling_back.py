"""回访: nobody there, and a matter that goes back for a new round (Art. 11(8)–(10))."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.dispatch.v1 import events_pb2 as events
from tests.journeys.cities import City
from tests.journeys.dates import end_of, local
from tests.journeys.orders import Lit, Stands
from tests.journeys.verbs import name_of

pytestmark = pytest.mark.journey
HEATING = "heating"


@pytest.mark.begins("2021-12-29 09:00")
def test_an_unreachable_caller_is_called_thrice_over_two_days_and_never_counted_as_satisfied(city: City) -> None:
    hub, handler = city.hub, city.unit(HEATING)
    matter = city.call("家中暖气不热，室温只有十四度", category="01.05.01")
    order = matter.order
    city.clock("2021-12-29 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=HEATING)
    # Saturday to Monday is the New Year's holiday.
    assert order.counted("HANDLE") == ["2021-12-30", "2021-12-31", "2022-01-04", "2022-01-05", "2022-01-06"]
    order.do("sign_in", handler)
    city.clock("2021-12-31 09:00")
    order.do("reply", handler)
    city.clock("2021-12-31 14:00")
    order.do("pass_review", hub.reviewer)
    assert order.stands() == Stands("CALLING_BACK", "HANDLE", end_of("2022-01-06"))

    city.clock("2021-12-31 15:00")
    order.do("record_attempt", hub.call_back)
    city.clock("2021-12-31 16:00")
    order.do("record_attempt", hub.call_back)
    city.clock("2021-12-31 17:00")
    order.do("record_attempt", hub.call_back, outcome="BUSY")
    # Three calls, but on one day.
    order.refuses("11-8", "send_rating_link", hub.call_back)
    city.clock("2022-01-02 10:00")
    order.do("record_attempt", hub.call_back, outcome="SWITCHED_OFF")
    order.do("send_rating_link", hub.call_back)
    called = order.round().call_back
    assert called.attempts == 4
    assert local(called.link_until) - local(called.link_sent_at) == timedelta(hours=72)
    order.refuses("11-8", "send_rating_link", hub.call_back)
    city.clock("2022-01-05 09:55")
    order.refuses("11-8", "find_unreachable", hub.call_back)
    city.clock("2022-01-05 10:05")
    order.refuses("11-8", "record_ratings", hub.call_back, process="SATISFIED", result="SATISFIED", via="LINK")
    order.refuses("11-10", "close_unreachable", hub.reviewer)
    order.do("find_unreachable", hub.call_back)
    order.refuses("11-10", "close_satisfied", hub.reviewer)
    order.refuses("11-10", "close_unreachable", hub.reviewer, finding="")
    order.do("close_unreachable", hub.reviewer)

    assert (order.stands().state, order.closing()) == ("CLOSED", "UNREACHABLE")
    called = order.round().call_back
    assert {name_of(events.Rating, each) for each in (called.process, called.result)} == {"UNSPECIFIED"}
    matter.ends("CLOSED")
    city.clock("2022-01-07 00:05")
    assert order.lights() == []
    assert not order.round().overdue
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "sign_in", "reply", "pass_review", "record_attempt", "record_attempt", "record_attempt",
        "record_attempt", "send_rating_link", "find_unreachable", "close_unreachable",
    ]  # fmt: skip


@pytest.mark.begins("2022-01-24 09:00")
def test_a_dissatisfied_caller_with_a_reasonable_demand_has_it_reworked_with_a_fresh_term(city: City) -> None:
    hub, handler = city.hub, city.unit(HEATING)
    matter = city.call("换热站夜间噪声大，影响休息", category="01.05.05")
    order = matter.order
    city.clock("2022-01-24 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=HEATING)
    # The weekend before the Spring Festival is worked.
    assert order.counted("HANDLE") == ["2022-01-25", "2022-01-26", "2022-01-27", "2022-01-28", "2022-01-29"]
    order.do("sign_in", handler)
    city.clock("2022-01-26 10:00")
    order.do("reply", handler)
    city.clock("2022-01-27 10:00")
    order.do("pass_review", hub.reviewer)
    order.refuses("11-9", "rework", hub.call_back)
    order.do("record_ratings", hub.call_back, process="FAIR", result="DISSATISFIED")
    order.refuses("11-10", "close_satisfied", hub.call_back)
    city.clock("2022-01-28 10:00")
    order.refuses("11-9", "rework", hub.call_back, reason="")
    order.refuses("11-9", "rework", hub.call_back, ground="UNREACHABLE_NOT_LAWFUL")
    order.do("rework", hub.call_back)

    # The worked weekend, then the festival from Monday to Sunday, then Monday to Wednesday.
    assert order.counted("REWORK", 2) == ["2022-01-29", "2022-01-30", "2022-02-07", "2022-02-08", "2022-02-09"]
    assert order.stands() == Stands("DISPATCHED", "REWORK", end_of("2022-02-09"))
    assert (order.ending(1), order.date_state("HANDLE", 1), order.due("HANDLE", 1)) == ("REWORKED", "STOPPED", end_of("2022-01-29"))
    assert order.due("RETURN", 2) == end_of("2022-01-30")
    city.clock("2022-02-07 09:00")
    order.do("sign_in", handler)
    order.refuses("11-6", "request_return", handler, suggested_unit_id="urban-management")
    city.clock("2022-02-08 23:55")
    order.shows("NONE")
    city.clock("2022-02-09 00:05")
    order.shows("YELLOW")
    city.clock("2022-02-09 16:00")
    order.do("reply", handler)
    city.clock("2022-02-10 10:00")
    matter.is_settled(result="FAIR")

    city.clock("2022-02-11 00:05")
    assert order.seen().order.reworks == 1
    assert [each.overdue for each in order.seen().rounds] == [False, False]
    assert order.lights() == [Lit(2, "REWORK", "YELLOW", end_of("2022-02-08"))]
    assert order.urgings() == []
    assert matter.steps() == {
        "intake": ["register_ticket", "form_ticket", "close_ticket"],
        "dispatch": [
            "open", "dispatch", "sign_in", "reply", "pass_review", "record_ratings", "rework", "sign_in", "reply",
            "pass_review", "record_ratings", "close_satisfied",
        ],
        "sla": ["turn_light"],
    }  # fmt: skip
