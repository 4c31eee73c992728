"""16: from the third return, a dispute or the hub's call to a decision that dispatches, and to the precedent it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.dispatch.v1 import coordinations_pb2 as pb
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.intake.v1 import events_pb2 as intake
from services.dispatch.lifecycle import State
from tests.services.dispatch.city import DISPATCHER, HANDLER, OUTSIDER, REVIEWER, SUPERVISOR, City, Serve, person
from tests.services.dispatch.orders import HOUSING, WATER, Desk, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete
from tests.services.dispatch.test_desks import plan_of, queries
from tests.services.refused import Refused

SERVICE = "CoordinationService"
RETURN = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}
WHY = {"reason": "管线产权属供水公司，路面恢复由城管局配合"}


def test_while_a_case_is_open_only_its_decision_dispatches() -> None:
    desk = Desk().open_coordination()
    with forbidden("16", "协调"):
        desk.dispatch()
    with forbidden("16", "已在协调"):
        desk.open_coordination()
    assert desk.decide_coordination().dispatch().order.state is State.DISPATCHED


def test_a_dispute_needs_a_return_that_was_refused_and_moves_no_date() -> None:
    with forbidden("16", "先申请回退"):
        handling_desk().dispute_return(refused=False)
    with incomplete("reason", "16"):
        handling_desk().dispute_return(" ")
    desk = handling_desk()
    dates = desk.order.clocks
    assert desk.dispute_return().order.clocks == dates


def test_the_return_after_a_decision_opens_the_next_case() -> None:
    desk = Desk()
    for number in range(3):
        desk.dispatch(HOUSING if number % 2 else WATER).request_return(suggested=WATER if number % 2 else HOUSING).grant_return()
    assert desk.order.coordinate_since is not None
    desk.decide_coordination().dispatch().request_return().grant_return()
    assert desk.order.coordinate_since is not None


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def thrice_returned(city: City, **facts: Any) -> orders_pb2.Order:
    order = city.form(**facts)
    for _ in range(3):
        order = city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="water")
        order = city.do("ReturnService/RequestReturn", order, HANDLER, **RETURN)
        order = city.do("ReturnService/GrantReturn", order, DISPATCHER)
    return order


def case_of(city: City, order: orders_pb2.Order, by: Any = SUPERVISOR) -> pb.Coordination:
    (case,) = city.ask(f"{SERVICE}/ListCoordinations", by, order_id=order.order_id, undecided=True).coordinations
    return case  # type: ignore[no-any-return]  # a message by its name


def on_case(city: City, verb: str, case: pb.Coordination, by: Any = SUPERVISOR, **said: Any) -> pb.Coordination:
    asked = {"coordination_id": case.coordination_id, "version": case.version, **said}
    return city.ask(f"{SERVICE}/{verb}", by, **asked).coordination  # type: ignore[no-any-return]  # a message by its name


def decided(city: City, order: orders_pb2.Order, lead: str = "roads", assisting: tuple[str, ...] = (), **said: Any) -> orders_pb2.Order:
    fields = {"lead_unit_id": lead, "assisting_unit_ids": assisting, **WHY, **said}
    return city.do(f"{SERVICE}/DecideCoordination", order, SUPERVISOR, coordination_id=case_of(city, order).coordination_id, **fields)


def test_the_third_return_opens_a_case_that_is_decided_with_its_minutes_and_its_confirmation(city: City) -> None:
    order = thrice_returned(city)
    case = case_of(city, order)
    assert (case.cause, case.state) == (pb.COORDINATION_CAUSE_RETURNS, pb.COORDINATION_STATE_OPEN)
    with pytest.raises(Refused) as closed:
        city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="water")
    assert (closed.value.code, closed.value.article) == ("FAILED_PRECONDITION", "16")
    case = on_case(city, "AddParticipants", case, DISPATCHER, unit_ids=["water", "roads"])
    case = on_case(city, "RecordMinutes", case, DISPATCHER, minutes="供水公司电话13805331234，称属路面塌陷")
    case = on_case(city, "RequestConfirmation", case, question="路面塌陷引起的停水由谁牵头")
    with pytest.raises(Refused) as waiting:
        decided(city, order)
    assert (waiting.value.code, waiting.value.article) == ("FAILED_PRECONDITION", "16")
    said = {"document_number": "淄编办函〔2025〕3号", "documented_on": "2025-01-08", "finding": "由城管局牵头"}
    with pytest.raises(Refused) as undated:
        on_case(city, "RecordConfirmation", case, **{**said, "documented_on": ""})
    assert (undated.value.code, undated.value.field) == ("INVALID_ARGUMENT", "documented_on")
    case = on_case(city, "RecordConfirmation", case, **said)
    order = decided(city, order, assisting=("water",))
    assert (order.unit_id, order.state, order.HasField("coordinate_since")) == ("roads", events_pb2.ORDER_STATE_DISPATCHED, False)
    assert [each.unit_id for each in city.get(order).assists] == ["water"]
    seen = city.ask(f"{SERVICE}/GetCoordination", HANDLER, coordination_id=case.coordination_id)
    assert (seen.coordination.state, seen.coordination.lead_unit_id) == (pb.COORDINATION_STATE_CLOSED, "roads")
    assert seen.coordination.confirmation.document_number == said["document_number"]
    assert list(seen.participant_unit_ids) == ["roads", "water"]
    assert "13805331234" not in seen.minutes[0].text
    verbs = [verb for verb, _, _ in city.journal(order)]
    assert verbs[-7:] == [
        "grant_return", "add_participants", "record_minutes", "request_confirmation", "record_confirmation", "decide_coordination",
        "dispatch",
    ]  # fmt: skip


def test_a_unit_disputes_a_refused_return_and_the_decision_takes_the_order_from_it(city: City) -> None:
    order = city.do("ReturnService/RequestReturn", city.handling(), HANDLER, **RETURN)
    with pytest.raises(Refused) as early:
        city.do(f"{SERVICE}/DisputeReturn", order, HANDLER, reason="确非本单位职责")
    assert early.value.article == "16"
    order = city.do("ReturnService/RefuseReturn", order, DISPATCHER, reason="属于你单位职责")
    order = city.do(f"{SERVICE}/DisputeReturn", order, HANDLER, reason="确非本单位职责")
    case = case_of(city, order, HANDLER)
    assert (case.cause, case.disputing_unit_id) == (pb.COORDINATION_CAUSE_DISPUTE, "water")
    order = decided(city, order)
    assert (order.unit_id, order.round) == ("roads", 2)
    assert [each.ending for each in city.get(order).rounds] == [orders_pb2.ENDING_RECALLED, orders_pb2.ENDING_UNSPECIFIED]


def test_a_decision_for_the_unit_that_holds_it_leaves_its_round_and_adds_who_assists(city: City) -> None:
    order = city.handling()
    order = city.do(f"{SERVICE}/OpenCoordination", order, DISPATCHER, reason="涉及多个单位", unit_ids=["water", "roads"])
    due = order.due_at
    order = decided(city, order, lead="water", assisting=("roads",))
    assert (order.unit_id, order.round, order.due_at) == ("water", 1, due)
    assert [each.unit_id for each in city.get(order).assists] == ["roads"]


def test_an_order_that_ends_takes_its_case_along(city: City) -> None:
    order = city.do(f"{SERVICE}/OpenCoordination", city.form(), DISPATCHER, reason="涉及多个单位")
    back = intake.TicketWithdrawn(ticket_id=order.ticket_id, reason="已恢复", version=3)
    back.at.FromDatetime(city.clock.now())
    city.tell(back)
    (case,) = city.ask(f"{SERVICE}/ListCoordinations", DISPATCHER, order_id=order.order_id).coordinations
    assert case.state == pb.COORDINATION_STATE_LAPSED
    with pytest.raises(Refused) as over:
        on_case(city, "RecordMinutes", case, minutes="已无须协调")
    assert over.value.article == "16"


def test_a_case_is_shown_to_the_hub_and_to_those_who_take_part(city: City) -> None:
    order = city.do(f"{SERVICE}/OpenCoordination", city.form(), DISPATCHER, reason="涉及多个单位", unit_ids=["water"])
    case = case_of(city, order, HANDLER)
    assert not city.ask(f"{SERVICE}/ListCoordinations", OUTSIDER).coordinations
    for by in (OUTSIDER, person("far", "SUPERVISOR", unit="zhoucun-hub", tenant="zhoucun")):
        with pytest.raises(Refused) as refused:
            city.ask(f"{SERVICE}/GetCoordination", by, coordination_id=case.coordination_id)
        assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("AddParticipants", {"unit_ids": ["roads"]}),
        ("RecordMinutes", {"minutes": "已听取双方意见"}),
        ("RequestConfirmation", {"question": "由谁牵头"}),
        ("RecordConfirmation", {"document_number": "3号", "documented_on": "2025-01-08", "finding": "由城管局牵头"}),
    ],
)
def test_every_verb_of_a_case_refuses_a_stale_version_and_who_is_not_of_its_hub(city: City, verb: str, said: dict[str, Any]) -> None:
    order = city.do(f"{SERVICE}/OpenCoordination", city.form(), DISPATCHER, reason="涉及多个单位")
    case = case_of(city, order)
    stranger = person("stranger", "DISPATCHER", "SUPERVISOR", unit="zhoucun-hub", tenant="zhoucun")
    astray = person("astray", "DISPATCHER", "SUPERVISOR", unit="roads")
    for by, changes, code in (
        (SUPERVISOR, {"version": case.version + 1}, "ABORTED"),
        (SUPERVISOR, {"coordination_id": "no-such-case"}, "NOT_FOUND"),
        (stranger, {}, "PERMISSION_DENIED"),
        (astray, {}, "PERMISSION_DENIED"),
        (REVIEWER, {}, "PERMISSION_DENIED"),
    ):
        with pytest.raises(Refused) as refused:
            on_case(city, verb, case, by, **{**said, **changes})
        assert refused.value.code == code, (verb, changes)
    assert case_of(city, order) == case
    empty = {name: "" for name in said if name != "unit_ids"}
    if empty and verb != "RecordConfirmation":
        with pytest.raises(Refused) as gap:
            on_case(city, verb, case, **empty)
        assert (gap.value.code, gap.value.article) == ("INVALID_ARGUMENT", "16")


def test_precedents_are_shown_the_likest_first_at_the_next_dispatch_of_its_kind(city: City) -> None:
    places = ({"district": "zhangdian", "town": "车站街道"}, {"district": "zhangdian", "town": "公园街道"}, {"district": "linzi"})
    kinds = ((2, "01.01.01"), (1, "01.01.01"), (0, "01.01.01"), (0, "01.01.02"), (0, "02.01.01"))
    for place, category in ((places[number], category) for number, category in kinds):
        order = city.do(f"{SERVICE}/OpenCoordination", city.form(place=place, category=category), DISPATCHER, reason="涉及多个单位")
        decided(city, order)
        city.wait(minutes=1)
    fresh = city.form(place=places[0])
    found = city.ask(f"{SERVICE}/ListPrecedents", DISPATCHER, order_id=fresh.order_id).precedents
    assert [(each.category, each.place.town, each.place.district) for each in found] == [
        ("01.01.01", "车站街道", "zhangdian"),
        ("01.01.01", "公园街道", "zhangdian"),
        ("01.01.01", "", "linzi"),
        ("01.01.02", "车站街道", "zhangdian"),
    ]
    assert (found[0].lead_unit_id, found[0].reason, found[0].title) == ("roads", WHY["reason"], "停水三天")
    first = city.ask(f"{SERVICE}/ListPrecedents", DISPATCHER, order_id=fresh.order_id, page={"size": 3})
    rest = city.ask(f"{SERVICE}/ListPrecedents", DISPATCHER, order_id=fresh.order_id, page={"size": 3, "token": first.next_page_token})
    assert [*first.precedents, *rest.precedents] == list(found)


LISTS = {
    "ListCoordinations": ("ix_coordinations_opened", "FROM coordinations", {}),
    "ListPrecedents": ("ix_precedents_category", "FROM precedents", {"order_id": ""}),
}


@pytest.mark.parametrize("verb", LISTS)
@pytest.mark.parametrize("many", [1, 3])
def test_each_list_has_its_index_and_asks_no_more_for_many(city: City, verb: str, many: int) -> None:
    index, table, asked = LISTS[verb]
    for _ in range(many):
        order = city.do(f"{SERVICE}/OpenCoordination", city.form(), DISPATCHER, reason="涉及多个单位")
        decided(city, order)
    with queries(city) as seen:
        answer = city.ask(f"{SERVICE}/{verb}", DISPATCHER, **dict.fromkeys(asked, order.order_id))
    assert answer.ByteSize()
    (statement,) = (each for each in seen if table in each[0])
    if city.store.is_sqlite:
        assert index in city.store.read(DISPATCHER, lambda tx: plan_of(tx, *statement))
