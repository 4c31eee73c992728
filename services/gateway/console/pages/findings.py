"""Findings of Art. 19, signs with the orders behind them, that a person confirms or sets aside."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.visiting import Signed

router = APIRouter()
PACKAGE = "assessment.v1"
FINDINGS = f"{PACKAGE}.FindingService"
PAGE_SIZE, MOST = 30, 200


@router.get("/supervision/findings")
async def findings(visit: Signed) -> Response:
    """By unit, state and term."""
    answer = await visit.send(f"{FINDINGS}/ListFindings", page={"size": PAGE_SIZE})
    template = "findings/rows.html" if visit.in_part else "findings/list.html"
    return visit.page(template, findings=answer.findings, next_token=answer.next_page_token, units=await visit.units())


@router.get("/supervision/findings/{finding_id}")
async def finding(visit: Signed, finding_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found, evidence, documents = await asyncio.gather(
        visit.ask(f"{FINDINGS}/GetFinding", finding_id=finding_id),
        visit.ask(f"{FINDINGS}/ListFindingEvidence", finding_id=finding_id, page={"size": PAGE_SIZE}),
        visit.ask(f"{PACKAGE}.DocumentService/ListDocuments", subject_id=finding_id, page={"size": MOST}),
    )
    shown = {"found": found.finding, "panels": panels.panels_of(visit, PACKAGE, found.offers), "documents": documents.documents}
    shown |= {"evidence": evidence.evidence, "next_token": evidence.next_page_token, "path": f"/supervision/findings/{finding_id}"}
    return visit.page("findings/finding.html", units=await visit.units(), **shown)


@router.get("/supervision/findings/{finding_id}/evidence")
async def evidence(visit: Signed, finding_id: str) -> Response:
    """More of it."""
    answer = await visit.send(f"{FINDINGS}/ListFindingEvidence", finding_id=finding_id, page={"size": PAGE_SIZE})
    shown = {"evidence": answer.evidence, "next_token": answer.next_page_token, "path": f"/supervision/findings/{finding_id}"}
    return visit.page("supervision/evidence.html", **shown)


@router.post("/supervision/findings/{finding_id}/{verb}")
async def act(visit: Signed, finding_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, finding_id=finding_id)
    return visit.go(f"/supervision/findings/{finding_id}")
