"""A caller's number for notify's link alone, journalled; whoever is on the stop list is left alone (Art. 17)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chassis.caller import Caller
from hotline.intake.v1 import contacts_pb2 as contacts
from tests.services.intake.desk import CALLER, CITY, DISTRICT, DISTRICT_HUB, HANDLER, OPERATOR, SUPERVISOR, Desk
from tests.services.refused import Refused

NOTIFY = Caller.peer("notify", CITY)
RESOLVE, STOP, RELEASE, LIST = (
    "ContactService/ResolveContact",
    *(f"StopService/{verb}" for verb in ("StopNumber", "ReleaseNumber", "ListStops")),
)
PHONE, DIGITS = CALLER["phone"], "13805331234"
ASKED = contacts.STOP_REASON_CALLER_ASKED


def resolved(desk: Desk, ticket: Any, by: Caller = NOTIFY, **fields: Any) -> tuple[str, str]:
    answer = desk.ask(RESOLVE, by, ticket_id=ticket.ticket_id, purpose="ticket_formed", message_id="m-1", **fields)
    return contacts.ContactState.Name(answer.state).removeprefix("CONTACT_STATE_"), answer.phone


def refusal(desk: Desk, method: str, by: Caller, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        desk.ask(method, by, **fields)
    return refused.value


def test_a_number_is_given_for_a_purpose_that_is_journalled_without_it(desk: Desk) -> None:
    ticket = desk.register()
    assert resolved(desk, ticket) == ("FOUND", DIGITS)
    last = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries[-1]
    assert (last.verb, last.article, last.by) == ("resolve_contact", "17", "notify")
    assert json.loads(last.detail) == {"purpose": "ticket_formed", "message": "m-1", "state": "found"}


def test_with_the_number_goes_the_language_the_caller_asked_for(desk: Desk) -> None:
    asked: dict[str, Any] = {"purpose": "ticket_formed", "message_id": "m-1"}
    tickets = [desk.register(language=language) for language in ("", "en-GB")]
    assert [desk.ask(RESOLVE, NOTIFY, ticket_id=each.ticket_id, **asked).language for each in tickets] == ["", "en-GB"]
    with pytest.raises(Refused) as refused:
        desk.register(language="english")
    assert refused.value.field == "content.language"


def test_a_repeat_gives_the_number_again_and_neither_keeps_it_nor_journals_twice(desk: Desk) -> None:
    ticket = desk.register()
    before = len(desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries)
    assert [resolved(desk, ticket, request_id="m-1:1") for _ in range(2)] == [("FOUND", DIGITS)] * 2
    assert len(desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries) == before + 1
    assert DIGITS not in desk.everything()


@pytest.mark.parametrize("phone", ["", "12345"])
def test_who_left_no_number_of_their_own_has_none(desk: Desk, phone: str) -> None:
    assert resolved(desk, desk.register(caller={**CALLER, "phone": phone})) == ("NONE", "")


@pytest.mark.parametrize("by", [OPERATOR, SUPERVISOR, HANDLER, *(Caller.peer(name, CITY) for name in ("kb", "dispatch", "gateway", "sla"))])
def test_nobody_but_notify_is_given_a_number(desk: Desk, by: Caller) -> None:
    asked = {"ticket_id": desk.register().ticket_id, "purpose": "ticket_formed", "message_id": "m-1"}
    assert refusal(desk, RESOLVE, by, **asked).code == "PERMISSION_DENIED"


def test_a_ticket_that_another_tenant_took_is_none_of_this_one(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.order(ticket, handling_tenant_id=DISTRICT)
    asked = {"ticket_id": ticket.ticket_id, "purpose": "ticket_formed", "message_id": "m-1"}
    assert refusal(desk, RESOLVE, Caller.peer("notify", DISTRICT), **asked).code == "NOT_FOUND"


def test_a_stopped_number_is_given_to_nobody_until_it_is_released(desk: Desk) -> None:
    ticket = desk.register()
    stop = desk.ask(STOP, phone=DIGITS, reason=ASKED).stop
    assert desk.ask(STOP, SUPERVISOR, phone=f"+86 {PHONE}", reason=contacts.STOP_REASON_OTHER).stop == stop
    assert resolved(desk, ticket) == ("STOPPED", "")
    (listed,) = desk.ask(LIST).stops
    assert (listed, listed.reason, listed.by) == (stop, ASKED, OPERATOR.id)
    assert desk.ask(LIST, DISTRICT_CALLS).stops == []
    desk.ask(RELEASE, phone=PHONE)
    assert resolved(desk, ticket) == ("FOUND", DIGITS)
    assert refusal(desk, RELEASE, OPERATOR, phone=PHONE).code == "NOT_FOUND"
    assert DIGITS not in desk.everything()


DISTRICT_CALLS = Caller("person", "district-9", DISTRICT, "zhangdian-hub", frozenset({"ROLE_CALL_BACK"}))


def test_a_stop_is_a_tenants_own(desk: Desk) -> None:
    ticket = desk.register()
    desk.ask(STOP, DISTRICT_CALLS, phone=PHONE, reason=ASKED)
    assert resolved(desk, ticket) == ("FOUND", DIGITS)


@pytest.mark.parametrize(("field", "said"), [("phone", {"phone": "12345"}), ("phone", {"phone": "不知道"}), ("reason", {"reason": 0})])
def test_a_stop_needs_somebodys_number_and_a_reason(desk: Desk, field: str, said: dict[str, Any]) -> None:
    before = desk.everything()
    refused = refusal(desk, STOP, OPERATOR, **{"phone": PHONE, "reason": ASKED, **said})
    assert (refused.code, refused.field) == ("INVALID_ARGUMENT", field)
    assert refusal(desk, STOP, DISTRICT_HUB, phone=PHONE, reason=ASKED).code == "PERMISSION_DENIED"
    assert desk.everything() == before
