"""Masked by default; a reveal is asked for with a reason, by who may, and journalled (Art. 17)."""

from typing import Any

import pytest

from chassis.caller import Caller
from hotline.directory.v1 import events_pb2 as directory
from tests.services.intake.desk import (
    ASSESSOR,
    CALLER,
    DISTRICT,
    DISTRICT_HUB,
    HANDLER,
    OPERATOR,
    OTHER_OPERATOR,
    OUTSIDER,
    REVIEWER,
    SAID,
    SUPERVISOR,
    Desk,
    person,
)
from tests.services.refused import Refused

CALLER_OF, TEXT_OF = "CallerService/RevealCaller", "CallerService/RevealText"
EAST = person("handler-3", "HANDLER", unit="water-east")


def about(desk: Desk, *holders: str, **party: str) -> Any:
    ticket = desk.form(desk.register(parties=[party] if party else []))
    desk.order(ticket, 1, holders)
    return ticket


def refusal(desk: Desk, method: str, by: Caller, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        desk.ask(method, by, **fields)
    return refused.value


def test_who_called_and_what_was_said_word_for_word(desk: Desk) -> None:
    ticket = desk.register(title="张三丰家停水", place={"address": CALLER["address"]})
    desk.ask("TicketService/SupplementTicket", ticket_id=ticket.ticket_id, text="张三丰补充")
    caller = desk.ask(CALLER_OF, ticket_id=ticket.ticket_id, reason="回电核实").caller
    assert {name: getattr(caller, name) for name in CALLER} == CALLER
    said = desk.ask(TEXT_OF, REVIEWER, ticket_id=ticket.ticket_id, reason="核对原文")
    assert (said.title, said.text, said.place_address) == ("张三丰家停水", SAID, CALLER["address"])
    assert [each.text for each in said.supplements] == ["张三丰补充"]


def test_a_reveal_needs_a_reason_and_leaves_a_trace(desk: Desk) -> None:
    ticket = desk.register()
    assert refusal(desk, CALLER_OF, OPERATOR, ticket_id=ticket.ticket_id, reason=" ").field == "reason"
    desk.ask(CALLER_OF, ticket_id=ticket.ticket_id, reason="张三丰要求回电 13805331234")
    last = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries[-1]
    assert (last.verb, last.article, last.by) == ("reveal_caller", "17", OPERATOR.id)
    assert "〔诉求人姓名〕要求回电" in last.detail


def test_asking_again_with_the_same_id_reveals_again_and_leaves_one_trace(desk: Desk) -> None:
    ticket = desk.register()
    answers = [desk.ask(CALLER_OF, ticket_id=ticket.ticket_id, reason="核实", request_id="same") for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0].caller.name == "张三丰"
    entries = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries
    assert [(entry.verb, entry.term) for entry in entries] == [("register_ticket", "登记"), ("reveal_caller", "查看诉求人信息")]
    assert "张三丰" not in desk.everything()


def test_outside_the_hub_only_a_holder_may_ask(desk: Desk) -> None:
    ticket = about(desk, "water")
    for method in (CALLER_OF, TEXT_OF):
        assert desk.ask(method, HANDLER, ticket_id=ticket.ticket_id, reason="联系诉求人")
        assert refusal(desk, method, OUTSIDER, ticket_id=ticket.ticket_id, reason="好奇").code == "PERMISSION_DENIED"
        assert refusal(desk, method, DISTRICT_HUB, ticket_id=ticket.ticket_id, reason="好奇").code == "NOT_FOUND"


def test_an_assessor_reads_masked_and_never_who_called(desk: Desk) -> None:
    ticket = about(desk, "water")
    shown = desk.get(ticket, ASSESSOR)
    assert shown.text == ticket.text
    assert not shown.caller.phone
    assert refusal(desk, CALLER_OF, ASSESSOR, ticket_id=ticket.ticket_id, reason="抽测").code == "PERMISSION_DENIED"


def test_a_citys_supervisor_reads_a_districts_ticket_and_never_its_caller(desk: Desk) -> None:
    operator = person("district-2", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)
    ticket = desk.register(operator)
    shown = desk.get(ticket, SUPERVISOR)
    assert shown.text == ticket.text
    assert not shown.caller.name
    assert refusal(desk, CALLER_OF, SUPERVISOR, ticket_id=ticket.ticket_id, reason="督办").code == "PERMISSION_DENIED"
    fields = {"ticket_id": ticket.ticket_id, "version": 1}
    assert refusal(desk, "TicketService/FormTicket", SUPERVISOR, **fields).code == "PERMISSION_DENIED"
    assert refusal(desk, "TicketService/GetTicket", OPERATOR, ticket_id=ticket.ticket_id).code == "NOT_FOUND"


@pytest.mark.parametrize("party", [{"unit_id": "water"}, {"person_id": "handler-1"}], ids=["unit", "person"])
def test_the_party_complained_about_never_learns_of_it_though_it_holds_it(desk: Desk, party: dict[str, str]) -> None:
    ticket = about(desk, "water", "water-east", **party)
    for method, fields in (
        ("TicketService/GetTicket", {}),
        (CALLER_OF, {"reason": "联系"}),
        (TEXT_OF, {"reason": "联系"}),
        ("AttachmentService/ListAttachments", {}),
        ("JournalService/ListJournalEntries", {}),
    ):
        assert refusal(desk, method, HANDLER, ticket_id=ticket.ticket_id, **fields).code == "NOT_FOUND"
    assert not desk.ask("TicketService/ListTickets", HANDLER).tickets


def test_nor_do_the_units_below_it_or_the_one_it_was_merged_into(desk: Desk) -> None:
    ticket = about(desk, "water-east", "roads", unit_id="water")
    assert refusal(desk, "TicketService/GetTicket", EAST, ticket_id=ticket.ticket_id).code == "NOT_FOUND"
    assert desk.get(ticket, OUTSIDER)
    merged = directory.UnitChanged(unit_id="water", tenant_id="zibo", kind=directory.UNIT_KIND_ENTERPRISE, successor_id="roads", version=2)
    desk.tell(merged)
    assert refusal(desk, "TicketService/GetTicket", OUTSIDER, ticket_id=ticket.ticket_id).code == "NOT_FOUND"


def test_a_districts_people_never_learn_of_a_complaint_about_the_district(desk: Desk) -> None:
    ticket = desk.form(desk.register(parties=[{"unit_id": "zhangdian"}]))
    desk.order(ticket, 1, ("zhangdian",), handling_tenant_id=DISTRICT)
    assert refusal(desk, "TicketService/GetTicket", DISTRICT_HUB, ticket_id=ticket.ticket_id).code == "NOT_FOUND"


def test_an_operator_complained_about_in_person_is_kept_out_of_the_hubs_own_ticket(desk: Desk) -> None:
    ticket = desk.register(OTHER_OPERATOR, parties=[{"unit_id": "zibo-hub", "person_id": OPERATOR.id}])
    assert refusal(desk, "TicketService/GetTicket", OPERATOR, ticket_id=ticket.ticket_id).code == "NOT_FOUND"
    fields = {"ticket_id": ticket.ticket_id, "version": 1, "answer": "没有的事"}
    assert refusal(desk, "TicketService/AnswerDirectly", OPERATOR, **fields).code == "NOT_FOUND"
    assert not desk.ask("TicketService/ListTickets").tickets
    assert not desk.ask("TicketService/FindTicketsOfCaller", phone=CALLER["phone"]).tickets
    assert desk.get(ticket, OTHER_OPERATOR)
