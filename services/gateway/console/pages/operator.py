"""受理台: one form while the caller is on the line; what intake and the knowledge base suggest comes as it is typed (2, 3, 10, 11(1), 13).

A submission is two verbs, to register and to settle, under one request id: sent again, each takes effect once.
"""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from fastapi import APIRouter, Response
from google.protobuf.message import Message

from hotline.intake.v1 import content_pb2 as content
from services.gateway.console import forms
from services.gateway.console.problems import worded
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem, problem_of

router = APIRouter()
TICKETS, SUGGESTIONS, DRAFTS = "intake.v1.TicketService", "intake.v1.SuggestionService", "intake.v1.DraftService"
OUTCOMES = {
    "form": f"{TICKETS}/FormTicket",
    "answer": f"{TICKETS}/AnswerDirectly",
    "decline": f"{TICKETS}/DeclineTicket",
    "pass": f"{TICKETS}/PassEmergency",
    "repeat": "intake.v1.DeclineService/RequestDecline",
}
# A text that says this little is like every other.
LEAST_CHARACTERS = 6
CONTENT = "content."
# Tells drafts.js that there is nothing left to keep.
REGISTERED = "X-Registered"
LOST_DRAFTS = frozenset({grpc.StatusCode.ABORTED, grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.NOT_FOUND})


@router.get("/operator")
async def desk(visit: Signed) -> Response:
    """An empty form, and what was typed earlier and not registered."""
    drafts = await visit.ask(f"{DRAFTS}/ListDrafts")
    reasons = await visit.ask("intake.v1.DeclineService/ListDeclineReasons")
    return await _form(visit, content.TicketContent(), drafts=drafts.drafts, reasons=reasons.reasons, draft=None)


@router.post("/operator/drafts/{draft_id}")
async def resume(visit: Signed, draft_id: str) -> Response:
    """Go on with a draft of one's own; whose it is, is shown and journalled."""
    loaded = await visit.send(f"{DRAFTS}/LoadDraft", draft_id=draft_id)
    reasons = await visit.ask("intake.v1.DeclineService/ListDeclineReasons")
    return await _form(visit, loaded.content, drafts=(), reasons=reasons.reasons, draft=loaded.draft)


@router.post("/operator/drafts/{draft_id}/discard")
async def discard(visit: Signed, draft_id: str) -> Response:
    """Take a draft of one's own away."""
    await visit.send(f"{DRAFTS}/DiscardDraft", draft_id=draft_id)
    return visit.go("/operator")


@router.post("/operator/draft")
async def keep(visit: Signed) -> Response:
    """What is typed so far. A draft that another window went on with stays as it is, and this becomes one of its own."""
    try:
        saved = await _saved(visit, visit.field("draft_id"), int(visit.field("draft_version") or 0))
    except grpc.RpcError as error:
        if error.code() not in LOST_DRAFTS:
            raise
        saved = await _saved(visit, "", 0)
    return visit.page("operator/kept.html", draft=saved.draft)


@router.post("/operator/caller")
async def caller(visit: Signed) -> Response:
    """What the same number said before, the newest first; the number is in no address."""
    if not (phone := visit.field("content.caller.phone").strip()):
        return visit.page("operator/caller.html", tickets=())
    answer = await visit.ask(f"{TICKETS}/FindTicketsOfCaller", phone=phone, page={"size": 8})
    return visit.page("operator/caller.html", tickets=answer.tickets)


@router.post("/operator/suggestions")
async def suggestions(visit: Signed) -> Response:
    """All that is suggested for what is typed so far, each with its reasons; what is away is left out."""
    text, title = visit.field("content.text"), visit.field("content.title")
    if len(text.strip()) < LEAST_CHARACTERS:
        return visit.page("operator/suggestions.html", found=None)
    said = {"title": title, "text": text}
    phone, district = visit.field("content.caller.phone").strip(), visit.field("content.place.district")
    asked: dict[str, Any] = {
        "categories": visit.ask(f"{SUGGESTIONS}/SuggestCategory", **said),
        "urgency": visit.ask(f"{SUGGESTIONS}/SuggestUrgency", **said),
        "answers": visit.ask(f"{SUGGESTIONS}/SuggestAnswers", category=visit.field("content.category"), **said),
        "mask": visit.ask("intake.v1.MaskService/PreviewMask", content=_content(visit)),
    }
    if phone:
        asked["earlier"] = visit.ask(f"{SUGGESTIONS}/SuggestEarlierTickets", phone=phone, **said)
    if district:
        asked["same"] = visit.ask(f"{SUGGESTIONS}/SuggestSameEvent", district=district, **said)
    answers = await asyncio.gather(*asked.values(), return_exceptions=True)
    found = {name: answer for name, answer in zip(asked, answers, strict=True) if not isinstance(answer, BaseException)}
    return visit.page("operator/suggestions.html", found=found, recurs=visit.field("recurs_ticket_id"))


@router.post("/operator/{outcome}")
async def settle(visit: Signed, outcome: str) -> Response:
    """Register and settle. Raises Problem, grpc.RpcError."""
    if outcome not in OUTCOMES:
        raise Problem("MISSING", "没有这种处理方式：请从受理台的按钮办理")
    registered = await visit.ask(
        f"{TICKETS}/RegisterTicket",
        request_id=visit.field("request_id"),
        content=_content(visit),
        masking_confirmed=visit.field("masking_confirmed") in forms.YES,
        draft_id=visit.field("draft_id"),
    )
    ticket = registered.ticket
    try:
        await visit.send(OUTCOMES[outcome], ticket_id=ticket.ticket_id, version=ticket.version)
    except grpc.RpcError as error:
        # It is registered: what is missing is made good on its own page.
        page = visit.page("operator/registered.html", problem=worded(visit.request, problem_of(error)), ticket=ticket)
        page.headers[REGISTERED] = "1"
        return page
    return visit.go(f"/tickets/{ticket.ticket_id}")


async def _form(visit: Visit, said: content.TicketContent, **shown: Any) -> Response:
    return visit.page("operator/desk.html", said=said, units=await visit.units(), categories=await visit.categories(), **shown)


async def _saved(visit: Visit, draft_id: str, version: int) -> Any:
    request_id = forms.new_request_id()
    return await visit.ask(f"{DRAFTS}/SaveDraft", request_id=request_id, draft_id=draft_id, version=version, content=_content(visit))


def _content(visit: Visit) -> Message:
    said = content.TicketContent()
    forms.fill(said, [(name.removeprefix(CONTENT), value) for name, value in visit.fields if name.startswith(CONTENT)])
    if party := visit.field("party").strip():
        said.parties.add(name=party)
    said.mask_words.extend(visit.field("mask_words").split())
    return said
