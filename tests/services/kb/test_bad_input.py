"""Wrong ids, stale versions and spent request ids at every RPC of kb; malformed fields are tests/contracts' matter."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.caller import Caller
from chassis.declared import access_of
from chassis.grpc.server import service_descriptor
from hotline.kb.v1 import feedback_pb2, porting_pb2
from services.kb.api import DOORS
from tests.services.kb.shelves import EDITOR, HANDLER, NEIGHBOUR, OPERATOR, REVIEWER, SUPERVISOR, Library, content
from tests.services.refused import Refused

METHODS = {
    f"{door.service.rpartition('.')[2]}/{method.name}": method for door in DOORS for method in service_descriptor(door.service).methods
}
PDF = b"%PDF-1.7"
DIGEST = hashlib.sha256(PDF).hexdigest()
LINE = '{"title": "停水", "public_words": "请告知小区。", "review_on": "2025-12-31", "unit_id": "water"}'.encode()
GOOD: dict[str, tuple[Caller, dict[str, Any]]] = {
    "EntryService/CreateEntry": (EDITOR, {"content": content()}),
    "EntryService/ReviseEntry": (EDITOR, {"entry_id": "draft", "version": 1, "content": content(title="新标题")}),
    "EntryService/SubmitEntry": (EDITOR, {"entry_id": "draft", "version": 1}),
    "EntryService/PublishEntry": (REVIEWER, {"entry_id": "waiting", "version": 1}),
    "EntryService/RefuseEntry": (REVIEWER, {"entry_id": "waiting", "version": 1, "reason": "依据不足"}),
    "EntryService/RetireEntry": (REVIEWER, {"entry_id": "published", "version": 1, "reason": "合并"}),
    "EntryService/GetEntry": (EDITOR, {"entry_id": "draft"}),
    "EntryService/ListEntries": (EDITOR, {"unit_id": "water"}),
    "EntryService/ListVersions": (EDITOR, {"entry_id": "draft"}),
    "EntryService/CompareVersions": (EDITOR, {"entry_id": "draft", "before": 1, "after": 1}),
    "AttachmentService/UploadAttachment": (EDITOR, {"entry_id": "draft", "name": "表.pdf", "content": PDF, "sha256": DIGEST}),
    "AttachmentService/DownloadAttachment": (OPERATOR, {"entry_id": "published", "attachment_id": "attachment"}),
    "SearchService/SearchEntries": (OPERATOR, {"query": "停水"}),
    "SearchService/RecordSearch": (OPERATOR, {"query": "停水", "entry_id": "published"}),
    "SearchService/SuggestAnswers": (OPERATOR, {"title": "停水"}),
    "FeedbackService/GiveFeedback": (OPERATOR, {"entry_id": "published", "version": 1, "verdict": feedback_pb2.VERDICT_HELPFUL}),
    "FeedbackService/ListFeedback": (EDITOR, {"entry_id": "published"}),
    "GapService/ListGaps": (EDITOR, {}),
    "GapService/RankGaps": (EDITOR, {}),
    "GapService/AssignGap": (EDITOR, {"gap_id": "gap", "unit_id": "roads"}),
    "GapService/CloseGap": (EDITOR, {"gap_id": "gap", "reason": "玩笑"}),
    "UpkeepService/ListUpkeep": (HANDLER, {}),
    "UpkeepService/CountUsage": (SUPERVISOR, {"since_day": "2025-01-01"}),
    "PortingService/ImportEntries": (EDITOR, {"format": porting_pb2.FORMAT_JSON_LINES, "content": LINE}),
    "PortingService/ExportEntries": (EDITOR, {"format": porting_pb2.FORMAT_CSV}),
    "JournalService/ListJournalEntries": (EDITOR, {"entry_id": "draft"}),
}


@pytest.fixture
def ids(library: Library) -> dict[str, str]:
    return stock(library)


def stock(library: Library, by: Caller = EDITOR, unit: str = "water", reviewer: Caller = REVIEWER) -> dict[str, str]:
    """One of each; the ids by the names they have above."""
    published = library.published(by, reviewer, unit_id=unit)
    fields = {"entry_id": published.entry_id, "name": "表.pdf", "content": PDF, "sha256": DIGEST}
    attachment = library.ask("AttachmentService/UploadAttachment", by, None, **fields).attachment.attachment_id
    named = library.publish(library.revise(published, by, attachment_ids=[attachment]), by, reviewer)
    waiting = library.do("SubmitEntry", library.create(by, unit_id=unit), by)
    gap = library.ask("SearchService/RecordSearch", by, query=f"外星飞船停靠许可证{len(library.everything())}", unanswered=True).gap_id
    draft = library.create(by, unit_id=unit)
    return {
        "published": named.entry_id, "draft": draft.entry_id, "waiting": waiting.entry_id, "gap": gap, "attachment": attachment,
        "version": str(named.version),
    }  # fmt: skip


def made(method: str, ids: dict[str, str], **changes: Any) -> Any:
    """A good request, with changes."""
    fields = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in GOOD[method][1].items()}
    if GOOD[method][1].get("entry_id") == "published" and "version" in fields:
        fields["version"] = int(ids["version"])
    return GetMessageClass(METHODS[method].input_type)(**{**fields, **changes})


def refused(library: Library, method: str, request: Message) -> Refused:
    with pytest.raises(Refused) as refusal:
        library.ask(method, GOOD[method][0], request)
    return refusal.value


def test_every_rpc_is_here() -> None:
    assert set(GOOD) == set(METHODS)


def test_every_good_request_is_answered(library: Library) -> None:
    for method in METHODS:
        library.ask(method, GOOD[method][0], made(method, stock(library)))


def test_ids_of_nothing_and_of_another_tenant_are_unknown(library: Library, ids: dict[str, str]) -> None:
    theirs = stock(library, NEIGHBOUR, "boshan-hub", Caller("person", "other", "boshan", "boshan-hub", frozenset({"ROLE_KB_REVIEWER"})))
    before = library.everything()
    seen_by_the_city = ("GetEntry", "RecordSearch", "GiveFeedback", "DownloadAttachment")
    for method, (_, fields) in GOOD.items():
        for field in ("entry_id", "gap_id", "attachment_id"):
            if field not in fields:
                continue
            wrongs = ["nowhere"] if method.endswith(seen_by_the_city) and field == "entry_id" else ["nowhere", theirs[fields[field]]]
            for wrong in wrongs:
                assert refused(library, method, made(method, ids, **{field: wrong})).code == "NOT_FOUND", (method, field)
    assert library.everything() == before


def test_a_version_that_is_not_the_newest_is_stale(library: Library, ids: dict[str, str]) -> None:
    before = library.everything()
    for method, described in METHODS.items():
        if method.startswith("EntryService") and access_of(described).writes and "version" in GOOD[method][1]:
            for version in (0, 77, 2**63):
                assert refused(library, method, made(method, ids, version=version)).code == "ABORTED", method
    assert library.everything() == before


def test_versions_there_are_not_are_not_found(library: Library, ids: dict[str, str]) -> None:
    for method, field in (("GetEntry", "version"), ("CompareVersions", "before"), ("CompareVersions", "after")):
        for version in (77, 2**63):
            name = f"EntryService/{method}"
            assert refused(library, name, made(name, ids, **{field: version})).code == "NOT_FOUND"


def test_a_request_id_is_spent_once_and_its_answer_given_again(library: Library) -> None:
    for method, described in METHODS.items():
        if not access_of(described).writes:
            continue
        ids = stock(library)
        first = library.ask(method, GOOD[method][0], made(method, ids, request_id="spent"))
        before = library.everything()
        assert library.ask(method, GOOD[method][0], made(method, ids, request_id="spent")) == first, method
        other = made(method, ids, request_id="spent")
        other.MergeFrom(_otherwise(other))
        assert refused(library, method, other).code == "ALREADY_EXISTS", method
        assert library.everything() == before


def _otherwise(request: Message) -> Message:
    """The same kind of request with another payload."""
    for field in request.DESCRIPTOR.fields:
        if field.type == FieldDescriptor.TYPE_STRING and field.name != "request_id":
            return type(request)(**{field.name: "other"})
    return type(request)(content=content(title="另一个") if request.DESCRIPTOR.name == "CreateEntryRequest" else b"other")
