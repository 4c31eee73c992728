"""A ticket at the desks of intake: answered, declined, passed, formed, added to, or taken back (Art. 3, 11(1))."""

from __future__ import annotations

from datetime import UTC

from hotline.intake.v1 import declines_pb2 as declines
from hotline.intake.v1 import ticket_pb2 as ticket
from hotline.intake.v1 import tickets_pb2 as tickets
from simulator.book.tickets import Page
from simulator.desks import words
from simulator.people import House, Person

NEEDS_WAY = {"OUTSIDE_TERRITORY": words.ELSEWHERE, "IN_PROGRESS": words.OTHER_WAY}


class TicketDesk:
    """One ticket, from its registration. `page` is its page in the book."""

    def __init__(self, house: House, hub_id: str, registered: ticket.Ticket, page: Page) -> None:
        self._house = house
        self._hub_id = hub_id
        self._ticket = registered
        self.page = page

    def answer_directly(self) -> None:
        """11(1): what can be answered directly is."""
        request = tickets.AnswerDirectlyRequest(ticket_id=self.page.ticket_id, version=self._ticket.version, answer=words.ANSWER)
        self._settled(self._operator().ask("intake.v1.TicketService/AnswerDirectly", request, tickets.AnswerDirectlyResponse).ticket)

    def form(self, recurs_ticket_id: str = "") -> None:
        """11(1): it becomes an order."""
        request = tickets.FormTicketRequest(
            ticket_id=self.page.ticket_id, version=self._ticket.version, recurs_ticket_id=recurs_ticket_id
        )  # fmt: skip
        self._settled(self._operator().ask("intake.v1.TicketService/FormTicket", request, tickets.FormTicketResponse).ticket)
        self.page.recurs = recurs_ticket_id

    def decline(self, code: str, repeats_ticket_id: str = "", *, officer: bool = False) -> None:
        """Art. 3, 11(1): not taken; a repeat only by an officer, with a link to the concluded ticket."""
        request = tickets.DeclineTicketRequest(
            ticket_id=self.page.ticket_id,
            version=self._ticket.version,
            code=ticket.DeclineCode.Value(f"DECLINE_CODE_{code}"),
            turn_to=NEEDS_WAY.get(code, ""),
            repeats_ticket_id=repeats_ticket_id,
        )
        by = self.hub("ROLE_REVIEWER") if officer else self._operator()
        self._settled(by.ask("intake.v1.TicketService/DeclineTicket", request, tickets.DeclineTicketResponse).ticket)
        self.page.decline_code, self.page.repeats = code, repeats_ticket_id

    def request_decline(self, repeats_ticket_id: str) -> None:
        """11(1): an operator finds a repeat."""
        request = declines.RequestDeclineRequest(
            ticket_id=self.page.ticket_id, version=self._ticket.version, repeats_ticket_id=repeats_ticket_id
        )  # fmt: skip
        asked = self._operator().ask("intake.v1.DeclineService/RequestDecline", request, declines.RequestDeclineResponse)
        self._ticket = asked.ticket

    def refuse_decline(self) -> None:
        """11(1): an officer finds that it is none."""
        request = declines.RefuseDeclineRequest(ticket_id=self.page.ticket_id, version=self._ticket.version, reason=words.NO_REPEAT)
        refused = self.hub("ROLE_SUPERVISOR").ask("intake.v1.DeclineService/RefuseDecline", request, declines.RefuseDeclineResponse)
        self._ticket = refused.ticket

    def pass_emergency(self, number: str) -> None:
        """Art. 2, 3: a real emergency goes to 110, 119 or 120 at once."""
        request = tickets.PassEmergencyRequest(
            ticket_id=self.page.ticket_id,
            version=self._ticket.version,
            number=ticket.EmergencyNumber.Value(f"EMERGENCY_NUMBER_{number}"),
        )
        self._settled(self._operator().ask("intake.v1.TicketService/PassEmergency", request, tickets.PassEmergencyResponse).ticket)
        self.page.passed_to = number

    def supplement(self) -> None:
        """10: the caller adds something."""
        request = tickets.SupplementTicketRequest(ticket_id=self.page.ticket_id, text=words.ADDED)
        by = self.hub("ROLE_CALL_BACK")
        self._ticket = by.ask("intake.v1.TicketService/SupplementTicket", request, tickets.SupplementTicketResponse).ticket
        self.page.supplements += 1

    def withdraw(self) -> None:
        """11(1): the caller takes it back."""
        request = tickets.WithdrawTicketRequest(ticket_id=self.page.ticket_id, version=self._ticket.version, reason=words.TAKEN_BACK)
        done = self._operator().ask("intake.v1.TicketService/WithdrawTicket", request, tickets.WithdrawTicketResponse)
        if self.page.settled_at is None:
            self._settled(done.ticket)
        self._ticket, self.page.state = done.ticket, "WITHDRAWN"

    def hub(self, role: str) -> Person:
        """One of the hub."""
        return self._house.of_unit(self._hub_id, role, self.page.number)

    def _operator(self) -> Person:
        return self.hub("ROLE_OPERATOR")

    def _settled(self, answered: ticket.Ticket) -> None:
        self._ticket = answered
        state = ticket.TicketState.Name(answered.state).removeprefix("TICKET_STATE_")
        self.page.settle(state, answered.settlement.at.ToDatetime(UTC))
