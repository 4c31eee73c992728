"""Wrong ids, stale versions and spent request ids at every RPC of intake; malformed fields are tests/contracts' matter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.caller import Caller
from chassis.declared import access_of
from chassis.grpc.server import service_descriptor
from hotline.intake.v1 import contacts_pb2 as contacts
from hotline.intake.v1 import ticket_pb2 as pb
from services.intake.api import DOORS
from tests.services.intake.desk import ADMIN, DISTRICT, MINI, OPERATOR, REVIEWER, WATER, Desk, content, person, upload
from tests.services.refused import Refused

METHODS = {
    f"{door.service.rpartition('.')[2]}/{method.name}": method for door in DOORS for method in service_descriptor(door.service).methods
}
NEIGHBOUR = person("district-2", "OPERATOR", "TENANT_ADMIN", "REVIEWER", unit="zhangdian-hub", tenant=DISTRICT)
NOTIFY = Caller.peer("notify", "zibo")
PDF = upload(b"%PDF-1.7")
REPEATS = {"repeats_ticket_id": "earlier"}
GOOD: dict[str, tuple[Caller, dict[str, Any]]] = {
    "TicketService/RegisterTicket": (OPERATOR, {"content": content(), "masking_confirmed": True}),
    "TicketService/AmendTicket": (OPERATOR, {"ticket_id": "open", "version": 1, "title": "停水", "mask_words": ["茶馆"]}),
    "TicketService/FormTicket": (OPERATOR, {"ticket_id": "open", "version": 1, "recurs_ticket_id": "earlier"}),
    "TicketService/AnswerDirectly": (OPERATOR, {"ticket_id": "open", "version": 1, "answer": "明早恢复"}),
    "TicketService/DeclineTicket": (REVIEWER, {"ticket_id": "open", "version": 1, "code": pb.DECLINE_CODE_REPEAT, **REPEATS}),
    "TicketService/PassEmergency": (OPERATOR, {"ticket_id": "open", "version": 1, "number": pb.EMERGENCY_NUMBER_110}),
    "TicketService/SupplementTicket": (OPERATOR, {"ticket_id": "open", "text": "又停了"}),
    "TicketService/WithdrawTicket": (OPERATOR, {"ticket_id": "open", "version": 1, "reason": "来水了"}),
    "TicketService/GetTicket": (OPERATOR, {"ticket_id": "open"}),
    "TicketService/ListTickets": (OPERATOR, {"category": WATER, "received_from": "2025-01-06", "town": "科苑街道"}),
    "TicketService/SearchTickets": (OPERATOR, {"words": "停水 三天", "category": WATER, "received_from": "2025-01-06", "town": "科苑街道"}),
    "TicketService/FindTicketsOfCaller": (OPERATOR, {"phone": "13805331234"}),
    "DeclineService/ListDeclineReasons": (OPERATOR, {}),
    "DeclineService/RequestDecline": (OPERATOR, {"ticket_id": "open", "version": 1, **REPEATS}),
    "DeclineService/RefuseDecline": (REVIEWER, {"ticket_id": "asked", "version": 2, "reason": "有新事实"}),
    "CallerService/RevealCaller": (OPERATOR, {"ticket_id": "open", "reason": "回电"}),
    "CallerService/RevealText": (OPERATOR, {"ticket_id": "open", "reason": "核对"}),
    "ContactService/ResolveContact": (NOTIFY, {"ticket_id": "open", "purpose": "ticket_formed", "message_id": "m-1"}),
    "StopService/StopNumber": (OPERATOR, {"phone": "13805331234", "reason": contacts.STOP_REASON_CALLER_ASKED}),
    "StopService/ReleaseNumber": (OPERATOR, {"phone": "13805331234"}),
    "StopService/ListStops": (OPERATOR, {}),
    "TrackingService/TrackTicket": (MINI, {"number": "number", "phone_suffix": "1234"}),
    "TrackingService/ListTrackedTickets": (MINI, {"category": WATER}),
    "MaskService/PreviewMask": (OPERATOR, {"content": content()}),
    "AttachmentService/UploadAttachment": (OPERATOR, {"ticket_id": "open", **PDF}),
    "AttachmentService/ListAttachments": (OPERATOR, {"ticket_id": "open"}),
    "AttachmentService/DownloadAttachment": (OPERATOR, {"attachment_id": "attachment"}),
    "CategoryService/ListCategories": (OPERATOR, {"parent": "01"}),
    "CategoryService/AddCategory": (ADMIN, {"version": 1, "code": "01.01.88", "name": "直饮水"}),
    "CategoryService/RenameCategory": (ADMIN, {"version": 1, "code": "01.01.02", "name": "水质"}),
    "CategoryService/RetireCategory": (ADMIN, {"version": 1, "code": "01.01.02"}),
    "DraftService/SaveDraft": (OPERATOR, {"draft_id": "draft", "version": 1, "content": content()}),
    "DraftService/LoadDraft": (OPERATOR, {"draft_id": "draft"}),
    "DraftService/ListDrafts": (OPERATOR, {}),
    "DraftService/DiscardDraft": (OPERATOR, {"draft_id": "draft"}),
    "SuggestionService/SuggestAnswers": (OPERATOR, {"ticket_id": "open"}),
    "JournalService/ListJournalEntries": (OPERATOR, {"ticket_id": "open"}),
    "RevealService/ListReveals": (ADMIN, {"from_day": "2025-01-06", "until_day": "2025-01-07"}),
    "RevealService/CountReveals": (ADMIN, {"from_day": "2025-01-06", "until_day": "2025-01-07"}),
    "SuggestionService/SuggestCategory": (OPERATOR, {"title": "停水", "text": "停水三天"}),
    "SuggestionService/SuggestUrgency": (OPERATOR, {"text": "全小区停水"}),
    "SuggestionService/SuggestEarlierTickets": (OPERATOR, {"ticket_id": "open"}),
    "SuggestionService/SuggestSameEvent": (OPERATOR, {"ticket_id": "open"}),
    "GroupService/GroupTicket": (OPERATOR, {"ticket_id": "open", "version": 1, "under_ticket_id": "earlier"}),
    "GroupService/UngroupTicket": (OPERATOR, {"ticket_id": "grouped", "version": 2, "reason": "不是同一处"}),
    "GroupService/ListTicketGroup": (OPERATOR, {"ticket_id": "grouped"}),
}


@dataclass
class Scene:
    """A desk with one of each, in the city and, of the same names, in a district."""

    desk: Desk
    ids: dict[str, str]
    neighbours: dict[str, str]

    def request(self, method: str, **changes: Any) -> Any:
        """A good request, with changes."""
        _, fields = GOOD[method]
        named = {name: self.ids.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
        return GetMessageClass(METHODS[method].input_type)(**{**named, **changes})

    def refused(self, method: str, request: Message, by: Caller | None = None) -> Refused:
        """The refusal of a request that must be refused."""
        with pytest.raises(Refused) as refused:
            self.desk.ask(method, by or GOOD[method][0], request)
        return refused.value

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is written meanwhile."""
        before = self.desk.everything()
        yield
        assert self.desk.everything() == before


