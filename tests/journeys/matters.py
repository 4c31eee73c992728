"""A caller's matter, as every service answers for it: the ticket, its order, every step of every journal, and who may see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import grpc

from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import journal_pb2 as journal
from hotline.intake.v1 import ticket_pb2 as ticket
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.sla.v1 import clocks_pb2 as clocks
from simulator.people import Person
from tests.journeys.orders import WHOLE, Order
from tests.journeys.verbs import ask, name_of, request_of
from tests.journeys.waiting import becomes, until

if TYPE_CHECKING:
    from tests.journeys.cities import City

HIDDEN = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED}


class Matter:
    """One caller's, registered."""

    def __init__(self, city: City, registered: ticket.Ticket, caller: content.Caller) -> None:
        self._city = city
        self.ticket_id = registered.ticket_id
        self.number = registered.number
        self.caller = caller

    @cached_property
    def order(self) -> Order:
        """Its order, as soon as dispatch has heard that the ticket was formed."""
        request = orders.ListOrdersRequest(ticket_id=self.ticket_id)
        found = until(lambda: ask(self._city.hub.dispatcher, "list_orders", request).orders, bool)
        return Order(self._city, found[0].order_id)

    def do(self, verb: str, by: Person, **said: Any) -> Any:
        """One of intake's verbs, done at the version that is."""
        known = {"ticket_id": self.ticket_id, "version": self.ticket().version}
        request = request_of(verb, said)
        for name in known.keys() & request.DESCRIPTOR.fields_by_name.keys():
            setattr(request, name, known[name])
        return ask(by, verb, request)

    def ticket(self) -> ticket.Ticket:
        """The ticket as intake shows it to the hub."""
        answer: tickets.GetTicketResponse = ask(
            self._city.hub.supervisor, "get_ticket", tickets.GetTicketRequest(ticket_id=self.ticket_id)
        )  # fmt: skip
        return answer.ticket

    def ends(self, state: str) -> None:
        """intake has heard how the order ended."""
        becomes(lambda: name_of(ticket.TicketState, self.ticket().state), state)

    def is_settled(self, process: str = "SATISFIED", result: str = "SATISFIED") -> None:
        """The reply is reviewed, the caller called back and satisfied, and all closed, at intake too (11(8), 11(10))."""
        hub, order = self._city.hub, self.order
        order.do("pass_review", hub.reviewer)
        assert order.stands().state == "CALLING_BACK"
        order.do("record_ratings", hub.call_back, process=process, result=result)
        order.do("close_satisfied", hub.call_back)
        assert (order.stands().state, order.closing()) == ("CLOSED", "SATISFIED")
        self.ends("CLOSED")

    def steps(self) -> dict[str, list[str]]:
        """The verbs of every service's journal of it, oldest first (Art. 10); of dispatch's those that are the city's order's.

        sla shows its own to nobody: it is read where it lies. Looking a number up, at the pace of whoever writes to callers, is no step
        of the matter.
        """
        by = self._city.hub.supervisor
        at_intake = ask(by, "list_journal_entries", journal.ListJournalEntriesRequest(ticket_id=self.ticket_id, page=WHOLE))
        at_dispatch = ask(by, "list_journal", orders.ListJournalRequest(order_id=self.order.order_id, page=WHOLE))
        of_order = [entry for entry in at_dispatch.entries if json.loads(entry.detail)["order"] == self.order.order_id]
        at_sla = [row for row in self._city.stores.rows("sla", "journal") if row["subject"] == self.ticket_id]
        return {
            "intake": [entry.verb for entry in at_intake.entries if entry.verb != "resolve_contact"],
            "dispatch": [entry.verb for entry in of_order],
            "sla": [row["verb"] for row in sorted(at_sla, key=lambda row: int(row["number"]))],
        }

    def is_hidden_from(self, *people: Person) -> None:
        """Each of them learns of it neither at intake nor at dispatch nor at sla."""
        for person in people:
            refusals = self._refusals(person)
            assert all(code in HIDDEN for code in refusals), refusals
            listed = ask(person, "list_orders", orders.ListOrdersRequest(ticket_id=self.ticket_id, page=WHOLE)).orders
            assert [order.order_id for order in listed] == []
            if "ROLE_PROVINCIAL_PEER" in person.roles:
                continue
            request = clocks.ListClocksRequest(ticket_id=self.ticket_id, with_ended=True, page=WHOLE)
            found = person.ask("sla.v1.ClockService/ListClocks", request, clocks.ListClocksResponse).clocks
            # A unit that gave it back is still shown the date that ran against itself.
            assert [clock.unit_id for clock in found if clock.unit_id != person.unit_id] == []

    def is_open_to(self, *people: Person) -> None:
        """Each of them reads the order, its journal and the ticket, as soon as intake has heard who holds it."""
        for person in people:
            becomes(partial(self._refusals, person), [None, None, None])

    def _refusals(self, person: Person) -> list[grpc.StatusCode | None]:
        return [_refusal(person, *each) for each in self._questions()]

    def _questions(self) -> Iterator[tuple[str, Any]]:
        yield "get_order", orders.GetOrderRequest(order_id=self.order.order_id)
        yield "list_journal", orders.ListJournalRequest(order_id=self.order.order_id)
        yield "get_ticket", tickets.GetTicketRequest(ticket_id=self.ticket_id)


def _refusal(person: Person, verb: str, request: Any) -> grpc.StatusCode | None:
    try:
        ask(person, verb, request)
    except grpc.RpcError as error:
        return error.code()
    return None
