"""17: whatever is done with an order, it never reaches the party complained about, who is below it, or its people.

Each path is held against each way of being the party. An RPC that is in no path fails here: say how it keeps the ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.grpc.server import service_descriptor
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import orders_pb2
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.api import DOORS
from tests.services.dispatch.city import DISPATCHER, DISTRICT, DISTRICT_HUB, HANDLER, SUPERVISOR, TOWN, City, Serve, person
from tests.services.dispatch.test_bad_input import EVERY_ROLE
from tests.services.refused import Refused

CASES = "CoordinationService"
WHY = {"reason": "涉及多个单位"}
RETURN = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}

Reach = Callable[[City, list[dict[str, str]], str], None]
"""Tries to bring a ticket complaining about these parties to a unit of the city, or of the district."""


def dispatch(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    city.do("AssignmentService/Dispatch", city.form(parties=parties), DISPATCHER, unit_id=unit_id)


def dispatch_to_assist(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    said = {"unit_id": "roads", "assisting_unit_ids": [unit_id]}
    city.do("AssignmentService/Dispatch", city.form(parties=parties), DISPATCHER, **said)


def add_assisting(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    order = city.dispatched("roads", parties=parties)
    city.do("AssistingService/AddAssisting", order, DISPATCHER, unit_ids=[unit_id])


def open_coordination(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    city.do(f"{CASES}/OpenCoordination", city.form(parties=parties), DISPATCHER, unit_ids=[unit_id], **WHY)


def coordinated(city: City, parties: list[dict[str, str]]) -> tuple[orders_pb2.Order, Any]:
    asked = {"order_id": (order := city.form(parties=parties)).order_id, "version": order.version, **WHY}
    answer = city.ask(f"{CASES}/OpenCoordination", DISPATCHER, **asked)
    return answer.order, answer.coordination


def add_participants(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    _, case = coordinated(city, parties)
    city.ask(f"{CASES}/AddParticipants", DISPATCHER, coordination_id=case.coordination_id, version=case.version, unit_ids=[unit_id])


def decide_lead(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    order, case = coordinated(city, parties)
    city.do(f"{CASES}/DecideCoordination", order, SUPERVISOR, coordination_id=case.coordination_id, lead_unit_id=unit_id, **WHY)


def decide_assisting(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    order, case = coordinated(city, parties)
    said = {"lead_unit_id": "roads", "assisting_unit_ids": [unit_id], **WHY}
    city.do(f"{CASES}/DecideCoordination", order, SUPERVISOR, coordination_id=case.coordination_id, **said)


def hand_on(city: City, parties: list[dict[str, str]], unit_id: str) -> None:
    outer = city.dispatched("zhangdian", parties=parties)
    city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id=unit_id)


IN_THE_CITY: dict[str, tuple[Reach, ...]] = {
    "AssignmentService/Dispatch": (dispatch, dispatch_to_assist),
    "AssistingService/AddAssisting": (add_assisting,),
    f"{CASES}/OpenCoordination": (open_coordination,),
    f"{CASES}/AddParticipants": (add_participants,),
    f"{CASES}/DecideCoordination": (decide_lead, decide_assisting),
}
IN_A_DISTRICT: dict[str, tuple[Reach, ...]] = {"AssignmentService/HandOn": (hand_on,)}
TOLD = {"UrgencyService/Upgrade"}
"""Tells departments that the city names: see test_named_departments_*."""
READS = {
    "OrderService/GetOrder", "OrderService/ListJournal", "OrderService/ListOrders", "DeskService/ListDispatchQueue",
    "DeskService/ListUnitInbox", "DeskService/ListAssists", "DeskService/ListDecisions", "DeskService/ListReviewQueue",
    "DeskService/ListCallBackQueue", "DeskService/ListUrgent",
    "CalendarService/PreviewRevision", f"{CASES}/GetCoordination", f"{CASES}/ListCoordinations", f"{CASES}/ListPrecedents",
}  # fmt: skip
SUGGESTS = {"SuggestionService/SuggestUnits"}
COUNTS = {"OrderService/CountHubBreaches"}
"""Says how many, and nothing of any order."""
OF_NO_ORDER = {f"ReplyTemplateService/{verb}ReplyTemplate{s}" for verb, s in (
    ("List", "s"), ("Get", ""), ("Add", ""), ("Change", ""), ("Retire", "")
)}  # fmt: skip
"""A unit's own texts, which speak of no order."""
BY_THE_CALLER = {"CallBackService/RateByLink"}
"""No person may: the gateway brings what whoever opened the link answered, and it says nothing of the order."""
BRINGS_NOTHING = {
    "AssignmentService/Recall", "AssignmentService/SignIn", "UrgencyService/Downgrade", "AssistingService/WithdrawAssisting",
    "AssistingService/SignInAssisting", "AssistingService/SubmitContribution", f"{CASES}/DisputeReturn", f"{CASES}/RecordMinutes",
    f"{CASES}/RequestConfirmation", f"{CASES}/RecordConfirmation", "ReturnService/RequestReturn", "ReturnService/GrantReturn",
    "ReturnService/RefuseReturn", "ExtensionService/RequestExtension", "ExtensionService/GrantExtension",
    "ExtensionService/RefuseExtension", "ProgressReportService/RequestProgressReport", "ProgressReportService/GrantProgressReport",
    "ProgressReportService/RefuseProgressReport", "ReplyService/SubmitFirstReport", "ReplyService/Reply",
    "ReplyService/ReplyWithExplanation", "ReviewService/PassReview", "ReviewService/SendBackReply", "CallBackService/RecordAttempt",
    "CallBackService/SendRatingLink", "CallBackService/RecordRatings", "CallBackService/FindUnreachable", "ClosingService/Rework",
    "ClosingService/CloseSatisfied", "ClosingService/CloseDissatisfied", "ClosingService/CloseUnreachable",
    "CallBackService/PlaceCall",
}  # fmt: skip
"""Done by who holds the order, or by the hub that owns it: brings it to nobody, and is refused to the party's own people."""


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def methods() -> Iterator[str]:
    for door in DOORS:
        for method in service_descriptor(door.service).methods:
            yield f"{door.service.rsplit('.', 1)[-1]}/{method.name}"


