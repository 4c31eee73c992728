"""What callers may know of their tickets, and what a channel's system may do (Art. 2, 10, 17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.intake.v1 import ticket_pb2 as pb
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake.store.tables import tickets
from tests.services.intake.desk import CITY, MINI, OPERATOR, Desk
from tests.services.intake.plans import explained
from tests.services.refused import Refused

TRACK, LIST = "TrackingService/TrackTicket", "TrackingService/ListTrackedTickets"
GATEWAY = Caller.peer("gateway", CITY)
OTHER = Caller("system", "other-key", CITY, "zibo-hub", frozenset({"ROLE_CHANNEL"}))
BY_APP = {"channel": shared.CHANNEL_APP}


def refused(desk: Desk, method: str, by: Caller, **fields: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        desk.ask(method, by, **fields)
    return caught.value


@pytest.mark.parametrize("by", [GATEWAY, MINI])
def test_track_ticket_by_its_number_and_the_end_of_the_telephone_number(desk: Desk, by: Caller) -> None:
    ticket = desk.register()
    tracked = desk.ask(TRACK, by, number=ticket.number.lower(), phone_suffix="1234").ticket
    assert (tracked.ticket_id, tracked.state, tracked.text) == (ticket.ticket_id, pb.TICKET_STATE_REGISTERED, "")
    assert (tracked.can_supplement, tracked.can_withdraw) == (True, True)
    supplemented = desk.ask("TicketService/SupplementTicket", by, ticket_id=tracked.ticket_id, text="又停了，打13805331234").ticket
    withdrawn = desk.ask("TicketService/WithdrawTicket", by, ticket_id=tracked.ticket_id, version=supplemented.version, reason="来水了")
    again = desk.ask(TRACK, by, number=ticket.number, phone_suffix="1234").ticket
    assert (again.state, again.can_withdraw, again.version) == (pb.TICKET_STATE_WITHDRAWN, False, withdrawn.ticket.version)
    assert [added.text for added in again.supplements] == ["又停了，打〔诉求人电话〕"]


def test_track_ticket_tells_the_answer_and_the_words_of_a_decline(desk: Desk) -> None:
    answered = desk.do("TicketService/AnswerDirectly", desk.register(), answer="明早恢复供水")
    code = pb.DECLINE_CODE_LITIGATION
    declined = desk.do("TicketService/DeclineTicket", desk.register(), code=code)
    told = [desk.ask(TRACK, GATEWAY, number=each.number, phone_suffix="1234").ticket for each in (answered, declined)]
    assert told[0].answer == "明早恢复供水"
    assert told[1].decline_words
    assert [each.can_supplement for each in told] == [False, False]


def test_track_ticket_refuses_every_pair_that_does_not_fit_alike(desk: Desk) -> None:
    ticket, unnamed = desk.register(), desk.register(caller={})
    short = desk.register(caller={"phone": "110"})
    wrong = [(ticket.number, "1235"), (ticket.number, ""), ("T250106-99999", "1234"), (unnamed.number, "1234"), (short.number, "0110")]
    refusals = [refused(desk, TRACK, GATEWAY, number=number, phone_suffix=suffix) for number, suffix in wrong]
    assert {(each.code, each.message) for each in refusals} == {("NOT_FOUND", refusals[0].message)}
    neighbour = Caller.peer("gateway", "zhangdian")
    assert refused(desk, TRACK, neighbour, number=ticket.number, phone_suffix="1234").message == refusals[0].message
    assert refused(desk, TRACK, GATEWAY, number=ticket.number, phone_suffix="12a4").field == "phone_suffix"


def test_list_tracked_tickets_holds_what_the_system_registered(desk: Desk, clock: SetClock) -> None:
    first = desk.register(MINI, **BY_APP)
    clock.set(clock.now() + timedelta(hours=1))
    second = desk.register(MINI, **BY_APP)
    desk.register(OTHER, **BY_APP)
    desk.register()
    listed = desk.ask(LIST, MINI).tickets
    assert [each.ticket_id for each in listed] == [second.ticket_id, first.ticket_id]
    assert {(each.text, len(each.supplements)) for each in listed} == {("", 0)}
    assert [each.ticket_id for each in desk.ask(LIST, MINI, from_at=second.received_at).tickets] == [second.ticket_id]
    assert [each.ticket_id for each in desk.ask(LIST, MINI, to_at=second.received_at).tickets] == [first.ticket_id]
    assert not desk.ask(LIST, MINI, states=[pb.TICKET_STATE_CLOSED]).tickets
    own = desk.ask(TRACK, MINI, number=first.number).ticket
    assert own.text
    assert "13805331234" not in own.text
    assert refused(desk, TRACK, OTHER, number=first.number).code == "NOT_FOUND"


def test_list_tracked_tickets_by_one_query_and_its_index(desk: Desk) -> None:
    for _ in range(3):
        desk.register(MINI, **BY_APP)
    with explained(desk, "tickets") as plans:
        assert len(desk.ask(LIST, MINI).tickets) == 3
    assert len(plans) == 1
    # PostgreSQL reads so few rows by no index.
    assert "ix_tickets_registered_by" in plans[0] or not desk.store.is_sqlite


def test_a_channels_system_registers_for_callers_of_its_own_channels_alone(desk: Desk) -> None:
    for channel in (shared.CHANNEL_WECHAT, shared.CHANNEL_APP, shared.CHANNEL_MAYOR_MAILBOX):
        assert desk.register(MINI, channel=channel).channel == channel
    for by in (MINI, GATEWAY):
        with pytest.raises(Refused) as caught:
            desk.register(by, channel=shared.CHANNEL_PHONE)
        assert (caught.value.field, caught.value.article) == ("content.channel", "2")


def test_a_channels_system_reads_nothing_that_it_is_not_named_for(desk: Desk) -> None:
    ticket = desk.register()
    by_id = {"ticket_id": ticket.ticket_id}
    for method, fields in (
        ("TicketService/GetTicket", by_id),
        ("TicketService/ListTickets", {}),
        ("CallerService/RevealCaller", {**by_id, "reason": "回电"}),
        ("AttachmentService/ListAttachments", by_id),
        ("TicketService/FindTicketsOfCaller", {"phone": "13805331234"}),
    ):
        assert refused(desk, method, MINI, **fields).code == "PERMISSION_DENIED", method
    assert desk.ask("CategoryService/ListCategories", MINI).categories
    assert refused(desk, LIST, OPERATOR).code == "PERMISSION_DENIED"
    assert desk.store.read(OPERATOR, lambda tx: len(tx.rows(tickets))) == 1
