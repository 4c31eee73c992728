"""SuggestUnits: three units with reasons from what was closed, duties, place and returns; never the party (17)."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.dispatch.v1 import suggestions_pb2 as pb
from tests.services.dispatch.city import (
    CALLER_BACK,
    CITY,
    DISPATCHER,
    DISTRICT,
    DISTRICT_HUB,
    HANDLER,
    REVIEWER,
    SUPERVISOR,
    City,
    Serve,
    person,
)
from tests.services.dispatch.crowd import crowd
from tests.services.dispatch.test_desks import plan_of, queries
from tests.services.refused import Refused

SUGGEST = "SuggestionService/SuggestUnits"
CATEGORY = "03.01.01"
PIPES = {"category": CATEGORY, "title": "水管问题", "text": "某处情况请处理"}

LOOKED = {"orders.closing IN": "ix_orders_closed", "JOIN returns": "ix_orders_returned"}


@pytest.fixture
def city(served: Serve) -> City:
    made = City(served("dispatch"))
    made.tell_unit("water", 2, **_unit("市自来水公司", directory.UNIT_KIND_ENTERPRISE), duties=["城区供水与水压不足", "自来水管网抢修"])
    made.tell_unit("roads", 2, **_unit("市城管局", directory.UNIT_KIND_DEPARTMENT), duties=["路灯照明与不亮报修", "占道经营、流动摊贩治理"])
    return made


def _unit(name: str, kind: int) -> dict[str, Any]:
    return {"tenant_id": CITY, "name": name, "kind": kind, "parent_id": "zibo-hub"}


def suggested(city: City, order: orders_pb2.Order, by: Any = DISPATCHER) -> dict[str, list[pb.UnitReason]]:
    answer = city.ask(SUGGEST, by, order_id=order.order_id)
    return {each.unit_id: list(each.reasons) for each in answer.suggestions}


def grounds(reasons: list[pb.UnitReason]) -> list[int]:
    return [each.ground for each in reasons]


def close(city: City, **facts: Any) -> None:
    rated = city.do(
        "CallBackService/RecordRatings", city.calling(**facts), CALLER_BACK,
        process=events_pb2.RATING_SATISFIED, result=events_pb2.RATING_SATISFIED, via=orders_pb2.RATING_VIA_PHONE,
    )  # fmt: skip
    city.do("ClosingService/CloseSatisfied", rated, CALLER_BACK)


def give_back(city: City, suggested_unit_id: str = "roads", **facts: Any) -> orders_pb2.Order:
    asked = city.do(
        "ReturnService/RequestReturn", city.handling(**facts), HANDLER,
        reason="不属于本单位职责", basis="三定方案", suggested_unit_id=suggested_unit_id,
    )  # fmt: skip
    return city.do("ReturnService/GrantReturn", asked, DISPATCHER, reason="理由成立")


def test_suggest_units_by_duties_in_the_directory(city: City) -> None:
    order = city.form(title="路灯不亮", text="柳泉路路灯不亮一周了")
    found = suggested(city, order)
    assert list(found) == ["roads"]
    assert grounds(found["roads"]) == [pb.UNIT_GROUND_DUTY]
    assert found["roads"][0].words == "职责：路灯照明与不亮报修"


def test_suggest_units_by_who_closed_the_category(city: City) -> None:
    for _ in range(2):
        close(city, **PIPES)
    found = suggested(city, city.form(**PIPES))
    (reason,) = found["water"]
    assert (reason.ground, reason.count, reason.words) == (pb.UNIT_GROUND_CLOSED, 2, "办结过2件同类工单")
    assert not suggested(city, city.form(**{**PIPES, "category": "03.01.02"}))


def test_suggest_units_by_the_place(city: City) -> None:
    order = city.form(**PIPES, place={"district": DISTRICT, "town": "车站街道"})
    found = suggested(city, order)
    assert grounds(found["zhangdian"]) == [pb.UNIT_GROUND_PLACE]


def test_a_district_is_suggested_its_own_towns_to_hand_on_to(city: City) -> None:
    order = city.dispatched("zhangdian", **PIPES, place={"district": DISTRICT, "town": "车站街道"})
    assert list(suggested(city, order, DISTRICT_HUB)) == ["town-1"]
    assert list(suggested(city, order)) == ["zhangdian"]
    inner = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=order.order_id, version=order.version, unit_id="town-1").inner
    assert list(suggested(city, inner, DISTRICT_HUB)) == ["town-1"]


def test_a_granted_return_speaks_against_who_returned_and_for_whom_it_named(city: City) -> None:
    close(city, **PIPES)
    before = list(suggested(city, city.form(**PIPES)))
    returned = give_back(city, **PIPES)
    found = suggested(city, city.form(**PIPES))
    assert before == ["water"]
    assert list(found) == ["roads", "water"]
    assert grounds(found["roads"]) == [pb.UNIT_GROUND_ADVISED]
    assert grounds(found["water"]) == [pb.UNIT_GROUND_CLOSED, pb.UNIT_GROUND_RETURNED]
    assert "water" not in suggested(city, returned)


def test_no_more_than_three_the_best_first(city: City) -> None:
    for number in range(5):
        city.tell_unit(f"lamps-{number}", **_unit(f"路灯所{number}", directory.UNIT_KIND_DEPARTMENT), duties=["路灯照明与不亮报修"])
    for _ in range(2):
        close(city, **PIPES)
    found = suggested(city, city.form(**{**PIPES, "text": "路灯不亮，报修没人理"}))
    assert len(found) == 3
    assert next(iter(found)) == "water"


def test_a_closed_unit_and_the_hub_are_not_suggested(city: City) -> None:
    closed = {**_unit("市城管局", directory.UNIT_KIND_DEPARTMENT), "duties": ["路灯照明与不亮报修"], "state": directory.UNIT_STATE_CLOSING}
    city.tell_unit("roads", 3, **closed)
    city.tell_unit("zibo-hub", 2, **{**_unit("市民投诉中心", directory.UNIT_KIND_HUB), "parent_id": ""}, duties=["路灯照明与不亮报修"])
    assert not suggested(city, city.form(title="路灯不亮", text="路灯照明坏了"))


@pytest.mark.parametrize("party", [{"unit_id": "water"}, {"unit_id": "water", "name": "自来水公司"}])
def test_the_party_and_its_descendants_are_never_suggested(city: City, party: dict[str, str]) -> None:
    east = {**_unit("市自来水公司东区站", directory.UNIT_KIND_ENTERPRISE), "parent_id": "water"}
    city.tell_unit("water-east", 2, **east, duties=["自来水管网抢修"])
    order = city.form(title="自来水管网抢修", text="自来水管网抢修不及时", parties=[party])
    found = suggested(city, order)
    assert not {"water", "water-east"} & set(found)
    assert pb.UNIT_GROUND_SUPERIOR in grounds(found["zibo-hub"])


def test_a_district_that_is_complained_about_is_suggested_none_of_its_own(city: City) -> None:
    place = {"district": DISTRICT, "town": "车站街道"}
    order = city.form(**PIPES, place=place, parties=[{"unit_id": "zhangdian-hub"}])
    held = city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="zhangdian")
    assert not suggested(city, held, DISTRICT_HUB)
    assert not {"zhangdian"} & set(suggested(city, city.form(**PIPES, place=place, parties=[{"unit_id": "zhangdian"}])))


def test_of_a_party_below_its_superior_takes_its_place(city: City) -> None:
    east = {**_unit("市自来水公司东区站", directory.UNIT_KIND_ENTERPRISE), "parent_id": "water"}
    city.tell_unit("water-east", 2, **east, duties=["东区站泵房噪声"])
    order = city.form(title="东区站泵房噪声", text="东区站泵房噪声大", parties=[{"unit_id": "water-east"}])
    found = suggested(city, order)
    assert list(found) == ["water"]
    assert (found["water"][0].ground, found["water"][0].words) == (pb.UNIT_GROUND_SUPERIOR, "市自来水公司东区站")


@pytest.mark.parametrize(("staff", "expected"), [(("handler",), "zibo-hub"), (("handler", "colleague"), "water")])
def test_a_unit_of_nobody_but_the_party_is_never_suggested(city: City, staff: tuple[str, ...], expected: str) -> None:
    for name in staff:
        city.tell(directory.PersonChanged(person_id=name, tenant_id=CITY, unit_id="water", active=True, version=1), source="directory")
    order = city.form(title="自来水管网抢修", text="态度差", parties=[{"person_id": "handler"}])
    assert list(suggested(city, order)) == [expected]


def test_whoever_is_complained_about_is_suggested_nothing(city: City) -> None:
    formed = city.form_event(**PIPES, parties=[{"person_id": DISPATCHER.id}])
    city.tell(formed)
    order = city.of_ticket(formed.ticket_id, SUPERVISOR)
    with pytest.raises(Refused) as refused:
        suggested(city, order)
    assert refused.value.code == "NOT_FOUND"


def test_suggest_units_is_the_hubs_own(city: City) -> None:
    order = city.form(**PIPES)
    elsewhere = person("dispatcher-2", "DISPATCHER", unit="roads")
    for by, code in (
        (HANDLER, "PERMISSION_DENIED"),
        (REVIEWER, "PERMISSION_DENIED"),
        (elsewhere, "NOT_FOUND"),
        (DISTRICT_HUB, "NOT_FOUND"),
    ):
        with pytest.raises(Refused) as refused:
            suggested(city, order, by)
        assert refused.value.code == code, by.id
    assert suggested(city, order, SUPERVISOR) == {}
    with pytest.raises(Refused) as unknown:
        city.ask(SUGGEST, DISPATCHER, order_id="nobody-knows-this")
    assert unknown.value.code == "NOT_FOUND"
    with pytest.raises(Refused) as missing:
        city.ask(SUGGEST, DISPATCHER, order_id="")
    assert (missing.value.code, missing.value.field) == ("INVALID_ARGUMENT", "order_id")


@pytest.mark.parametrize("count", [1, 12])
def test_more_units_and_orders_ask_no_more_of_the_store(city: City, count: int) -> None:
    for number in range(count):
        city.tell_unit(f"unit-{number}", **_unit(f"单位{number}", directory.UNIT_KIND_DEPARTMENT), duties=["路灯照明与不亮报修"])
        give_back(city, **PIPES)
    order = city.form(**PIPES, parties=[{"person_id": "somebody"}])
    with queries(city) as seen:
        suggested(city, order)
    assert len(seen) <= 13, seen


def test_what_a_category_s_orders_teach_is_found_by_its_index(city: City) -> None:
    close(city, **PIPES)
    give_back(city, **PIPES)
    order = city.form(**PIPES)
    with queries(city) as seen:
        suggested(city, order)
    looked = {index: next(each for each in seen if word in each[0]) for word, index in LOOKED.items()}
    crowd(city)
    if not city.store.is_sqlite:
        del looked["ix_orders_returned"]  # returns are not crowded, and PostgreSQL begins with the few
    else:
        looked["ix_orders_category_formed"] = looked.pop("ix_orders_returned")  # as good to SQLite, which knows no numbers of rows
    for index, statement in looked.items():
        plan = city.store.read(DISPATCHER, lambda tx, statement=statement: plan_of(tx, *statement))  # type: ignore[misc]  # bound here
        assert index in plan, plan
