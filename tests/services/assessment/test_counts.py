"""18: calls are counted by category, place, unit, channel, nature, hour and day; doubled, late and out of order they count once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from random import Random
from typing import Any

import pytest
from grpc import RpcError
from sqlalchemy import Select, func, select

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.store import Store
from hotline.assessment.v1 import insight_pb2 as pb
from services.assessment.store.calls import call_sums, calls, words
from tests.harness import OpenStore, Served
from tests.services.asked import plan, statements
from tests.services.assessment.calling import COMPLAINT, HELP, WECHAT, formed, hear, settled
from tests.services.assessment.telling import BEGIN, DAY, HOUR, Life, tell
from tests.services.refused import Refused

ASSESSOR = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_ASSESSOR"}), ("zibo", "zhangdian"))
STRANGER = Caller("person", "p-4", "linzi", "lz-hub", frozenset({"ROLE_ASSESSOR"}))
SPAN = {"since_day": "2025-03-03", "until_day": "2025-03-05"}


def told() -> list[Any]:
    """Seven calls of three days, and four of the three days before."""
    return [
        formed("t-1"),
        formed("t-2", BEGIN + HOUR, category="01.02.01"),
        formed("t-3", BEGIN + DAY, place=("linzi", "金岭"), channel=WECHAT),
        formed("t-4", BEGIN + DAY, category="02.01.01", nature=HELP),
        settled("t-5", BEGIN + 2 * DAY),
        formed("t-6", BEGIN, place=("zhangdian", "马尚")),
        formed("t-7", BEGIN, place=("", ""), category="01"),
        *(formed(f"b-{at}", BEGIN - at * DAY) for at in (1, 2, 3, 4)),
    ]


@pytest.fixture
def city(served: Callable[[str], Served], clock: SetClock) -> Served:
    clock.set(BEGIN + 60 * DAY)
    running = served("assessment")
    hear(running.store, told())
    tell(running.store, Life("o-1", ticket_id="t-1").deliver(BEGIN, BEGIN + 7 * DAY).events)
    return running


def counted(city: Served, by: Any, caller: Caller = ASSESSOR, **asked: Any) -> dict[str, tuple[int, int, str]]:
    request = pb.CountTicketsRequest(**{**SPAN, "by": by, **asked})
    answer = city.ask("InsightService/CountTickets", request, pb.CountTicketsResponse, caller)
    return {each.key: (each.calls, each.before, each.trend) for each in [answer.all, *answer.counts] if each.calls or each.before}


def test_count_tickets_by_each_thing_with_the_span_before(city: Served) -> None:
    every = (7, 3, "1.333")
    assert counted(city, pb.COUNTED_CATEGORY) == {"": every, "01": (6, 3, "1.000"), "02": (1, 0, "")}
    assert counted(city, pb.COUNTED_CATEGORY, category="01") == {"": (6, 3, "1.000"), "01.01": (4, 3, "0.333"), "01.02": (1, 0, "")}
    # What is not known counts, under no name.
    by_place = counted(city, pb.COUNTED_PLACE)
    assert by_place.keys() == {"", "zhangdian", "linzi"}
    assert by_place["zhangdian"] == (5, 3, "0.667")
    assert counted(city, pb.COUNTED_PLACE, district="zhangdian") == {"": (5, 3, "0.667"), "科苑": (4, 3, "0.333"), "马尚": (1, 0, "")}
    assert counted(city, pb.COUNTED_UNIT)["water"] == (1, 0, "")
    assert counted(city, pb.COUNTED_CHANNEL) == {"": every, "phone": (6, 3, "1.000"), "wechat": (1, 0, "")}
    assert counted(city, pb.COUNTED_NATURE) == {"": every, "complaint": (5, 3, "0.667"), "help": (2, 0, "")}
    assert counted(city, pb.COUNTED_HOUR) == {"": every, "10": (6, 3, "1.000"), "11": (1, 0, "")}
    assert counted(city, pb.COUNTED_DAY) == {"": every, "2025-03-03": (4, 0, ""), "2025-03-04": (2, 0, ""), "2025-03-05": (1, 0, "")}


def test_count_tickets_of_several_names_at_once(city: Served) -> None:
    assert counted(city, pb.COUNTED_DAY, category="01", channel=WECHAT) == {"": (1, 0, ""), "2025-03-04": (1, 0, "")}
    assert counted(city, pb.COUNTED_CATEGORY, district="zhangdian", nature=COMPLAINT) == {"": (3, 3, "0.000"), "01": (3, 3, "0.000")}
    assert counted(city, pb.COUNTED_CATEGORY, category="01", unit_id="water")["01.01"] == (1, 0, "")
    assert counted(city, pb.COUNTED_PLACE, district="zhangdian", category="01.01")["科苑"] == (2, 3, "-0.333")
    assert counted(city, pb.COUNTED_DAY, category="01") == {
        "": (6, 3, "1.000"), "2025-03-03": (4, 0, ""), "2025-03-04": (1, 0, ""), "2025-03-05": (1, 0, ""),
    }  # fmt: skip


def test_hours_and_days_keep_their_zeros(city: Served) -> None:
    request = pb.CountTicketsRequest(by=pb.COUNTED_HOUR, since_day="2025-03-03", until_day="2025-03-05")
    answer = city.ask("InsightService/CountTickets", request, pb.CountTicketsResponse, ASSESSOR)
    assert [each.key for each in answer.counts] == [f"{hour:02}" for hour in range(24)]


def test_whose_calls_somebody_counts(city: Served) -> None:
    assert counted(city, pb.COUNTED_CHANNEL, STRANGER, tenant_id="zibo") == {}
    lead = Caller("person", "p-2", "zibo", "water", frozenset({"ROLE_UNIT_LEAD"}))
    with pytest.raises(RpcError):
        counted(city, pb.COUNTED_CHANNEL, lead)


def test_what_cannot_be_counted_is_refused_in_chinese(city: Served) -> None:
    spoilt: list[tuple[Any, dict[str, Any], str]] = [
        (0, {}, "by"),
        (pb.COUNTED_HOUR, {"until_day": "2025-03-02"}, "until_day"),
        (pb.COUNTED_HOUR, {"since_day": "2020-01-01"}, "until_day"),
    ]
    for by, asked, field in spoilt:
        with pytest.raises(RpcError) as caught:
            counted(city, by, **asked)
        refused = Refused(caught.value)
        assert (refused.field, refused.article) == (field, "18")


def read(store: Store, wanted: Select[Any]) -> list[dict[str, Any]]:
    return store.read(Caller.peer("assessment", "zibo"), lambda tx: [dict(row) for row in tx.all(wanted)])


def kept(store: Store) -> list[list[dict[str, Any]]]:
    wanted = (select(calls), select(call_sums).where(call_sums.c.calls != 0), select(words))
    return [read(store, each.order_by(*each.get_final_froms()[0].primary_key)) for each in wanted]


def test_calls_doubled_late_and_out_of_order_are_counted_once(store_for: OpenStore, clock: SetClock) -> None:
    clock.set(BEGIN + 60 * DAY)
    store = store_for("assessment")
    back = (
        Life("o-1", ticket_id="t-1").deliver(BEGIN, BEGIN + 7 * DAY).do("request_return", BEGIN + DAY).do("grant_return", BEGIN + DAY, "")
    )
    outer = Life("o-2", "power", ticket_id="t-2").deliver(BEGIN, BEGIN + 7 * DAY)
    inner = Life("o-3", "town", ticket_id="t-2", tenant_id="zhangdian", outer_order_id="o-2").deliver(BEGIN, BEGIN + 7 * DAY)
    orders = [event for life in (back, outer, inner) for event in life.events]
    tell(store, orders[::-1], together=1)
    hear(store, Random(5).sample(told(), 11), together=3)
    first = kept(store)
    assert {row["ticket_id"]: row["unit_id"] for row in first[0] if row["ticket_id"] in ("t-1", "t-2")} == {"t-1": "", "t-2": "power"}
    hear(store, told()[::-1] + told(), together=4)
    tell(store, orders + orders)
    assert kept(store) == first
    # Told anew by a newer version it is moved, and an older one changes nothing.
    hear(store, [formed("t-1", category="03.01.01", version=2)])
    hear(store, [formed("t-1")])
    (row,) = (row for row in kept(store)[0] if row["ticket_id"] == "t-1")
    assert (row["category"], row["version"]) == ("03.01.01", 2)
    sums = {(row["kind"], row["key"]): row["calls"] for row in kept(store)[1] if row["day"] == "2025-03-03"}
    assert (sums["category", "03"], sums["category", "01"], sums["all", ""]) == (1, 3, 4)


def test_the_sums_are_those_of_the_calls(city: Served) -> None:
    for column, kind in (("unit_id", "unit"), ("district", "district"), ("channel", "channel"), ("hour", "hour"), ("nature", "nature")):
        own = select(calls.c[column].label("key"), calls.c.day, func.count().label("n")).group_by(calls.c[column], calls.c.day)
        here = (call_sums.c.kind == kind) & (call_sums.c.calls != 0)
        summed = select(call_sums.c.key, call_sums.c.day, call_sums.c.calls.label("n")).where(here)
        found = [{(row["key"], row["day"]): row["n"] for row in read(city.store, each)} for each in (own, summed)]
        assert found[0] == found[1], kind


def test_counting_asks_twice_and_by_an_index(city: Served) -> None:
    asked: list[dict[str, Any]] = [
        {"by": pb.COUNTED_CATEGORY}, {"by": pb.COUNTED_HOUR}, {"by": pb.COUNTED_DAY}, {"by": pb.COUNTED_PLACE, "district": "zhangdian"},
        {"by": pb.COUNTED_DAY, "category": "01", "unit_id": "water"}, {"by": pb.COUNTED_CHANNEL, "unit_id": "water"},
    ]  # fmt: skip
    for each in asked:
        with statements(city.store) as seen:
            counted(city, **each)
        assert len(seen) == 2
        if city.store.is_sqlite:
            assert all("USING" in plan(city.store, one) and "SCAN calls" not in plan(city.store, one) for one in seen)


def test_count_minutes_of_the_last_hour_by_an_index(city: Served, clock: SetClock) -> None:
    now = BEGIN + 10 * DAY
    clock.set(now + timedelta(seconds=40))
    ages = {"m-1": 0, "m-2": 0, "m-3": 7, "m-4": 59, "m-5": 60}
    hear(city.store, [formed(id_, now - timedelta(minutes=minutes)) for id_, minutes in ages.items()])

    def minutes(caller: Caller) -> list[tuple[Any, int]]:
        answer = city.ask("InsightService/CountMinutes", pb.CountMinutesRequest(), pb.CountMinutesResponse, caller)
        return [(each.at.ToDatetime(UTC), each.calls) for each in answer.minutes]

    with statements(city.store) as seen:
        found = minutes(ASSESSOR)
    assert (len(found), found[0], found[-1]) == (60, (now - timedelta(minutes=59), 1), (now, 2))
    assert [at for at, calls_ in found if calls_] == [now - timedelta(minutes=back) for back in (59, 7, 0)]
    (asked,) = seen
    if city.store.is_sqlite:
        assert "COVERING INDEX" in plan(city.store, asked)
    assert sum(calls_ for _, calls_ in minutes(STRANGER)) == 0
    with pytest.raises(RpcError):
        minutes(Caller("person", "p-2", "zibo", "water", frozenset({"ROLE_UNIT_LEAD"})))


def test_taking_calls_in_costs_the_same_however_many_a_message_tells(store_for: OpenStore, clock: SetClock) -> None:
    clock.set(BEGIN + timedelta(minutes=5))
    store = store_for("assessment")

    def cost(*told_: Any) -> int:
        with statements(store) as seen:
            hear(store, told_)
        return len(seen)

    assert cost(formed("one")) == cost(*(formed(f"many-{number}", place=("zhangdian", f"{number}")) for number in range(9)))
