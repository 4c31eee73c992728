"""7(2) through the doors: the city's order, the district's inner one, each tenant's rows and what either sees of the other's."""

from __future__ import annotations

import pytest

from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.intake.v1 import events_pb2 as intake
from hotline.ticket.v1 import ticket_pb2
from tests.services.dispatch.city import (
    CALLER_BACK,
    CITY,
    DISPATCHER,
    DISTRICT,
    DISTRICT_HUB,
    DISTRICT_REVIEWER,
    REVIEWER,
    SUPERVISOR,
    TOWN,
    City,
    Serve,
    person,
)
from tests.services.refused import Refused


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def handed_on(city: City, unit_id: str = "town-1", **facts: object) -> tuple[orders_pb2.Order, orders_pb2.Order]:
    outer = city.dispatched("zhangdian", **facts)
    city.wait(days=1)
    answer = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id=unit_id)
    return answer.order, answer.inner


def passed(city: City) -> tuple[orders_pb2.Order, orders_pb2.Order]:
    outer, inner = handed_on(city)
    inner = city.do("AssignmentService/SignIn", inner, TOWN)
    inner = city.reply(inner, TOWN, result="街道已协调恢复供水")
    inner = city.do("ReviewService/PassReview", inner, DISTRICT_REVIEWER)
    return outer, inner


def test_hand_on_makes_the_districts_own_order_with_the_citys_date(city: City) -> None:
    outer, inner = handed_on(city)
    assert (outer.tenant_id, outer.handling_tenant_id, outer.state) == (CITY, DISTRICT, events_pb2.ORDER_STATE_HANDLING)
    assert (inner.tenant_id, inner.outer_order_id, inner.unit_id) == (DISTRICT, outer.order_id, "town-1")
    assert (inner.due_at, inner.number) == (outer.due_at, outer.number)
    told = city.told(inner)
    assert [(each.verb, each.order.outer_order_id, list(each.order.holders)) for each in told] == [("hand_on", outer.order_id, ["town-1"])]


def test_the_town_reads_the_text_and_neither_hub_reads_the_others_rows(city: City) -> None:
    outer, inner = handed_on(city)
    assert city.get(inner, TOWN).ticket.text == city.get(outer, DISTRICT_HUB).ticket.text != ""
    for order, by in ((inner, DISPATCHER), (outer, TOWN)):
        with pytest.raises(Refused) as refused:
            city.get(order, by)
        assert refused.value.code == "NOT_FOUND"
    assert city.get(inner, SUPERVISOR).order.order_id == inner.order_id
    with pytest.raises(Refused) as written:
        city.do("AssignmentService/Recall", inner, person("s", "SUPERVISOR", reads=(CITY, DISTRICT)), reason="不能改")
    assert written.value.code == "NOT_FOUND"


def test_the_city_sees_dates_state_and_result_of_the_inner_order(city: City) -> None:
    outer, inner = passed(city)
    (seen,) = city.get(outer).inner_orders
    assert (seen.order_id, seen.unit_id, seen.result) == (inner.order_id, "town-1", "街道已协调恢复供水")
    assert seen.state == events_pb2.ORDER_STATE_CALLING_BACK
    assert {each.deadline.kind for each in seen.dates} == {ticket_pb2.DEADLINE_KIND_HANDLE, ticket_pb2.DEADLINE_KIND_RETURN}


def test_an_inner_order_closes_with_the_outer_one(city: City) -> None:
    outer, inner = passed(city)
    outer = city.reply(outer, DISTRICT_HUB)
    outer = city.do("ReviewService/PassReview", outer, REVIEWER)
    good = events_pb2.RATING_SATISFIED
    outer = city.do("CallBackService/RecordRatings", outer, CALLER_BACK, process=good, result=good, via=orders_pb2.RATING_VIA_PHONE)
    city.do("ClosingService/CloseSatisfied", outer, CALLER_BACK)
    closed = city.get(inner, TOWN).order
    assert (closed.state, closed.closing) == (events_pb2.ORDER_STATE_CLOSED, events_pb2.CLOSING_SATISFIED)
    assert city.told(inner)[-1].verb == "close_satisfied"
    steps = city.journal(inner, DISTRICT_HUB)
    assert steps[-1][:2] == ("close_satisfied", "11-10")
    assert steps[-1][2]["outer"] == outer.order_id


def test_an_inner_order_lapses_with_the_round_it_served(city: City) -> None:
    outer, inner = handed_on(city)
    outer = city.do("AssignmentService/Recall", outer, DISPATCHER, reason="应派住建局")
    lapsed = city.get(inner, DISTRICT_HUB).order
    assert (lapsed.state, lapsed.closing) == (events_pb2.ORDER_STATE_CLOSED, events_pb2.CLOSING_LAPSED)
    assert outer.handling_tenant_id == ""
    with pytest.raises(Refused) as gone:
        city.get(outer, DISTRICT_HUB)
    assert gone.value.code == "NOT_FOUND"


