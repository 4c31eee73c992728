"""17: whatever is asked of intake, the party complained about does not learn that the ticket exists.

Each RPC that shows tickets is held against each way of being the party. An RPC that is in no table fails here: say how it keeps the ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.declared import ROLE_NAMES
from chassis.grpc.server import service_descriptor
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1 import ticket_pb2 as pb
from services.intake.api import DOORS
from tests.contracts.requests import well_formed
from tests.services.intake.desk import CALLER, CITY, DISTRICT, SAID, Desk, person
from tests.services.refused import Refused

# Of systems alone, which see less.
SYSTEMS = {"ROLE_PROVINCIAL_PEER", "ROLE_CHANNEL"}
EVERY_ROLE = tuple(name.removeprefix("ROLE_") for name in ROLE_NAMES.values() if name not in SYSTEMS)
IN_HUB, OF_WATER = person("w-1", *EVERY_ROLE), person("w-2", "HANDLER", unit="water")
IN_HUB_ALIKE, OF_ROADS = person("r-1", *EVERY_ROLE), person("r-2", "HANDLER", unit="roads")
OF_WATER_EAST = person("w-3", "UNIT_LEAD", unit="water-east")
Fields = Callable[[pb.Ticket], dict[str, Any]]

OF_ONE: dict[str, Fields] = {
    method: lambda ticket: {"ticket_id": ticket.ticket_id}
    for method in (
        "TicketService/GetTicket", "AttachmentService/ListAttachments", "JournalService/ListJournalEntries",
        "GroupService/ListTicketGroup", "SuggestionService/SuggestEarlierTickets", "SuggestionService/SuggestSameEvent",
    )
}  # fmt: skip
"""Of one ticket by its id: there is none."""
OF_MANY: dict[str, Fields] = {
    "TicketService/ListTickets": lambda ticket: {"number": ticket.number},
    "TicketService/SearchTickets": lambda _: {"words": "停水三天"},
    "TicketService/FindTicketsOfCaller": lambda _: {"phone": CALLER["phone"]},
}
"""Lists and searches: it is not among them."""
ALIKE: dict[str, Fields] = {
    "SuggestionService/SuggestEarlierTickets": lambda _: {"phone": CALLER["phone"], "text": SAID},
    "SuggestionService/SuggestSameEvent": lambda _: {"district": DISTRICT, "text": SAID},
}
"""The same two, asked by what is said."""
REVEALS = {
    "AttachmentService/DownloadAttachment", "CallerService/RevealCaller", "CallerService/RevealText", "ContactService/ResolveContact",
    "RevealService/ListReveals", "RevealService/CountReveals",
}  # fmt: skip
"""See test_revealing and test_attachments; test_contacting: to notify alone; test_reveals: that it was done."""
CHANGES = {
    "AttachmentService/UploadAttachment", "DeclineService/RequestDecline", "DeclineService/RefuseDecline", "GroupService/GroupTicket",
    "GroupService/UngroupTicket", "TicketService/AmendTicket", "TicketService/FormTicket", "TicketService/AnswerDirectly",
    "TicketService/DeclineTicket", "TicketService/PassEmergency", "TicketService/SupplementTicket", "TicketService/WithdrawTicket",
}  # fmt: skip
"""Changes one: refused to the party as if there were none."""
SHOWS_NONE = {
    "CategoryService/ListCategories", "CategoryService/AddCategory", "CategoryService/RenameCategory", "CategoryService/RetireCategory",
    "DeclineService/ListDeclineReasons", "DraftService/SaveDraft", "DraftService/LoadDraft", "DraftService/ListDrafts",
    "DraftService/DiscardDraft", "MaskService/PreviewMask", "SuggestionService/SuggestCategory", "SuggestionService/SuggestUrgency",
    "SuggestionService/SuggestAnswers", "TicketService/RegisterTicket", "StopService/StopNumber", "StopService/ReleaseNumber",
    "StopService/ListStops",
}  # fmt: skip
"""Shows no ticket but the caller's own words; see test_suggestions and test_register_ticket for what they are like."""

TO_CALLERS = {"TrackingService/TrackTicket", "TrackingService/ListTrackedTickets"}
"""To whoever raised it, by what only they know; see test_tracking."""

PARTIES = {
    "the person": ([{"name": "某人", "person_id": "w-1"}], IN_HUB, IN_HUB_ALIKE),
    "the unit": ([{"name": "自来水公司", "unit_id": "water"}], OF_WATER, OF_ROADS),
    "a unit above": ([{"name": "自来水公司", "unit_id": "water"}], OF_WATER_EAST, OF_ROADS),
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """One that keeps words, and knows who is complained about in person."""
    desk.tell(directory.TenantChanged(tenant_id=CITY, version=1))
    desk.tell(directory.PersonChanged(person_id="w-1", tenant_id=CITY, unit_id="zibo-hub", active=True, version=1))
    return desk


def methods() -> Iterator[str]:
    for door in DOORS:
        for method in service_descriptor(door.service).methods:
            yield f"{door.service.rsplit('.', 1)[-1]}/{method.name}"


def test_every_rpc_is_in_a_table() -> None:
    assert set(methods()) == OF_ONE.keys() | OF_MANY.keys() | ALIKE.keys() | REVEALS | CHANGES | SHOWS_NONE | TO_CALLERS


@pytest.mark.parametrize("way", PARTIES)
def test_the_party_does_not_find_it_in_whatever_it_asks(desk: Desk, way: str) -> None:
    parties, party, other = PARTIES[way]
    ticket = desk.form(desk.register(parties=parties))
    desk.order(ticket, holders=("water", "water-east", "roads"))
    desk.worker.keep_words(desk.store)
    shown = {method for method in OF_ONE.keys() | OF_MANY.keys() if _may(desk, method, other, {**OF_ONE, **OF_MANY}[method](ticket))}
    assert shown
    for method in OF_ONE.keys() & shown:
        with pytest.raises(Refused) as refused:
            desk.ask(method, party, **OF_ONE[method](ticket))
        assert refused.value.code == "NOT_FOUND", method
    for method, fields in (*OF_MANY.items(), *ALIKE.items()):
        if _may(desk, method, party, fields(ticket)):
            assert ticket.ticket_id not in str(desk.ask(method, party, **fields(ticket))), method
            assert ticket.ticket_id in str(desk.ask(method, other, **fields(ticket))), method


def test_the_party_is_answered_as_if_there_were_none_to_change(desk: Desk) -> None:
    parties, party, _ = PARTIES["the person"]
    ticket = desk.register(parties=parties)
    for method in CHANGES:
        answers = {_refusal(desk, method, party, ticket_id, ticket.version) for ticket_id in (ticket.ticket_id, "nowhere")}
        assert len(answers) == 1, (method, answers)
    assert desk.get(ticket, IN_HUB_ALIKE).version == ticket.version


def _refusal(desk: Desk, method: str, by: Caller, ticket_id: str, version: int) -> tuple[str, str]:
    service, _, name = method.partition("/")
    request: Any = well_formed(service_descriptor(f"hotline.intake.v1.{service}").methods_by_name[name])
    request.ticket_id = ticket_id
    if "version" in request.DESCRIPTOR.fields_by_name:
        request.version = version
    with pytest.raises(Refused) as refused:
        desk.ask(method, by, request)
    return refused.value.code, refused.value.message.replace(ticket_id, "")


def _may(desk: Desk, method: str, by: Caller, fields: dict[str, Any]) -> bool:
    """Whether the caller's roles let it ask that at all."""
    try:
        desk.ask(method, by, **fields)
    except Refused as refused:
        return refused.code != "PERMISSION_DENIED"
    return True
