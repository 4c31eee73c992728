"""知识库: found while it is typed; an entry with its texts, what differs between two of them, and its writing (Art. 6(4), 8(3))."""

from __future__ import annotations

from typing import Any

import grpc
from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.files import kept
from services.gateway.console.verbs import Field, field_at
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import problem_of

router = APIRouter()
PACKAGE = "kb.v1"
ENTRIES, SEARCH, FEEDBACK = f"{PACKAGE}.EntryService", f"{PACKAGE}.SearchService", f"{PACKAGE}.FeedbackService"
GAPS, UPKEEP, ATTACHMENTS = f"{PACKAGE}.GapService", f"{PACKAGE}.UpkeepService", f"{PACKAGE}.AttachmentService"
PAGE_SIZE = 30
MOST_VERSIONS = 200
NOT_SHOWN = frozenset({grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND})
REVISE = "revise_entry"
TO_READERS = {"give_feedback": "反馈"}
# A text's fields that one control holds, with their words; categories and attachments are chosen from lists.
FIELDS = (
    ("title", "条目标题", ""),
    ("public_words", "对外口径", "可以原样告诉诉求人的话"),
    ("internal_words", "内部口径", "答复时须知道的事项，可不填"),
    ("source.name", "依据文件", ""),
    ("source.number", "文号", "可不填"),
    ("source.issuer", "发布机关", ""),
    ("source.issued_on", "发布日期", ""),
    ("source.expires_on", "失效日期", "可不填"),
    ("source.replaced_by", "已被何文件替代", "可不填"),
    ("valid_from", "适用自", "可不填"),
    ("valid_until", "适用至", "可不填"),
    ("review_on", "复审日期", "到期前须复审"),
    ("keywords", "别名", "每行一个，可不填"),
    ("unit_id", "维护单位", ""),
    ("citywide", "全市通用", ""),
)
TERMS = {name: term for name, term, _ in FIELDS} | {"categories": "诉求分类", "attachment_ids": "附件", "source": "依据文件"}


@router.get("/knowledge")
async def found(visit: Signed) -> Response:
    """What is found for the words so far, the best first. Raises Problem, grpc.RpcError."""
    answer = await visit.send(f"{SEARCH}/SearchEntries")
    shown = {"hits": answer.hits, "query": visit.field("query"), "units": await visit.units()}
    if visit.in_part:
        return visit.page("knowledge/hits.html", **shown)
    return visit.page("knowledge/search.html", categories=await visit.categories(), **shown)


@router.post("/knowledge/record_search")
async def record(visit: Signed) -> Response:
    """That what was found does not answer: the question becomes a gap. Raises grpc.RpcError."""
    answer = await visit.send(f"{SEARCH}/RecordSearch", unanswered=True)
    return visit.page("knowledge/recorded.html", gap_id=answer.gap_id)


@router.get("/knowledge/usage")
async def usage(visit: Signed) -> Response:
    """How often entries were opened and cited, and what is asked most without an answer. Raises Problem, grpc.RpcError."""
    counted = await visit.send(f"{UPKEEP}/CountUsage")
    ranked = await visit.ask(f"{GAPS}/RankGaps")
    return visit.page("knowledge/usage.html", counted=counted, gaps=ranked.gaps, units=await visit.units())


@router.get("/knowledge/new")
async def begin(visit: Signed) -> Response:
    """An empty entry."""
    return await _form(visit, None)


@router.post("/knowledge/new")
async def create(visit: Signed) -> Response:
    """A draft. Raises Problem, grpc.RpcError."""
    answer = await visit.send(f"{ENTRIES}/CreateEntry")
    return visit.go(_path(answer.entry.entry_id))


@router.get("/kb/entries/row")
async def opened(visit: Signed) -> Response:
    """From the register: an entry has a page of its own."""
    return visit.go(_path(visit.field("entry_id")))


@router.get("/knowledge/entry")
async def entry(visit: Signed) -> Response:
    """The text that the person may see, with what may be done to it. Raises grpc.RpcError for an entry that is not shown to them."""
    asked = {"entry_id": visit.field("entry_id")}
    if visit.field("query") and visit.may(f"{SEARCH}/RecordSearch"):
        await visit.send(f"{SEARCH}/RecordSearch")
    answer = await visit.send(f"{ENTRIES}/GetEntry", **asked)
    one = answer.entry
    versions, told = await _history(visit, one.entry_id)
    offers = {each.verb: each for each in answer.offers}
    may_revise = offers.pop(REVISE, None) is not None and visit.may(f"{ENTRIES}/ReviseEntry")
    read = panels.panels_of_verbs(visit, PACKAGE, TO_READERS if one.published_version else {}, frozenset({"entry_id"}))
    made = panels.panels_of(visit, PACKAGE, offers.values()) + read
    shown = {
        "entry": one, "versions": versions, "feedback": told, "may_revise": may_revise,
        "panels": [each.giving("entry_id", one.entry_id) for each in made],
    }  # fmt: skip
    names: dict[str, Any] = {"units": await visit.units(), "categories": await visit.categories()}
    return visit.page("knowledge/entry.html", terms=TERMS, **shown, **names)


