"""Tickets of one event, grouped by a person (Art. 14): journalled, told, each caller still answered and called back."""

import json
from typing import Any

import pytest

from chassis.caller import Caller
from hotline.intake.v1 import ticket_pb2 as pb
from tests.services.intake.desk import ASSESSOR, DISTRICT_HUB, HANDLER, OPERATOR, SUPERVISOR, Desk, person
from tests.services.intake.test_lists import counted
from tests.services.refused import Refused

GROUP, UNGROUP, LIST = (f"GroupService/{each}" for each in ("GroupTicket", "UngroupTicket", "ListTicketGroup"))


def ids(desk: Desk, ticket: pb.Ticket) -> list[str]:
    return [each.ticket_id for each in desk.ask(LIST, ticket_id=ticket.ticket_id).tickets]


def test_group_ticket_is_journalled_and_told(desk: Desk) -> None:
    lead, other = desk.register(), desk.register()
    grouped = desk.do(GROUP, other, under_ticket_id=lead.ticket_id)
    assert (grouped.group_ticket_id, grouped.state, grouped.version) == (lead.ticket_id, other.state, other.version + 1)
    (event,) = desk.told("TicketGrouped")
    assert (event.ticket_id, event.group_ticket_id, event.version) == (other.ticket_id, lead.ticket_id, grouped.version)
    entry = desk.ask("JournalService/ListJournalEntries", ticket_id=other.ticket_id).entries[-1]
    assert (entry.verb, entry.article, json.loads(entry.detail)["group_ticket_id"]) == ("group_ticket", "14", lead.ticket_id)


def test_ungroup_ticket_is_journalled_and_told(desk: Desk) -> None:
    lead, other = desk.register(), desk.register()
    grouped = desk.do(GROUP, other, under_ticket_id=lead.ticket_id)
    alone = desk.do(UNGROUP, grouped, SUPERVISOR, reason="是另一处，联系13805331234")
    assert (alone.group_ticket_id, alone.version) == ("", grouped.version + 1)
    (event,) = desk.told("TicketUngrouped")
    assert (event.ticket_id, event.group_ticket_id) == (other.ticket_id, lead.ticket_id)
    entry = desk.ask("JournalService/ListJournalEntries", ticket_id=other.ticket_id).entries[-1]
    assert (entry.verb, "13805331234" in entry.detail) == ("ungroup_ticket", False)
    assert ids(desk, lead) == [lead.ticket_id]


def test_list_ticket_group_is_the_same_from_every_member(desk: Desk) -> None:
    lead, second, third = desk.register(), desk.register(), desk.register()
    desk.do(GROUP, second, under_ticket_id=lead.ticket_id)
    grouped = desk.do(GROUP, third, under_ticket_id=second.ticket_id)
    assert grouped.group_ticket_id == lead.ticket_id
    for member in (lead, second, third):
        assert ids(desk, member) == [third.ticket_id, second.ticket_id, lead.ticket_id]
    first = desk.ask(LIST, ASSESSOR, ticket_id=lead.ticket_id, page={"size": 2})
    rest = desk.ask(LIST, ASSESSOR, ticket_id=lead.ticket_id, page={"size": 2, "token": first.next_page_token})
    assert [each.ticket_id for each in (*first.tickets, *rest.tickets)] == ids(desk, lead)
    assert (len(first.tickets), rest.next_page_token) == (2, "")


def test_each_of_a_group_goes_its_own_way(desk: Desk) -> None:
    lead, other = desk.register(), desk.register()
    desk.do(GROUP, other, under_ticket_id=lead.ticket_id)
    formed, answered = desk.form(desk.get(lead)), desk.do("TicketService/AnswerDirectly", desk.get(other), answer="已抢修")
    desk.close(formed)
    assert desk.get(lead).state == pb.TICKET_STATE_CLOSED
    assert (desk.get(answered).state, desk.get(answered).group_ticket_id) == (pb.TICKET_STATE_ANSWERED, lead.ticket_id)


