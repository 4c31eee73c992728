"""A ticket follows its order and its holders (Art. 11(10), 17), in whatever order the news comes."""

import pytest

from chassis.bus.marks import disagreements
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import ticket_pb2 as pb
from services.intake.worker import IntakeWorker
from tests.services.intake.desk import DISTRICT, DISTRICT_HUB, HANDLER, OUTSIDER, TOWN_HANDLER, Desk
from tests.services.refused import Refused


def test_the_worker_hears_what_is_told_to_intake() -> None:
    assert disagreements("intake", IntakeWorker()) == []


def test_a_ticket_shows_its_order_and_closes_with_it(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.order(ticket, 1, round=2)
    shown = desk.get(ticket)
    assert (shown.order.state, shown.order.round, shown.state) == (dispatch.ORDER_STATE_HANDLING, 2, pb.TICKET_STATE_FORMED)
    desk.close(ticket, 2, dispatch.CLOSING_DISSATISFIED_LAWFUL)
    shown = desk.get(ticket)
    assert (shown.state, shown.order.closing) == (pb.TICKET_STATE_CLOSED, dispatch.CLOSING_DISSATISFIED_LAWFUL)
    assert shown.order.HasField("closed_at")
    assert shown.version == ticket.version


def test_older_news_changes_nothing(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.close(ticket, 5)
    before = desk.get(ticket)
    desk.order(ticket, 4, holders=("roads",))
    desk.close(ticket, 5)
    assert desk.get(ticket) == before
    with pytest.raises(Refused):
        desk.get(ticket, OUTSIDER)


def test_holders_come_and_go_with_the_order(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    for version, holders, may, may_not in ((1, ("water",), HANDLER, OUTSIDER), (2, ("roads",), OUTSIDER, HANDLER)):
        desk.order(ticket, version, holders)
        assert desk.get(ticket, may).text == ticket.text
        with pytest.raises(Refused) as refused:
            desk.get(ticket, may_not)
        assert refused.value.code == "PERMISSION_DENIED"
        assert "第十七条" in refused.value.message


def test_a_district_sees_what_it_handles_while_it_handles_it(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.ask("TicketService/SupplementTicket", ticket_id=ticket.ticket_id, text="张三丰补充")
    with pytest.raises(Refused) as refused:
        desk.get(ticket, DISTRICT_HUB)
    assert refused.value.code == "NOT_FOUND"
    desk.order(ticket, 1, ("zhangdian",), handling_tenant_id=DISTRICT)
    shown = desk.get(ticket, DISTRICT_HUB)
    assert (shown.caller.name, len(shown.supplements)) == ("张**", 1)
    assert desk.ask("CallerService/RevealCaller", DISTRICT_HUB, ticket_id=ticket.ticket_id, reason="联系诉求人").caller.name == "张三丰"
    entries = desk.ask("JournalService/ListJournalEntries", DISTRICT_HUB, ticket_id=ticket.ticket_id).entries
    assert [entry.verb for entry in entries] == ["register_ticket", "form_ticket", "supplement_ticket", "reveal_caller"]
    desk.order(ticket, 2, ("roads",))
    with pytest.raises(Refused) as refused:
        desk.get(ticket, DISTRICT_HUB)
    assert refused.value.code == "NOT_FOUND"


def test_a_town_holds_by_the_inner_order_whichever_news_comes_first(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    inner = {"order_id": "inner-1", "outer_order_id": f"order-{ticket.ticket_id}", "tenant_id": DISTRICT}
    desk.order(ticket, 1, ("zhangdian-town",), **inner)
    desk.order(ticket, 3, ("zhangdian",), handling_tenant_id=DISTRICT)
    shown = desk.get(ticket, TOWN_HANDLER)
    assert shown.order.order_id == f"order-{ticket.ticket_id}"
    desk.order(ticket, 2, (), **inner)
    with pytest.raises(Refused):
        desk.get(ticket, TOWN_HANDLER)


def test_an_inner_order_that_closes_closes_no_ticket(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.order(ticket, 1, ("zhangdian",), handling_tenant_id=DISTRICT)
    inner = {"order_id": "inner-1", "outer_order_id": f"order-{ticket.ticket_id}", "tenant_id": DISTRICT}
    desk.order(ticket, 2, (), state=dispatch.ORDER_STATE_CLOSED, closing=dispatch.CLOSING_SATISFIED, **inner)
    assert desk.get(ticket).state == pb.TICKET_STATE_FORMED


def test_news_of_a_ticket_that_is_not_ours_is_kept_and_does_no_harm(desk: Desk) -> None:
    desk.order(pb.Ticket(ticket_id="elsewhere"))


def test_a_tenants_choice_sets_the_date_to_settle(desk: Desk) -> None:
    desk.tell(directory.TenantChanged(tenant_id="zibo", policies={"phone_forming_hours": "3"}, version=2))
    desk.tell(directory.TenantChanged(tenant_id="zibo", policies={"phone_forming_hours": "5"}, version=1))
    ticket = desk.register()
    assert ticket.settle_by.seconds - ticket.received_at.seconds == 3 * 3600