@pytest.fixture
def scene(desk: Desk) -> Scene:
    return Scene(desk, _stock(desk, OPERATOR), _stock(desk, NEIGHBOUR))


def _stock(desk: Desk, by: Caller) -> dict[str, str]:
    earlier = desk.do("TicketService/AnswerDirectly", desk.register(by), by, answer="已修好")
    ticket = desk.register(by)
    asked = desk.do("DeclineService/RequestDecline", desk.register(by), by, repeats_ticket_id=earlier.ticket_id)
    attachment = desk.ask("AttachmentService/UploadAttachment", by, ticket_id=ticket.ticket_id, **PDF).attachment
    draft = desk.ask("DraftService/SaveDraft", by, content=content()).draft
    grouped = desk.do("GroupService/GroupTicket", desk.register(by), by, under_ticket_id=earlier.ticket_id)
    ids = {"open": ticket.ticket_id, "earlier": earlier.ticket_id, "asked": asked.ticket_id, "grouped": grouped.ticket_id}
    ids["number"] = ticket.number
    return {**ids, "attachment": attachment.attachment_id, "draft": draft.draft_id}


def methods_with(*fields: str) -> list[tuple[str, str]]:
    """The methods whose requests have one of these fields, with the field."""
    return [(method, field) for method, (_, good) in GOOD.items() for field in fields if field in good]


def test_every_rpc_is_here() -> None:
    assert set(GOOD) == set(METHODS)


def test_ids_of_nothing_and_of_another_tenant_are_unknown(scene: Scene) -> None:
    with scene.unchanged():
        for method, field in methods_with("ticket_id", "under_ticket_id", "attachment_id", "draft_id"):
            for wrong in ("nowhere", scene.neighbours[GOOD[method][1][field]]):
                assert scene.refused(method, scene.request(method, **{field: wrong})).code == "NOT_FOUND", method


def test_a_link_to_another_tenants_ticket_is_none(scene: Scene) -> None:
    with scene.unchanged():
        for method, field in methods_with("recurs_ticket_id", "repeats_ticket_id"):
            refusal = scene.refused(method, scene.request(method, **{field: scene.neighbours["earlier"]}))
            assert (refusal.code, refusal.field, refusal.article) == ("INVALID_ARGUMENT", field, "11-1"), method


def test_a_version_that_is_not_the_newest_is_stale(scene: Scene) -> None:
    with scene.unchanged():
        for method, field in methods_with("version"):
            for version in (0, 77, 2**63):
                assert scene.refused(method, scene.request(method, **{field: version})).code == "ABORTED", method


def test_a_request_id_is_spent_once_and_its_answer_given_again(scene: Scene) -> None:
    for method, described in METHODS.items():
        if not access_of(described).writes:
            continue
        scene.ids = _stock(scene.desk, OPERATOR)
        version = {"version": scene.desk.ask("CategoryService/ListCategories").version} if method.startswith("Category") else {}
        first = scene.desk.ask(method, GOOD[method][0], scene.request(method, request_id="spent", **version))
        with scene.unchanged():
            assert scene.desk.ask(method, GOOD[method][0], scene.request(method, request_id="spent", **version)) == first, method
            other = scene.request(method, request_id="spent", **version)
            other.MergeFrom(_otherwise(other))
            assert scene.refused(method, other).code == "ALREADY_EXISTS", method


def _otherwise(request: Message) -> Message:
    """The same kind of request with another payload."""
    field = next(field for field in request.DESCRIPTOR.fields if field.type == FieldDescriptor.TYPE_STRING and field.name != "request_id")
    return type(request)(**{field.name: "other" if not field.is_repeated else ["other"]})