def test_a_group_is_flat_and_its_own(desk: Desk) -> None:
    lead, other, third = desk.register(), desk.register(), desk.register()
    grouped = desk.do(GROUP, other, under_ticket_id=lead.ticket_id)
    refusals: tuple[tuple[str, pb.Ticket, dict[str, Any]], ...] = (
        (GROUP, lead, {"under_ticket_id": lead.ticket_id}),
        (GROUP, lead, {"under_ticket_id": third.ticket_id}),
        (GROUP, grouped, {"under_ticket_id": third.ticket_id}),
        (UNGROUP, third, {"reason": "误"}),
    )
    for method, ticket, fields in refusals:
        with pytest.raises(Refused) as refused:
            desk.do(method, ticket, **fields)
        assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "14"), method
    assert len(desk.told("TicketGrouped")) == 1


def test_bad_input_changes_nothing(desk: Desk) -> None:
    lead, other = desk.register(), desk.register()
    bad: tuple[tuple[str, dict[str, Any], str], ...] = (
        (GROUP, {"under_ticket_id": "nobody-knows-this"}, "NOT_FOUND"),
        (GROUP, {"under_ticket_id": ""}, "INVALID_ARGUMENT"),
        (UNGROUP, {"reason": ""}, "INVALID_ARGUMENT"),
    )
    for method, fields, code in bad:
        with pytest.raises(Refused) as refused:
            desk.do(method, other, **fields)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        desk.ask(GROUP, ticket_id=other.ticket_id, version=9, under_ticket_id=lead.ticket_id)
    assert refused.value.code == "ABORTED"
    with pytest.raises(Refused) as refused:
        desk.ask(LIST, ticket_id="nobody-knows-this")
    assert refused.value.code == "NOT_FOUND"
    assert desk.get(other) == other


def test_the_same_request_groups_once(desk: Desk) -> None:
    lead, other = desk.register(), desk.register()
    fields: dict[str, Any] = {
        "request_id": "same",
        "ticket_id": other.ticket_id,
        "version": other.version,
        "under_ticket_id": lead.ticket_id,
    }
    assert desk.ask(GROUP, **fields) == desk.ask(GROUP, **fields)
    assert len(desk.told("TicketGrouped")) == 1


def test_a_group_is_the_hubs_and_never_the_partys(desk: Desk) -> None:
    lead, about = desk.register(), desk.register(parties=[{"unit_id": "roads"}])
    desk.do(GROUP, about, under_ticket_id=lead.ticket_id)
    roads = person("roads-1", "OPERATOR", unit="roads")
    assert [each.ticket_id for each in desk.ask(LIST, roads, ticket_id=lead.ticket_id).tickets] == [lead.ticket_id]
    refusals: tuple[tuple[Caller, str, dict[str, Any], str], ...] = (
        (roads, LIST, {"ticket_id": about.ticket_id}, "NOT_FOUND"),
        (roads, GROUP, {"ticket_id": about.ticket_id, "version": 2, "under_ticket_id": lead.ticket_id}, "NOT_FOUND"),
        (HANDLER, LIST, {"ticket_id": lead.ticket_id}, "PERMISSION_DENIED"),
        (DISTRICT_HUB, GROUP, {"ticket_id": lead.ticket_id, "version": 1, "under_ticket_id": about.ticket_id}, "NOT_FOUND"),
    )
    for by, method, fields, code in refusals:
        with pytest.raises(Refused) as refused:
            desk.ask(method, by, **fields)
        assert refused.value.code == code, (by.id, method)


def test_outside_the_hub_a_ticket_stands_alone(desk: Desk) -> None:
    about, other = desk.register(parties=[{"unit_id": "water"}]), desk.register()
    grouped = desk.form(desk.do(GROUP, other, under_ticket_id=about.ticket_id))
    desk.order(grouped)
    assert desk.get(grouped).group_ticket_id == about.ticket_id
    assert desk.get(grouped, HANDLER).group_ticket_id == ""
    assert [each.group_ticket_id for each in desk.ask("TicketService/ListTickets", HANDLER).tickets] == [""]


@pytest.mark.parametrize("count", [1, 12])
def test_a_longer_group_asks_no_more_of_the_store(desk: Desk, count: int) -> None:
    lead = desk.register()
    for _ in range(count):
        desk.do(GROUP, desk.register(), under_ticket_id=lead.ticket_id)
    with counted(desk) as seen:
        assert len(desk.ask(LIST, OPERATOR, ticket_id=lead.ticket_id).tickets) == count + 1
    assert len(seen) <= 4, seen
