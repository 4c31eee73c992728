"""ReturnService, ExtensionService and ProgressReportService."""

from __future__ import annotations

from chassis.stamps import instant_of
from chassis.store import Tx
from hotline.dispatch.v1 import extensions_pb2, progress_reports_pb2, returns_pb2
from services.dispatch.actions import requesting
from services.dispatch.api.translating import day_of, seen, shown
from services.dispatch.rules.promising import Promise


class ReturnDoor:
    """回退."""

    service = "hotline.dispatch.v1.ReturnService"

    def RequestReturn(self, request: returns_pb2.RequestReturnRequest, tx: Tx) -> returns_pb2.RequestReturnResponse:
        """申请回退."""
        order = requesting.request_return(tx, seen(request), request.reason, request.basis, request.suggested_unit_id)
        return returns_pb2.RequestReturnResponse(order=shown(tx, order))

    def GrantReturn(self, request: returns_pb2.GrantReturnRequest, tx: Tx) -> returns_pb2.GrantReturnResponse:
        """同意回退."""
        return returns_pb2.GrantReturnResponse(order=shown(tx, requesting.grant_return(tx, seen(request), request.reason)))

    def RefuseReturn(self, request: returns_pb2.RefuseReturnRequest, tx: Tx) -> returns_pb2.RefuseReturnResponse:
        """不同意回退."""
        return returns_pb2.RefuseReturnResponse(order=shown(tx, requesting.refuse_return(tx, seen(request), request.reason)))


class ExtensionDoor:
    """延期."""

    service = "hotline.dispatch.v1.ExtensionService"

    def RequestExtension(self, request: extensions_pb2.RequestExtensionRequest, tx: Tx) -> extensions_pb2.RequestExtensionResponse:
        """申请延期."""
        order = requesting.request_extension(tx, seen(request), request.days, request.reason)
        return extensions_pb2.RequestExtensionResponse(order=shown(tx, order))

    def GrantExtension(self, request: extensions_pb2.GrantExtensionRequest, tx: Tx) -> extensions_pb2.GrantExtensionResponse:
        """同意延期."""
        order = requesting.grant_extension(tx, seen(request), request.days or None, request.reason)
        return extensions_pb2.GrantExtensionResponse(order=shown(tx, order))

    def RefuseExtension(self, request: extensions_pb2.RefuseExtensionRequest, tx: Tx) -> extensions_pb2.RefuseExtensionResponse:
        """不同意延期."""
        order = requesting.refuse_extension(tx, seen(request), request.reason)
        return extensions_pb2.RefuseExtensionResponse(order=shown(tx, order))


class ProgressReportDoor:
    """续报."""

    service = "hotline.dispatch.v1.ProgressReportService"

    def RequestProgressReport(
        self, request: progress_reports_pb2.RequestProgressReportRequest, tx: Tx
    ) -> progress_reports_pb2.RequestProgressReportResponse:
        """申请续报."""
        told_at, promised_on = instant_of(request, "caller_told_at"), day_of(request.promised_on)
        made = Promise(request.reason, request.progress, request.measures, promised_on, told_at)
        order = requesting.request_progress_report(tx, seen(request), made)
        return progress_reports_pb2.RequestProgressReportResponse(order=shown(tx, order))

    def GrantProgressReport(
        self, request: progress_reports_pb2.GrantProgressReportRequest, tx: Tx
    ) -> progress_reports_pb2.GrantProgressReportResponse:
        """同意续报."""
        order = requesting.grant_progress_report(tx, seen(request), request.reason)
        return progress_reports_pb2.GrantProgressReportResponse(order=shown(tx, order))

    def RefuseProgressReport(
        self, request: progress_reports_pb2.RefuseProgressReportRequest, tx: Tx
    ) -> progress_reports_pb2.RefuseProgressReportResponse:
        """不同意续报."""
        order = requesting.refuse_progress_report(tx, seen(request), request.reason)
        return progress_reports_pb2.RefuseProgressReportResponse(order=shown(tx, order))