@router.get("/knowledge/attachment")
async def attachment(visit: Signed) -> Response:
    """A file of an entry, to keep. Raises grpc.RpcError for one that is not shown to the person."""
    answer = await visit.send(f"{ATTACHMENTS}/DownloadAttachment")
    return kept(answer.attachment.name, answer.content, answer.attachment.media_type)


@router.get("/knowledge/compare")
async def compare(visit: Signed) -> Response:
    """What differs between two texts, field by field. Raises Problem, grpc.RpcError."""
    answer = await visit.send(f"{ENTRIES}/CompareVersions")
    template = "knowledge/differences.html" if visit.in_part else "knowledge/compared.html"
    return visit.page(template, differences=answer.differences, terms=TERMS, entry_id=visit.field("entry_id"))


@router.get("/knowledge/revise")
async def again(visit: Signed) -> Response:
    """The newest text, to be changed. Raises grpc.RpcError."""
    return await _form(visit, (await visit.ask(f"{ENTRIES}/GetEntry", entry_id=visit.field("entry_id"))).entry)


@router.post("/knowledge/revise")
async def revise(visit: Signed) -> Response:
    """A new text, with the file that came along. Who saw an older one is shown what changed since, and keeps what was typed.

    Raises Problem, grpc.RpcError.
    """
    try:
        answer = await visit.send(f"{ENTRIES}/ReviseEntry", content={"attachment_ids": await _attached(visit)})
    except grpc.RpcError as error:
        if not (visit.in_part and problem_of(error).reason == "STALE"):
            raise
        return await _overtaken(visit, problem_of(error).detail)
    return visit.go(_path(answer.entry.entry_id))


@router.post("/knowledge/entry/{verb}")
async def act(visit: Signed, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb)
    return visit.go(_path(visit.field("entry_id")))


async def _history(visit: Visit, entry_id: str) -> tuple[Any, Any]:
    """Its texts and what was said of them; nothing to whom its keeper alone would be shown them."""
    if not visit.may(f"{ENTRIES}/ListVersions"):
        return (), ()
    try:
        versions = await visit.ask(f"{ENTRIES}/ListVersions", entry_id=entry_id, page={"size": MOST_VERSIONS})
        told = await visit.ask(f"{FEEDBACK}/ListFeedback", entry_id=entry_id, page={"size": PAGE_SIZE})
    except grpc.RpcError as error:
        if error.code() not in NOT_SHOWN:
            raise
        return (), ()
    return versions.versions, told.feedback


async def _attached(visit: Visit) -> list[str]:
    """The file that the form brought, as the entry's; sent again it is there once."""
    if visit.file is None:
        return []
    file, request_id = visit.file, visit.file.request_id(visit.field("request_id"))
    asked = {"entry_id": visit.field("entry_id"), "name": file.name, "content": file.content, "sha256": file.sha256}
    answer = await visit.ask(f"{ATTACHMENTS}/UploadAttachment", request_id=request_id, **asked)
    return [answer.attachment.attachment_id]


async def _overtaken(visit: Visit, detail: str) -> Response:
    asked = {"entry_id": visit.field("entry_id")}
    newest = (await visit.ask(f"{ENTRIES}/GetEntry", **asked)).entry.version
    seen = int(visit.field("version") or 0)
    since = await visit.ask(f"{ENTRIES}/CompareVersions", before=seen, after=newest, **asked)
    return visit.page("knowledge/overtaken.html", 409, detail=detail, newest=newest, differences=since.differences, terms=TERMS, **asked)


async def _form(visit: Visit, kept: Any) -> Response:
    method = f"{ENTRIES}/ReviseEntry"
    content = kept.text.content if kept else None
    begun = {"unit_id": visit.session.unit_id}
    fields = [(_field(method, *line), _said(content, line[0]) if content else begun.get(line[0], "")) for line in FIELDS]
    names: dict[str, Any] = {"units": await visit.units(), "categories": await visit.categories()}
    return visit.page("knowledge/form.html", entry=kept, content=content, fields=fields, **names)


def _field(method: str, name: str, label: str, hint: str) -> Field:
    made = field_at(method, f"content.{name}", label)
    return Field(made.name, made.kind, label, hint, made.choices)


def _said(content: Any, path: str) -> Any:
    for name in path.split("."):
        content = getattr(content, name)
    return content if isinstance(content, (str, bool)) else "\n".join(content)


def _path(entry_id: str) -> str:
    return f"/knowledge/entry?entry_id={entry_id}"