def test_every_rpc_is_in_a_path() -> None:
    known = [IN_THE_CITY.keys(), IN_A_DISTRICT.keys(), TOLD, READS, SUGGESTS, COUNTS, OF_NO_ORDER, BY_THE_CALLER, BRINGS_NOTHING]
    assert set(methods()) == set().union(*known)
    assert sum(len(each) for each in known) == len(set().union(*known))


# The party, by how it stands to the unit that the ticket is to be brought to.
WATER = {
    "the unit itself": [{"name": "自来水公司", "unit_id": "water"}],
    "its parent": [{"name": "自来水集团", "unit_id": "water-group"}],
    "all of its people": [{"name": "甲", "person_id": "w-1"}, {"name": "乙", "person_id": "w-2"}],
}
TOWN_PARTIES = {
    "the unit itself": [{"name": "公园街道", "unit_id": "town-2"}],
    "its parent": [{"name": "张店区热线办", "unit_id": "zhangdian-hub"}],
    "all of its people": [{"name": "甲", "person_id": "t-1"}],
}


def peopled(city: City) -> None:
    """Water has a group above it and two accounts, the town one."""
    city.tell_unit("water-group", tenant_id="zibo", name="自来水集团", kind=directory.UNIT_KIND_ENTERPRISE, parent_id="zibo-hub")
    city.tell_unit("water", version=2, tenant_id="zibo", name="市自来水公司", kind=directory.UNIT_KIND_ENTERPRISE, parent_id="water-group")
    for person_id, unit_id, tenant_id in (("w-1", "water", "zibo"), ("w-2", "water", "zibo"), ("t-1", "town-2", DISTRICT)):
        city.tell(directory.PersonChanged(person_id=person_id, tenant_id=tenant_id, unit_id=unit_id, active=True, version=1))


