"""How a ticket leaves intake by its doors (Art. 3, 11(1)), what is told, and what is journalled (Art. 10)."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis import journal
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import ticket_pb2 as pb
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake.lifecycle import VERB_TERMS
from tests.services.intake.desk import APP, CALLER, OPERATOR, REVIEWER, SUPERVISOR, Desk, content
from tests.services.refused import Refused

FORM, ANSWER, DECLINE = "TicketService/FormTicket", "TicketService/AnswerDirectly", "TicketService/DeclineTicket"
PASS, WITHDRAW, SUPPLEMENT = "TicketService/PassEmergency", "TicketService/WithdrawTicket", "TicketService/SupplementTicket"
REQUEST_DECLINE, REFUSE_DECLINE = "DeclineService/RequestDecline", "DeclineService/RefuseDecline"
REPEAT = pb.DECLINE_CODE_REPEAT


def verbs(desk: Desk, ticket: pb.Ticket) -> list[str]:
    entries = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries
    return [entry.verb for entry in entries]


def concluded(desk: Desk, **changes: Any) -> pb.Ticket:
    ticket = desk.form(desk.register(**changes))
    desk.close(ticket)
    return desk.get(ticket)


def test_form_ticket_tells_dispatch_what_it_needs_and_no_more(desk: Desk) -> None:
    ticket = desk.register(urgency=shared.URGENCY_URGENT, parties=[{"name": "某物业公司", "unit_id": "roads"}])
    formed = desk.form(ticket)
    assert (formed.state, formed.version) == (pb.TICKET_STATE_FORMED, 2)
    (event,) = desk.told("TicketFormed")
    assert (event.ticket_id, event.number, event.tenant_id, event.version) == (ticket.ticket_id, ticket.number, "zibo", 2)
    assert (event.urgency, event.source, event.nature) == (shared.URGENCY_URGENT, shared.SOURCE_ORDINARY, shared.NATURE_COMPLAINT)
    assert (event.title, event.text, event.place.town) == (formed.title, formed.text, "科苑街道")
    assert event.parties[0].unit_id == "roads"
    assert event.received_at == formed.received_at
    assert event.formed_at == formed.settlement.at
    assert event.edition == "zibo-2021"
    assert "张三丰" not in str(event)
    assert verbs(desk, ticket) == ["register_ticket", "form_ticket"]


def test_what_the_caller_added_before_is_told_right_after_the_forming(desk: Desk) -> None:
    ticket = desk.register()
    desk.ask(SUPPLEMENT, ticket_id=ticket.ticket_id, text="张三丰补充：水表也坏了")
    desk.ask(SUPPLEMENT, ticket_id=ticket.ticket_id, text="还有楼道漏水")
    assert not desk.told("TicketSupplemented")
    formed = desk.form(desk.get(ticket))
    told = desk.told("TicketSupplemented")
    assert [event.text for event in told] == ["〔诉求人姓名〕补充：水表也坏了", "还有楼道漏水"]
    assert [desk.told("TicketFormed")[0].version, *(event.version for event in told)] == [4, 5, 6]
    assert formed.version == 6
    desk.ask(SUPPLEMENT, ticket_id=ticket.ticket_id, text="来水了又停了")
    assert desk.told("TicketSupplemented")[-1].version == 7
    assert [each.text for each in desk.get(ticket).supplements][-1] == "来水了又停了"


def test_answer_directly_ends_it_here(desk: Desk) -> None:
    ticket = desk.register()
    answered = desk.do(ANSWER, ticket, answer="张三丰您好，明早八点恢复供水")
    assert answered.state == pb.TICKET_STATE_ANSWERED
    assert answered.settlement.answer == "〔诉求人姓名〕您好，明早八点恢复供水"
    (event,) = desk.told("TicketSettled")
    assert (event.outcome, event.article, event.category) == ("answered", "11-1", ticket.category)


@pytest.mark.parametrize("code", [code for code in pb.DeclineCode.values() if code not in (0, REPEAT)], ids=pb.DeclineCode.Name)
def test_decline_ticket_by_each_code_has_its_words(desk: Desk, code: pb.DeclineCode.ValueType) -> None:
    declined = desk.do(DECLINE, desk.register(), code=code, turn_to="济南12345热线")
    assert declined.state == pb.TICKET_STATE_DECLINED
    assert declined.settlement.decline_words
    (event,) = desk.told("TicketSettled")
    assert (event.outcome, event.code) == ("declined", pb.DeclineCode.Name(code).removeprefix("DECLINE_CODE_").lower())
    assert event.article == ("11-1" if code == pb.DECLINE_CODE_IN_PROGRESS else "3")


def test_decline_ticket_needs_a_code_and_the_way_where_the_code_does(desk: Desk) -> None:
    ticket = desk.register()
    lacking: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "code"),
        ({"code": pb.DECLINE_CODE_IN_PROGRESS}, "turn_to"),
        ({"code": REPEAT}, "repeats_ticket_id"),
    )
    for fields, field in lacking:
        with pytest.raises(Refused) as refused:
            desk.do(DECLINE, ticket, **fields)
        assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)
        assert refused.value.article in ("3", "11-1")
    assert desk.get(ticket).version == 1


def test_the_reasons_are_listed_with_their_words(desk: Desk) -> None:
    reasons = desk.ask("DeclineService/ListDeclineReasons").reasons
    assert [reason.code for reason in reasons] == [code for code in pb.DeclineCode.values() if code]
    assert [reason.code for reason in reasons if reason.needs_officer] == [REPEAT]


def test_a_repeat_is_suggested_asked_for_and_declined_by_an_officer(desk: Desk) -> None:
    earlier = concluded(desk)
    asked = desk.ask("TicketService/RegisterTicket", content=content(), masking_confirmed=True)
    assert [each.ticket_id for each in asked.perhaps_repeats] == [earlier.ticket_id]
    ticket = desk.do(REQUEST_DECLINE, asked.ticket, repeats_ticket_id=earlier.ticket_id)
    assert ticket.decline_request.by == OPERATOR.id
    waiting = desk.ask("TicketService/ListTickets", REVIEWER, decline_requested=True).tickets
    assert [each.ticket_id for each in waiting] == [ticket.ticket_id]
    with pytest.raises(Refused) as refused:
        desk.do(DECLINE, ticket, code=REPEAT, repeats_ticket_id=earlier.ticket_id)
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-1")
    declined = desk.do(DECLINE, ticket, REVIEWER, code=REPEAT, repeats_ticket_id=earlier.ticket_id)
    assert declined.state == pb.TICKET_STATE_DECLINED
    assert declined.settlement.repeats_ticket_id == earlier.ticket_id
    assert not declined.HasField("decline_request")
    assert verbs(desk, ticket) == ["register_ticket", "request_decline", "decline_ticket"]


def test_what_the_officer_refuses_may_be_formed_as_a_recurrence(desk: Desk) -> None:
    earlier = concluded(desk)
    ticket = desk.do(REQUEST_DECLINE, desk.register(), repeats_ticket_id=earlier.ticket_id)
    ticket = desk.do(REFUSE_DECLINE, ticket, SUPERVISOR, reason="诉求有新的事实")
    formed = desk.do(FORM, ticket, recurs_ticket_id=earlier.ticket_id)
    assert formed.settlement.recurs_ticket_id == earlier.ticket_id
    assert desk.told("TicketFormed")[-1].recurs_ticket_id == earlier.ticket_id


def test_no_repeat_of_anothers_of_an_open_or_of_no_ticket(desk: Desk) -> None:
    others = concluded(desk, caller={**CALLER, "phone": "13900001111"})
    nobodys = concluded(desk, caller={"name": "匿名"})
    still_open = desk.form(desk.register())
    ticket = desk.register()
    for earlier in (others, nobodys, still_open, ticket):
        for verb, by, fields in (
            (REQUEST_DECLINE, OPERATOR, {"repeats_ticket_id": earlier.ticket_id}),
            (DECLINE, REVIEWER, {"repeats_ticket_id": earlier.ticket_id, "code": REPEAT}),
            (FORM, OPERATOR, {"recurs_ticket_id": earlier.ticket_id}),
        ):
            with pytest.raises(Refused) as refused:
                desk.do(verb, ticket, by, **fields)
            assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-1")
    with pytest.raises(Refused) as refused:
        desk.do(REQUEST_DECLINE, ticket, repeats_ticket_id="nowhere")
    assert refused.value.field == "repeats_ticket_id"
    assert desk.get(ticket).version == 1


def test_a_withdrawn_ticket_is_no_ground_for_a_repeat(desk: Desk) -> None:
    earlier = desk.do(WITHDRAW, desk.register(), reason="打错了")
    asked = desk.ask("TicketService/RegisterTicket", content=content(), masking_confirmed=True)
    assert not asked.perhaps_repeats
    with pytest.raises(Refused):
        desk.do(DECLINE, asked.ticket, REVIEWER, code=REPEAT, repeats_ticket_id=earlier.ticket_id)


def test_nobody_who_is_no_person_is_told_of_a_callers_past(desk: Desk) -> None:
    concluded(desk)
    assert not desk.ask("TicketService/RegisterTicket", APP, content=content(channel=shared.CHANNEL_APP)).perhaps_repeats


@pytest.mark.parametrize("number", [number for number in pb.EmergencyNumber.values() if number], ids=pb.EmergencyNumber.Name)
def test_pass_emergency_is_recorded(desk: Desk, number: pb.EmergencyNumber.ValueType) -> None:
    passed = desk.do(PASS, desk.register(), number=number, note="张三丰家着火")
    assert (passed.state, passed.settlement.passed_to, passed.settlement.note) == (pb.TICKET_STATE_PASSED, number, "〔诉求人姓名〕家着火")
    (event,) = desk.told("TicketSettled")
    assert (event.outcome, event.code, event.article) == ("passed", pb.EmergencyNumber.Name(number)[-3:], "3")


def test_pass_emergency_needs_a_number(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.do(PASS, desk.register())
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "number")


def test_withdraw_ticket_before_it_is_formed_settles_it(desk: Desk) -> None:
    withdrawn = desk.do(WITHDRAW, desk.register(), reason="张三丰说来水了")
    assert withdrawn.settlement.withdrawal_reason == "〔诉求人姓名〕说来水了"
    assert [event.outcome for event in desk.told("TicketSettled")] == ["withdrawn"]
    assert not desk.told("TicketWithdrawn")


def test_withdraw_ticket_after_it_is_formed_tells_dispatch(desk: Desk) -> None:
    formed = desk.form(desk.register())
    withdrawn = desk.do(WITHDRAW, formed, reason="来水了")
    assert withdrawn.state == pb.TICKET_STATE_WITHDRAWN
    (event,) = desk.told("TicketWithdrawn")
    assert (event.reason, event.version) == ("来水了", 3)
    desk.order(formed, 2, state=dispatch.ORDER_STATE_WITHDRAWN, closing=dispatch.CLOSING_WITHDRAWN)
    assert desk.get(formed).state == pb.TICKET_STATE_WITHDRAWN


def test_what_has_ended_takes_no_verb_any_more(desk: Desk) -> None:
    answered = desk.do(ANSWER, desk.register(), answer="好")
    closed = concluded(desk)
    for ticket in (answered, closed):
        before = desk.get(ticket)
        for verb, fields in (
            (FORM, {}),
            (ANSWER, {"answer": "好"}),
            (DECLINE, {"code": pb.DECLINE_CODE_PRIVACY}),
            (PASS, {"number": pb.EMERGENCY_NUMBER_110}),
            (WITHDRAW, {"reason": "不要了"}),
            ("TicketService/AmendTicket", {"title": "改"}),
        ):
            with pytest.raises(Refused) as refused:
                desk.do(verb, ticket, **fields)
            assert refused.value.code == "FAILED_PRECONDITION", verb
            assert refused.value.article
        with pytest.raises(Refused):
            desk.ask(SUPPLEMENT, ticket_id=ticket.ticket_id, text="再说一句")
        assert desk.get(ticket) == before


def test_of_many_who_settle_it_at_once_one_does(desk: Desk) -> None:
    ticket = desk.register()
    verbs_at_once: list[tuple[str, dict[str, Any]]] = [
        (FORM, {}),
        (ANSWER, {"answer": "好"}),
        (DECLINE, {"code": pb.DECLINE_CODE_PRIVACY}),
        (PASS, {"number": pb.EMERGENCY_NUMBER_110}),
        (WITHDRAW, {"reason": "不要了"}),
    ]

    def attempt(verb: tuple[str, dict[str, Any]]) -> str:
        try:
            desk.do(verb[0], ticket, **verb[1])
        except Refused as refused:
            return refused.code
        return "OK"

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(attempt, verbs_at_once * 2))
    assert sorted(codes) == ["ABORTED"] * 9 + ["OK"]
    assert desk.get(ticket).version == 2
    assert len(verbs(desk, ticket)) == 2
    assert len(desk.told("TicketFormed")) + len(desk.told("TicketSettled")) == 1


def test_a_stale_version_is_told_what_changed(desk: Desk) -> None:
    ticket = desk.register()
    desk.do("TicketService/AmendTicket", ticket, title="停水")
    with pytest.raises(Refused) as refused:
        desk.form(ticket)
    assert refused.value.code == "ABORTED"
    assert VERB_TERMS["amend_ticket"] in refused.value.message
    assert desk.get(ticket).state == pb.TICKET_STATE_REGISTERED


def test_the_kind_of_an_emergency_goes_with_an_urgent_ticket_and_with_no_other(desk: Desk) -> None:
    gas = shared.URGENT_KIND_GAS
    ticket = desk.register(urgency=shared.URGENCY_URGENT, urgent_kind=gas)
    assert desk.get(ticket).urgent_kind == gas
    ordinary = desk.do("TicketService/AmendTicket", ticket, urgency=shared.URGENCY_ORDINARY)
    assert ordinary.urgent_kind == shared.URGENT_KIND_UNSPECIFIED
    with pytest.raises(Refused) as registering:
        desk.register(urgent_kind=gas)
    with pytest.raises(Refused) as amending:
        desk.do("TicketService/AmendTicket", ordinary, urgent_kind=gas)
    for refused, field in ((registering, "content.urgent_kind"), (amending, "urgent_kind")):
        assert (refused.value.code, refused.value.article, refused.value.field) == ("INVALID_ARGUMENT", "13", field)
    desk.form(desk.do("TicketService/AmendTicket", ordinary, urgency=shared.URGENCY_URGENT, urgent_kind=gas))
    assert desk.told("TicketFormed")[-1].urgent_kind == gas


def test_amend_ticket_masks_more_and_keeps_the_rest(desk: Desk) -> None:
    ticket = desk.register(text="武当山茶馆的张三丰反映停水", mask_words=[])
    amended = desk.do("TicketService/AmendTicket", ticket, mask_words=["武当山茶馆"], urgency=shared.URGENCY_URGENT)
    assert amended.text == "〔隐去〕的〔诉求人姓名〕反映停水"
    assert amended.title == "〔隐去〕的〔诉求人姓名〕反映停水"
    assert amended.nature == ticket.nature
    answered = desk.do(ANSWER, amended, answer="已告知武当山茶馆")
    assert answered.settlement.answer == "已告知〔隐去〕"
    assert "武当山茶馆" not in desk.everything()


def test_every_step_is_in_the_journal_and_the_chain_holds(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.ask("CallerService/RevealCaller", ticket_id=ticket.ticket_id, reason="回电核实")
    desk.close(ticket)
    entries = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries
    assert [(entry.number, entry.verb, entry.article) for entry in entries] == [
        (1, "register_ticket", "10"),
        (2, "form_ticket", "11-1"),
        (3, "reveal_caller", "17"),
        (4, "close_ticket", "11-10"),
    ]
    assert entries[0].by == OPERATOR.id
    assert json.loads(entries[2].detail) == {"reason": "回电核实"}
    assert not journal.verify(desk.store)
