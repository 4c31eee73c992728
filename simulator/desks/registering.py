"""Registering at intake: what an operator types in or the province sends, looked at, kept as a draft, attached to (Art. 2, 10)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from hotline.intake.v1 import attachments_pb2 as attachments
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import drafts_pb2 as drafts
from hotline.intake.v1 import masks_pb2 as masks
from hotline.intake.v1 import ticket_pb2 as tickets
from hotline.intake.v1 import tickets_pb2 as pb
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.book.tickets import Page
from simulator.citizens import Citizen
from simulator.desks.tickets import TicketDesk
from simulator.messages import Message
from simulator.people import House, Person

# One in so many is typed in as a draft first, comes with a picture, is looked at as others will see it.
DRAFTED, PICTURED, LOOKED_AT = 9, 7, 5
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Classified:
    """What an operator makes of a message. `party_unit_id`: the unit complained about (17)."""

    category: str
    district: str
    urgent: bool
    party_unit_id: str = ""


def register(house: House, hub_id: str, message: Message, citizen: Citizen, classified: Classified) -> TicketDesk:
    """Art. 2, 10: what was said becomes a ticket: by an operator, or by the province's own system."""
    said = _content(message, citizen, classified)
    operator = house.of_unit(hub_id, "ROLE_OPERATOR", message.number)
    is_provincial = message.channel == "CHANNEL_PROVINCIAL"
    request = pb.RegisterTicketRequest(content=said, masking_confirmed=not is_provincial)
    if is_provincial:
        registered = _register(house.of_unit(hub_id, "ROLE_PROVINCIAL_PEER"), request)
        registered = _confirm(operator, registered)
    else:
        request.draft_id = _draft(operator, said) if message.number % DRAFTED == 0 else ""
        if message.number % LOOKED_AT == 0:
            _look(operator, said)
        registered = _register(operator, request)
    page = Page(
        number=message.number,
        ticket_id=registered.ticket_id,
        channel=message.channel.removeprefix("CHANNEL_"),
        urgent=classified.urgent,
        received_at=(said if said.HasField("received_at") else registered).received_at.ToDatetime(UTC),
    )
    if message.number % PICTURED == 0:
        _attach(operator, page)
    return TicketDesk(house, hub_id, registered, page)


def _register(by: Person, request: pb.RegisterTicketRequest) -> tickets.Ticket:
    return by.ask("intake.v1.TicketService/RegisterTicket", request, pb.RegisterTicketResponse).ticket


def _confirm(operator: Person, registered: tickets.Ticket) -> tickets.Ticket:
    """17: what came unattended was masked by the rules alone, until somebody looks."""
    request = pb.AmendTicketRequest(ticket_id=registered.ticket_id, version=registered.version, masking_confirmed=True)
    return operator.ask("intake.v1.TicketService/AmendTicket", request, pb.AmendTicketResponse).ticket


def _draft(operator: Person, said: content.TicketContent) -> str:
    request = drafts.SaveDraftRequest(content=said)
    return operator.ask("intake.v1.DraftService/SaveDraft", request, drafts.SaveDraftResponse).draft.draft_id


def _look(operator: Person, said: content.TicketContent) -> None:
    operator.ask("intake.v1.MaskService/PreviewMask", masks.PreviewMaskRequest(content=said), masks.PreviewMaskResponse)


def _attach(operator: Person, page: Page) -> None:
    picture = PNG + page.ticket_id.encode()
    request = attachments.UploadAttachmentRequest(
        ticket_id=page.ticket_id, name="现场照片.png", content=picture, size=len(picture), sha256=hashlib.sha256(picture).hexdigest()
    )
    operator.ask("intake.v1.AttachmentService/UploadAttachment", request, attachments.UploadAttachmentResponse)
    page.attachments += 1


def _content(message: Message, citizen: Citizen, classified: Classified) -> content.TicketContent:
    said = content.TicketContent(
        channel=shared.Channel.Value(message.channel),
        nature=shared.Nature.Value(message.nature),
        urgency=shared.URGENCY_URGENT if classified.urgent else shared.URGENCY_ORDINARY,
        category=classified.category,
        caller=content.Caller(**vars(citizen)),
        title=message.title,
        text=message.text,
        place=shared.Place(district=classified.district, address=citizen.address),
        mask_words=[citizen.name] if citizen.name else [],
    )
    if classified.party_unit_id:
        said.parties.add(unit_id=classified.party_unit_id)
    if message.channel == "CHANNEL_PROVINCIAL":
        said.provincial_number = f"SD{message.at:%Y%m%d}{message.number:06d}"
    elif message.channel != "CHANNEL_PHONE":
        said.received_at.CopyFrom(_stamp(message.at))
    return said


def _stamp(at: datetime) -> Timestamp:
    stamped = Timestamp()
    stamped.FromDatetime(at.astimezone(UTC))
    return stamped