def test_a_district_may_answer_by_itself_and_hand_on_anew_after_a_deficient_reply(city: City) -> None:
    outer, inner = handed_on(city)
    outer = city.reply(outer, DISTRICT_HUB)
    assert city.get(inner, DISTRICT_HUB).order.closing == events_pb2.CLOSING_LAPSED
    outer = city.do("ReviewService/SendBackReply", outer, REVIEWER, reason="未写明何时恢复")
    answer = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id="town-2")
    assert len(city.get(answer.order).inner_orders) == 2


def test_an_inner_order_comes_back_and_goes_to_another_town(city: City) -> None:
    outer, inner = handed_on(city)
    said = {"reason": "不属于本街道", "basis": "区划", "suggested_unit_id": "town-2"}
    inner = city.do("ReturnService/RequestReturn", inner, TOWN, **said)
    inner = city.do("ReturnService/GrantReturn", inner, DISTRICT_HUB)
    inner = city.do("AssignmentService/Dispatch", inner, DISTRICT_HUB, unit_id="town-2")
    assert (inner.round, inner.unit_id, inner.due_at) == (2, "town-2", outer.due_at)


def test_an_inner_extension_is_never_later_than_the_outer_date(city: City) -> None:
    outer, inner = handed_on(city)
    inner = city.do("AssignmentService/SignIn", inner, TOWN)
    inner = city.do("ExtensionService/RequestExtension", inner, TOWN, days=2, reason="需协调")
    with pytest.raises(Refused) as refused:
        city.do("ExtensionService/GrantExtension", inner, DISTRICT_REVIEWER)
    assert refused.value.article == "7-2"
    outer = city.do("ExtensionService/RequestExtension", outer, DISTRICT_HUB, days=3, reason="需协调")
    city.do("ExtensionService/GrantExtension", outer, REVIEWER)
    granted = city.do("ExtensionService/GrantExtension", inner, DISTRICT_REVIEWER)
    assert granted.due_at.seconds < city.get(outer).order.due_at.seconds


def test_the_district_neither_calls_back_nor_decides_for_the_city(city: City) -> None:
    outer, inner = passed(city)
    call_back = person("d", "CALL_BACK", unit="zhangdian-hub", tenant=DISTRICT)
    with pytest.raises(Refused) as inner_call:
        city.do("CallBackService/RecordAttempt", inner, call_back, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY)
    assert (inner_call.value.code, inner_call.value.article) == ("FAILED_PRECONDITION", "11-8")
    outer = city.do("ExtensionService/RequestExtension", outer, DISTRICT_HUB, days=3, reason="需协调")
    with pytest.raises(Refused) as own:
        city.do("ExtensionService/GrantExtension", outer, DISTRICT_REVIEWER)
    assert own.value.code == "PERMISSION_DENIED"


def test_hand_on_is_refused_twice_to_the_party_and_outside_the_district(city: City) -> None:
    outer, _ = handed_on(city, parties=[{"name": "公园街道", "unit_id": "town-2"}])
    for unit, code, article in (("town-1", "FAILED_PRECONDITION", "7-2"), ("water", "NOT_FOUND", "")):
        with pytest.raises(Refused) as refused:
            city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id=unit)
        assert (refused.value.code, refused.value.article) == (code, article)
    fresh = city.dispatched("zhangdian", parties=[{"name": "公园街道", "unit_id": "town-2"}])
    with pytest.raises(Refused) as party:
        city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=fresh.order_id, version=fresh.version, unit_id="town-2")
    assert party.value.article == "17"


def test_hand_on_keeps_a_ticket_from_a_town_staffed_by_the_party_alone(city: City) -> None:
    city.tell(directory.PersonChanged(person_id="only", tenant_id=DISTRICT, unit_id="town-2", active=True, version=1))
    outer = city.dispatched("zhangdian", parties=[{"name": "某某", "person_id": "only"}])
    with pytest.raises(Refused) as refused:
        city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id="town-2")
    assert refused.value.article == "17"
    city.tell(directory.PersonChanged(person_id="second", tenant_id=DISTRICT, unit_id="town-2", active=True, version=1))
    assert city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id="town-2").inner


def test_caller_s_words_reach_the_inner_order(city: City) -> None:
    outer, inner = handed_on(city)
    more = intake.TicketSupplemented(ticket_id=outer.ticket_id, text="全小区都停了", version=2)
    more.at.FromDatetime(city.clock.now())
    city.tell(more)
    assert [each.text for each in city.get(inner, TOWN).supplements] == ["全小区都停了"]
    back = intake.TicketWithdrawn(ticket_id=outer.ticket_id, reason="已恢复", version=3)
    back.at.FromDatetime(city.clock.now())
    city.tell(back)
    assert city.get(inner, TOWN).order.state == city.get(outer).order.state == events_pb2.ORDER_STATE_WITHDRAWN