@pytest.mark.parametrize("stands", WATER)
@pytest.mark.parametrize("reach", [each for ways in IN_THE_CITY.values() for each in ways], ids=lambda each: each.__name__)
def test_no_path_of_the_city_leads_to_the_party(city: City, reach: Reach, stands: str) -> None:
    peopled(city)
    with pytest.raises(Refused) as refused:
        reach(city, WATER[stands], "water")
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "17")
    assert "市自来水公司" in refused.value.message
    reach(city, [{"name": "某饭店"}, {"name": "甲", "person_id": "w-1"}], "water")


@pytest.mark.parametrize("reach", [each for ways in IN_THE_CITY.values() for each in ways], ids=lambda each: each.__name__)
def test_a_unit_above_the_party_may_have_it(city: City, reach: Reach) -> None:
    peopled(city)
    reach(city, [{"name": "自来水公司", "unit_id": "water"}], "water-group")


@pytest.mark.parametrize("stands", TOWN_PARTIES)
def test_no_path_of_a_district_leads_to_the_party(city: City, stands: str) -> None:
    peopled(city)
    with pytest.raises(Refused) as refused:
        hand_on(city, TOWN_PARTIES[stands], "town-2")
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "17")


@pytest.mark.parametrize("stands", WATER)
def test_named_departments_that_must_not_know_are_not_told_nor_journalled_as_told(city: City, stands: str) -> None:
    peopled(city)
    city.tell(directory.TenantChanged(tenant_id="zibo", policies={"urgent_told": "water,roads"}, version=1), source="directory")
    born = city.form(parties=WATER[stands], urgency=ticket_pb2.URGENCY_URGENT)
    raised = city.form(parties=WATER[stands])
    raised = city.do("UrgencyService/Upgrade", raised, DISPATCHER, urgent_kind=ticket_pb2.URGENT_KIND_GAS)
    for order in (born, raised):
        told = [*(each.unit_id for each in city.get(order).told), *city.raised(order)[-1].told_unit_ids]
        assert "roads" in told
        assert "water" not in told
        assert all("water" not in str(detail.get("told", "")).split(",") for _, _, detail in city.journal(order))


@pytest.mark.parametrize("stands", WATER)
def test_the_party_is_not_suggested(city: City, stands: str) -> None:
    peopled(city)
    duties = ["供水管网抢修"]
    city.tell_unit("water", version=3, tenant_id="zibo", name="市自来水公司", parent_id="water-group", duties=duties)
    known = city.ask("SuggestionService/SuggestUnits", DISPATCHER, order_id=city.form(text="供水管网抢修无人管").order_id)
    assert "water" in {each.unit_id for each in known.suggestions}
    order = city.form(text="供水管网抢修无人管", parties=WATER[stands])
    suggested = city.ask("SuggestionService/SuggestUnits", DISPATCHER, order_id=order.order_id)
    assert "water" not in {each.unit_id for each in suggested.suggestions}


PARTY = person("w-1", *EVERY_ROLE)
PARTY_AT_WATER = person("w-1", *EVERY_ROLE, unit="water")


def about_w1(city: City) -> orders_pb2.Order:
    """Complained about: somebody of the hub, or of the unit that holds it together with others."""
    city.tell(directory.PersonChanged(person_id="w-2", tenant_id="zibo", unit_id="water", active=True, version=1))
    order = city.form(parties=[{"name": "甲", "person_id": "w-1"}])
    said = {"unit_id": "roads", "assisting_unit_ids": ["water"]}
    return city.do("AssignmentService/Dispatch", order, DISPATCHER, **said)


@pytest.mark.parametrize("by", [PARTY, PARTY_AT_WATER], ids=["at the hub", "at a unit that holds it"])
@pytest.mark.parametrize("method", sorted(READS | SUGGESTS))
def test_the_party_s_own_people_read_nothing_of_it(city: City, method: str, by: Any) -> None:
    order = about_w1(city)
    order = city.do(f"{CASES}/OpenCoordination", order, DISPATCHER, unit_ids=["water"], **WHY)
    (case,) = city.ask(f"{CASES}/ListCoordinations", DISPATCHER).coordinations
    for seen in _answers(city, method, by, order, case.coordination_id):
        assert order.order_id not in str(seen)
        assert order.number not in str(seen)


