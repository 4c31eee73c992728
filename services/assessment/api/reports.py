"""Reports of days, weeks and months."""

from __future__ import annotations

from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import reports_pb2 as pb
from services.assessment.actions import reporting
from services.assessment.actions.reporting import Row
from services.assessment.documents import Format
from services.assessment.rules.periods import Every

EVERY = {pb.ReportEvery.Value(f"REPORT_EVERY_{every.name}"): every for every in Every}
FORMATS = {pb.ReportFormat.Value(f"REPORT_FORMAT_{as_.name}"): as_ for as_ in Format}


class ReportDoor:
    """Reports."""

    service = "hotline.assessment.v1.ReportService"

    def ListReports(self, request: pb.ListReportsRequest, tx: Tx) -> pb.ListReportsResponse:
        """The newest first."""
        found, token = reporting.list_reports(tx, request.page, request.tenant_id, EVERY.get(request.every))
        return pb.ListReportsResponse(reports=map(_report, found), next_page_token=token)

    def GetReport(self, request: pb.GetReportRequest, tx: Tx) -> pb.GetReportResponse:
        """With its file."""
        as_ = FORMATS.get(request.format, Format.PAGE)
        row = reporting.get_report(tx, request.report_id, as_.column)
        return pb.GetReportResponse(report=_report(row), media_type=as_.media_type, content=row["file"])


def _report(row: Row) -> pb.Report:
    told: dict[str, Any] = {name: row[name] for name in ("report_id", "tenant_id", "first_day", "last_day", "version", "calls")}
    every = pb.ReportEvery.Value(f"REPORT_EVERY_{Every(row['every']).name}")
    return pb.Report(**told, every=every, title=row["named"], composed_at=stamp(row["composed_at"]))
