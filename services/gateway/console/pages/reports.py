"""报表: reports of days, weeks and months that are over, to download as page, DOCX, PDF, XLSX (Art. 18)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console.files import kept
from services.gateway.console.visiting import Signed
from services.gateway.console.words import choices

router = APIRouter()
REPORTS = "assessment.v1.ReportService"
PAGE_SIZE = 30
SUFFIXES = {"PAGE": "html", "DOCX": "docx", "PDF": "pdf", "XLSX": "xlsx"}


@router.get("/insight/reports")
async def reports(visit: Signed) -> Response:
    """The newest first, with all their versions."""
    answer = await visit.send(f"{REPORTS}/ListReports", page={"size": PAGE_SIZE})
    template = "insight/report_rows.html" if visit.in_part else "insight/reports.html"
    formats = choices("assessment.v1.ReportFormat")
    return visit.page(template, reports=answer.reports, next_token=answer.next_page_token, formats=formats)


@router.get("/insight/reports/{report_id}")
async def report(visit: Signed, report_id: str) -> Response:
    """One as a file; as a page unless the address says otherwise. Raises Problem, grpc.RpcError."""
    answer = await visit.send(f"{REPORTS}/GetReport", report_id=report_id)
    suffix = SUFFIXES.get(visit.field("format"), "html")
    told = answer.report
    name = f"{told.first_day}-{told.last_day}-v{told.version}.{suffix}"
    return kept(name, answer.content, answer.media_type)
