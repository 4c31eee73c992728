"""A ticket at the desks of intake: registered, and then answered, declined, passed, formed, or taken back (Art. 3, 11(1))."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import declines_pb2 as declines
from hotline.intake.v1 import ticket_pb2 as ticket
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.book.tickets import Page
from simulator.citizens import Citizen
from simulator.desks import words
from simulator.messages import Message
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


def register(house: House, hub_id: str, message: Message, said: content.TicketContent, by: Person | None = None) -> TicketDesk:
    """Art. 2, 10: what was said becomes a ticket; by an operator, unless another is named."""
    operator = by or house.of_unit(hub_id, "ROLE_OPERATOR", message.number)
    request = tickets.RegisterTicketRequest(content=said, masking_confirmed=by is None)
    registered = operator.ask("intake.v1.TicketService/RegisterTicket", request, tickets.RegisterTicketResponse).ticket
    page = Page(
        number=message.number,
        ticket_id=registered.ticket_id,
        channel=message.channel.removeprefix("CHANNEL_"),
        urgent=said.urgency == shared.URGENCY_URGENT,
        received_at=(said if said.HasField("received_at") else registered).received_at.ToDatetime(UTC),
    )
    return TicketDesk(house, hub_id, registered, page)


def content_of(
    message: Message, citizen: Citizen, *, category: str, district: str, urgent: bool, party_unit_id: str = ""
) -> content.TicketContent:
    """What an operator types in."""
    said = content.TicketContent(
        channel=shared.Channel.Value(message.channel),
        nature=shared.Nature.Value(message.nature),
        urgency=shared.URGENCY_URGENT if urgent else shared.URGENCY_ORDINARY,
        category=category,
        caller=content.Caller(**vars(citizen)),
        title=message.title,
        text=message.text,
        place=shared.Place(district=district, address=citizen.address),
        mask_words=[citizen.name] if citizen.name else [],
    )
    if party_unit_id:
        said.parties.add(unit_id=party_unit_id)
    if message.channel == "CHANNEL_PROVINCIAL":
        said.provincial_number = f"SD{message.at:%Y%m%d}{message.number:06d}"
    elif message.channel != "CHANNEL_PHONE":
        said.received_at.CopyFrom(_stamp(message.at))
    return said


def _stamp(at: datetime) -> Timestamp:
    stamped = Timestamp()
    stamped.FromDatetime(at.astimezone(UTC))
    return stamped
