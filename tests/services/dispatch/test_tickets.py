"""What intake tells of tickets: formed, supplemented, withdrawn; twice, and in any order."""

from __future__ import annotations

import pytest

from hotline.dispatch.v1 import events_pb2
from hotline.intake.v1 import events_pb2 as intake
from tests.services.dispatch.city import (
    CALLER_BACK,
    DISPATCHER,
    City,
    Serve,
)


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def test_a_supplement_is_kept_and_moves_no_date(city: City) -> None:
    order = city.handling()
    event = intake.TicketSupplemented(ticket_id=order.ticket_id, text="现在全小区都停了，电话13805331234", version=2)
    event.at.FromDatetime(city.clock.now())
    city.tell(event)
    city.tell(event)
    found = city.get(order)
    assert (found.order.version, found.order.due_at) == (order.version + 1, order.due_at)
    (supplement,) = found.supplements
    assert "13805331234" not in supplement.text


def test_a_withdrawal_ends_the_order_and_wins_when_it_comes_first(city: City) -> None:
    order = city.handling()
    event = intake.TicketWithdrawn(ticket_id=order.ticket_id, reason="已恢复供水", version=3)
    event.at.FromDatetime(city.clock.now())
    city.tell(event)
    city.tell(event)
    assert city.get(order).order.state == events_pb2.ORDER_STATE_WITHDRAWN
    formed = city.form_event()
    early = intake.TicketWithdrawn(ticket_id=formed.ticket_id, reason="不用了", version=3)
    early.at.FromDatetime(city.clock.now())
    city.tell(early)
    city.tell(formed)
    first = city.of_ticket(formed.ticket_id)
    assert first.state == events_pb2.ORDER_STATE_WITHDRAWN
    assert [each.verb for each in city.told(first)] == ["open", "withdraw"]


def test_a_ticket_formed_twice_is_one_order(city: City) -> None:
    event = city.form_event()
    city.tell(event)
    city.tell(event)
    event.version = 2
    city.tell(event)
    assert len(city.ask("OrderService/ListOrders", DISPATCHER, ticket_id=event.ticket_id).orders) == 1


def test_after_its_end_nothing_happens_to_an_order(city: City) -> None:
    order = city.do("ClosingService/CloseSatisfied", city.rated(), CALLER_BACK)
    late = intake.TicketWithdrawn(ticket_id=order.ticket_id, reason="迟到的撤回", version=9)
    late.at.FromDatetime(city.clock.now())
    city.tell(late)
    more = intake.TicketSupplemented(ticket_id=order.ticket_id, text="又停水了", version=10)
    more.at.FromDatetime(city.clock.now())
    city.tell(more)
    found = city.get(order)
    assert (found.order, len(found.supplements)) == (order, 1)
