"""延期 and 续报: asked for in time, decided late, kept and broken (Art. 11(4), 11(7), 12)."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from tests.journeys.cities import City
from tests.journeys.dates import end_of
from tests.journeys.orders import Lit, Stands, Urged
from tests.journeys.supervising import issue, proposed, told
from tests.journeys.waiting import becomes, until

pytestmark = pytest.mark.journey
LAMPS, ROADS = "urban-management", "housing-construction"


@pytest.mark.begins("2022-09-26 09:00")
def test_an_extension_asked_in_time_and_granted_late_was_on_time(city: City) -> None:
    hub, handler = city.hub, city.unit(ROADS)
    matter = city.call("学校门口道路塌陷，需要开挖修复")
    order = matter.order
    city.clock("2022-09-26 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=ROADS)
    # Four days, the National Day holiday of seven, and the Saturday after it, which is worked.
    assert order.counted("HANDLE") == ["2022-09-27", "2022-09-28", "2022-09-29", "2022-09-30", "2022-10-08"]
    order.do("sign_in", handler)
    city.clock("2022-09-30 23:55")
    order.shows("NONE")
    city.clock("2022-10-01 00:05")
    order.shows("YELLOW")

    city.clock("2022-10-08 16:00")
    order.refuses("11-4", "request_extension", handler, days=3, reason="")
    order.do("request_extension", handler, days=3)
    order.refuses("11-6", "request_return", handler, suggested_unit_id=LAMPS)
    assert order.date_state("HANDLE") == "HELD"
    # The Sunday is worked too: red would fall at its end, and so does the hub's day to decide.
    city.clock("2022-10-10 00:05")
    becomes(lambda: order.seen().requests[-1].HasField("escalated_at"), expected=True)
    order.shows("YELLOW")
    city.clock("2022-10-10 10:00")
    order.refuses("11-4", "grant_extension", hub.reviewer, days=6)
    order.do("grant_extension", hub.supervisor)
    assert order.counted("EXTENSION") == ["2022-10-09", "2022-10-10", "2022-10-11"]
    assert order.stands() == Stands("HANDLING", "EXTENSION", end_of("2022-10-11"))
    order.shows("NONE")
    order.refuses("11-4", "request_extension", handler, days=1)
    order.refuses("11-6", "request_return", handler, suggested_unit_id=LAMPS)
    city.clock("2022-10-11 15:00")
    order.shows("YELLOW")
    order.do("reply", handler)
    city.clock("2022-10-12 10:00")
    matter.is_settled()

    city.clock("2022-10-14 00:05")
    assert not order.round().overdue
    assert order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2022-09-30")), Lit(1, "EXTENSION", "YELLOW", end_of("2022-10-10"))]
    assert order.urgings() == []
    assert matter.steps()["dispatch"] == [
        "open", "dispatch", "sign_in", "request_extension", "escalate", "grant_extension", "reply", "pass_review",
        "record_ratings", "close_satisfied",
    ]  # fmt: skip


@pytest.mark.begins("2023-04-21 09:00")
def test_an_extension_refused_late_was_overdue_from_the_old_date_and_the_missed_light_fires_at_once(city: City) -> None:
    hub, handler = city.hub, city.unit(ROADS)
    matter = city.call("小区外墙脱落，存在安全隐患")
    order = matter.order
    city.clock("2023-04-21 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=ROADS)
    # The Sunday before the May holiday is worked.
    assert order.counted("HANDLE") == ["2023-04-23", "2023-04-24", "2023-04-25", "2023-04-26", "2023-04-27"]
    order.do("sign_in", handler)
    city.clock("2023-04-27 16:00")
    order.do("request_extension", handler, days=2)
    # Red would fall at the end of Friday, before the holiday.
    city.clock("2023-04-29 00:05")
    becomes(lambda: order.seen().requests[-1].HasField("escalated_at"), expected=True)
    order.shows("YELLOW")
    city.clock("2023-05-04 10:00")
    assert order.urgings() == []
    order.refuses("11-4", "refuse_extension", hub.supervisor, reason="")
    order.do("refuse_extension", hub.supervisor)
    order.shows("RED")
    assert order.stands() == Stands("HANDLING", "HANDLE", end_of("2023-04-27"), overdue=True)
    assert order.lights() == [Lit(1, "HANDLE", "YELLOW", end_of("2023-04-26")), Lit(1, "HANDLE", "RED", end_of("2023-04-28"))]
    assert order.urgings() == [Urged(1, "HANDLE", end_of("2023-04-28"))]
    order.refuses("11-4", "request_extension", handler, days=1)
    city.clock("2023-05-04 15:00")
    order.do("reply", handler)
    city.clock("2023-05-05 10:00")
    matter.is_settled()
    assert order.round().overdue
    assert len(order.urgings()) == 1
    # 15: it is proposed for supervision, a person issues it, and the unit is told its number, its clause and its term.
    found = until(lambda: proposed(city, ROADS, order), bool)
    assert [ground for _, ground in found] == ["15-1"]
    one = issue(city, found[0][0])
    assert one.due_at.ToDatetime(UTC) == end_of("2023-05-11")
    becomes(lambda: len(told(handler, one.number)), 1)
    assert "因超出办理时限未办理，" in told(handler, one.number)[0]
    assert "2023年5月11日24:00前整改" in told(handler, one.number)[0]


@pytest.mark.begins("2023-06-16 09:00")
def test_a_promise_counts_as_on_time_until_it_is_broken(city: City) -> None:
    hub, handler = city.hub, city.unit(LAMPS)
    matter = city.call("公园健身器材损坏，厂家配件停产")
    order = matter.order
    city.clock("2023-06-16 10:00")
    order.do("dispatch", hub.dispatcher, unit_id=LAMPS)
    # Thursday to Saturday is the Dragon Boat holiday, and the Sunday after it is worked.
    assert order.counted("HANDLE") == ["2023-06-19", "2023-06-20", "2023-06-21", "2023-06-25", "2023-06-26"]
    order.do("sign_in", handler)
    city.clock("2023-06-21 10:00")
    # Thirty working days from here are over on the 3rd of August.
    order.refuses("11-7", "request_progress_report", handler, promised_on=date(2023, 8, 4))
    order.refuses("11-7", "request_progress_report", handler, promised_on=date(2023, 7, 5), progress="")
    order.do("request_progress_report", handler, promised_on=date(2023, 7, 5))
    assert order.date_state("HANDLE") == "HELD"
    city.clock("2023-06-21 15:00")
    order.do("grant_progress_report", hub.reviewer)
    assert order.stands() == Stands("HANDLING", "PROMISE", end_of("2023-07-05"))
    assert order.date_state("HANDLE") == "STOPPED"
    assert not order.date("HANDLE").late
    order.refuses("11-4", "request_extension", handler, days=1)

    city.clock("2023-06-28 00:05")
    order.shows("NONE")
    city.clock("2023-07-05 00:05")
    order.shows("YELLOW")
    city.clock("2023-07-06 00:05")
    assert order.stands() == Stands("HANDLING", "PROMISE", end_of("2023-07-05"), overdue=True)
    order.refuses("11-7", "request_progress_report", handler, promised_on=date(2023, 7, 12))
    order.shows("YELLOW")
    city.clock("2023-07-07 00:05")
    order.shows("RED")
    assert order.urgings() == [Urged(1, "PROMISE", end_of("2023-07-06"))]
    city.clock("2023-07-07 10:00")
    order.do("reply", handler)
    city.clock("2023-07-10 10:00")
    matter.is_settled()
    assert (order.round().overdue, order.round().promises) == (True, 1)
    assert order.lights() == [Lit(1, "PROMISE", "YELLOW", end_of("2023-07-04")), Lit(1, "PROMISE", "RED", end_of("2023-07-06"))]
    assert matter.steps()["sla"] == ["turn_light", "turn_light", "issue_urging"]
