"""督办台: lights, urgings and what waits; a supervision with its evidence, its ladder and documents (Art. 12, 13, 15, 16)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from services.gateway.console import panels, words
from services.gateway.console.files import kept
from services.gateway.console.panels import Panel
from services.gateway.console.visiting import Signed, Visit

router = APIRouter()
PACKAGE = "assessment.v1"
SUPERVISIONS, LADDER, FINDINGS = f"{PACKAGE}.SupervisionService", f"{PACKAGE}.LadderService", f"{PACKAGE}.FindingService"
LIST = f"{SUPERVISIONS}/ListSupervisions"
PAGE_SIZE, AT_A_GLANCE, MOST = 30, 10, 200


@router.get("/supervision")
async def desk(visit: Signed) -> Response:
    """What is lit and urged, and what waits for a person."""
    lights, urgings, proposed, overdue, rungs, found = await asyncio.gather(
        visit.ask("sla.v1.ClockService/CountLights"),
        visit.ask("sla.v1.UrgingService/ListUrgings", without_void=True, page={"size": AT_A_GLANCE}),
        visit.ask(LIST, state="SUPERVISION_STATE_PROPOSED", page={"size": AT_A_GLANCE}),
        visit.ask(LIST, overdue=True, page={"size": AT_A_GLANCE}),
        visit.ask(f"{LADDER}/ListRungs", overdue=True, page={"size": AT_A_GLANCE}),
        visit.ask(f"{FINDINGS}/ListFindings", state="FINDING_STATE_FOUND", page={"size": AT_A_GLANCE}),
    )
    pressing = sorted((each for each in lights.units if each.red or each.yellow), key=lambda each: (-each.red, -each.yellow, each.unit_id))
    shown = {"lights": pressing[:AT_A_GLANCE], "total": lights.total, "urgings": urgings.urgings, "units": await visit.units()}
    shown |= {"proposed": proposed.supervisions, "overdue": overdue.supervisions, "rungs": rungs.rungs, "findings": found.findings}
    return visit.page("supervision/desk.html", decides=visit.may("dispatch.v1.DeskService/ListDecisions"), **shown)


@router.get("/supervision/urgings")
async def urgings(visit: Signed) -> Response:
    """All of them, the newest first."""
    answer = await visit.send("sla.v1.UrgingService/ListUrgings", page={"size": PAGE_SIZE})
    template = "supervision/urging_rows.html" if visit.in_part else "supervision/urgings.html"
    return visit.page(template, urgings=answer.urgings, next_token=answer.next_page_token, units=await visit.units())


@router.get("/orders/{order_id}/lights")
async def lights(visit: Signed, order_id: str) -> Response:
    """An order's lights as they turned, and its urgings."""
    turns, urged = await asyncio.gather(
        visit.ask("sla.v1.LightService/ListTurns", order_id=order_id, page={"size": MOST}),
        visit.ask("sla.v1.UrgingService/ListUrgings", order_id=order_id, page={"size": MOST}),
    )
    shown = {"turns": turns.turns, "urgings": urged.urgings, "order_id": order_id}
    return visit.page("supervision/lights.html", units=await visit.units(), next_token="", **shown)


@router.get("/supervisions")
async def supervisions(visit: Signed) -> Response:
    """By unit, state and term; of a district also what its city issued to it."""
    answer = await visit.send(LIST, page={"size": PAGE_SIZE})
    template = "supervision/rows.html" if visit.in_part else "supervision/list.html"
    shown = {"supervisions": answer.supervisions, "next_token": answer.next_page_token}
    return visit.page(template, units=await visit.units(), propose=_propose(visit), **shown)


@router.post("/supervisions/propose_supervision")
async def propose(visit: Signed) -> Response:
    """15(6). Raises Problem, grpc.RpcError."""
    answer = await panels.act(visit, PACKAGE, "propose_supervision")
    return visit.go(f"/supervisions/{answer.supervision.supervision_id}")


@router.get("/supervisions/{supervision_id}")
async def supervision(visit: Signed, supervision_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found, evidence, documents, rungs = await asyncio.gather(
        visit.ask(f"{SUPERVISIONS}/GetSupervision", supervision_id=supervision_id),
        visit.ask(f"{SUPERVISIONS}/ListEvidence", supervision_id=supervision_id, page={"size": PAGE_SIZE}),
        visit.ask(f"{PACKAGE}.DocumentService/ListDocuments", subject_id=supervision_id, page={"size": MOST}),
        _rungs(visit, supervision_id),
    )
    shown = {"found": found.supervision, "panels": _panels(visit, found), "rungs": rungs, "documents": documents.documents}
    shown |= {"evidence": evidence.evidence, "next_token": evidence.next_page_token, "path": f"/supervisions/{supervision_id}"}
    return visit.page("supervision/case.html", units=await visit.units(), **shown)


@router.get("/supervisions/{supervision_id}/evidence")
async def evidence(visit: Signed, supervision_id: str) -> Response:
    """More of it."""
    answer = await visit.send(f"{SUPERVISIONS}/ListEvidence", supervision_id=supervision_id, page={"size": PAGE_SIZE})
    shown = {"evidence": answer.evidence, "next_token": answer.next_page_token, "path": f"/supervisions/{supervision_id}"}
    return visit.page("supervision/evidence.html", **shown)


@router.post("/supervisions/{supervision_id}/{verb}")
async def act(visit: Signed, supervision_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, supervision_id=supervision_id)
    return visit.go(f"/supervisions/{supervision_id}")


@router.get("/documents/{document_id}")
async def document(visit: Signed, document_id: str) -> Response:
    """Its file, as DOCX or, where the address says so, PDF. Raises grpc.RpcError until it is rendered."""
    answer = await visit.send(f"{PACKAGE}.DocumentService/GetDocument", document_id=document_id)
    suffix = "pdf" if answer.media_type.endswith("pdf") else "docx"
    return kept(f"{document_id}.{suffix}", answer.content, answer.media_type)


def _propose(visit: Visit) -> list[Panel]:
    """15(6), with the order and the unit that the address may name."""
    made = panels.panels_of_verbs(visit, PACKAGE, {"propose_supervision": "提出督办"}, frozenset({"order_ids"}))
    named = {"order_ids": visit.field("order_id"), "unit_id": visit.field("of_unit_id")}
    for name, value in named.items():
        made = [panel.giving(name, value) if value else panel for panel in made]
    return made


def _panels(visit: Visit, found: Any) -> list[Panel]:
    """With the rungs that are open to it, and the one whose outcome is awaited."""
    made = panels.panels_of(visit, PACKAGE, found.offers)
    rung: Any = found.DESCRIPTOR.fields_by_name["open_rung"]
    enum = words.enum_of(rung)
    choices = [(words.own_name(enum, each), words.value_term(rung, each)) for each in found.next_rungs]
    fitted = {"raise_supervision": lambda panel: panel.choosing("rung", choices),
              "record_outcome": lambda panel: panel.giving("rung", words.own_name(enum, found.open_rung))}  # fmt: skip
    return [fitted.get(panel.verb, lambda each: each)(panel) for panel in made]


async def _rungs(visit: Visit, supervision_id: str) -> Sequence[Any]:
    """The rungs it was raised to, for those who supervise and assess."""
    if not visit.may(f"{LADDER}/ListRungs"):
        return []
    answer = await visit.ask(f"{LADDER}/ListRungs", supervision_id=supervision_id, page={"size": MOST})
    return sorted(answer.rungs, key=lambda each: each.raised_at.seconds)