def _answers(city: City, method: str, by: Any, order: orders_pb2.Order, coordination_id: str) -> Iterator[object]:
    service, _, name = method.partition("/")
    fields = service_descriptor(f"hotline.dispatch.v1.{service}").methods_by_name[name].input_type.fields_by_name
    asked = {"order_id": order.order_id, "coordination_id": coordination_id}
    try:
        yield city.ask(method, by, **{name: value for name, value in asked.items() if name in fields})
    except Refused as refused:
        assert refused.code in {"NOT_FOUND", "PERMISSION_DENIED"}  # noqa: PT017 - some are refused, some answer without it


@pytest.mark.parametrize("method", sorted({*BRINGS_NOTHING, *IN_THE_CITY, *TOLD} - {f"{CASES}/{each}" for each in (
    "AddParticipants", "RecordMinutes", "RequestConfirmation", "RecordConfirmation", "DecideCoordination"
)}))  # fmt: skip
def test_the_party_s_own_people_do_nothing_to_it(city: City, method: str) -> None:
    order = about_w1(city)
    for by in (PARTY, PARTY_AT_WATER):
        with pytest.raises(Refused) as refused:
            city.do(method, order, by, **_said(method))
        assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "17"), method


def _said(method: str) -> dict[str, Any]:
    service, _, name = method.partition("/")
    fields = service_descriptor(f"hotline.dispatch.v1.{service}").methods_by_name[name].input_type.fields_by_name
    said = {"unit_id": "roads", "unit_ids": ["roads"], "lead_unit_id": "roads"}
    return {each: value for each, value in said.items() if each in fields}


@pytest.mark.parametrize("verb", ["AddParticipants", "RecordMinutes", "RequestConfirmation", "RecordConfirmation", "DecideCoordination"])
def test_the_party_s_own_people_do_nothing_to_its_case(city: City, verb: str) -> None:
    order, case = coordinated(city, [{"name": "甲", "person_id": "w-1"}])
    asked = {"coordination_id": case.coordination_id, "version": case.version, **_said(f"{CASES}/{verb}")}
    if verb == "DecideCoordination":
        asked |= {"order_id": order.order_id, "version": order.version, **WHY}
    with pytest.raises(Refused) as refused:
        city.ask(f"{CASES}/{verb}", PARTY, **asked)
    assert refused.value.code in {"NOT_FOUND", "FAILED_PRECONDITION"}


def test_a_precedent_is_hidden_from_whom_its_ticket_complained_about(city: City) -> None:
    order, case = coordinated(city, [{"name": "甲", "person_id": "w-1"}])
    city.do(f"{CASES}/DecideCoordination", order, SUPERVISOR, coordination_id=case.coordination_id, lead_unit_id="roads", **WHY)
    fresh = city.form()
    assert city.ask(f"{CASES}/ListPrecedents", DISPATCHER, order_id=fresh.order_id).precedents
    assert not city.ask(f"{CASES}/ListPrecedents", PARTY, order_id=fresh.order_id).precedents


def test_what_is_told_on_names_no_holder_that_must_not_know(city: City) -> None:
    order = about_w1(city)
    assert set(city.told(order)[-1].order.holders) == {"roads", "water"}
    party = city.form(parties=WATER["the unit itself"])
    party = city.do("AssignmentService/Dispatch", party, DISPATCHER, unit_id="roads")
    assert all(list(each.order.holders) in ([], ["roads"]) for each in city.told(party))
    for by in (HANDLER, TOWN):
        with pytest.raises(Refused) as refused:
            city.get(party, by)
        assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize("role", ["TELEPHONE_EXCHANGE", "THIRD_PARTY"])
def test_who_is_from_outside_reads_nothing_at_the_hub_s_desk(city: City, role: str) -> None:
    order, by = city.handling(), person("outside", role)
    assert city.get(order, person("inside", "OPERATOR")).order.order_id == order.order_id
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        city.get(order, by)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        city.ask("OrderService/ListOrders", by)
