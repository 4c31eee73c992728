"""The ladder above a supervision, and official documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import ladder_pb2 as pb
from services.assessment.actions import documenting, raising
from services.assessment.actions.raising import Came
from services.assessment.documents import Format
from services.assessment.rules.ladder import Outcome, Rung

RUNGS = {pb.Rung.Value(f"RUNG_{rung.name}"): rung for rung in Rung}
OUTCOMES = {pb.Outcome.Value(f"OUTCOME_{outcome.name}"): outcome for outcome in Outcome}


class LadderDoor:
    """Rungs."""

    service = "hotline.assessment.v1.LadderService"

    def RaiseSupervision(self, request: pb.RaiseSupervisionRequest, tx: Tx) -> pb.RaiseSupervisionResponse:
        """Rung by rung."""
        raised = raising.raise_supervision(tx, request.supervision_id, RUNGS.get(request.rung), request.reason)
        return pb.RaiseSupervisionResponse(rung=_rung(tx, raised))

    def RecordOutcome(self, request: pb.RecordOutcomeRequest, tx: Tx) -> pb.RecordOutcomeResponse:
        """Settled or not."""
        came = Came(request.settled, request.result, request.outside_number, request.outside_day)
        return pb.RecordOutcomeResponse(rung=_rung(tx, raising.record_outcome(tx, request.supervision_id, RUNGS.get(request.rung), came)))

    def ListRungs(self, request: pb.ListRungsRequest, tx: Tx) -> pb.ListRungsResponse:
        """The nearest term first."""
        outcome = OUTCOMES.get(request.outcome)
        found, token = raising.list_rungs(tx, request.page, request.supervision_id, outcome, overdue=request.overdue)
        return pb.ListRungsResponse(rungs=[_rung(tx, row) for row in found], next_page_token=token)


class DocumentDoor:
    """Documents."""

    service = "hotline.assessment.v1.DocumentService"

    def ListDocuments(self, request: pb.ListDocumentsRequest, tx: Tx) -> pb.ListDocumentsResponse:
        """The oldest first."""
        found, token = documenting.list_documents(tx, request.page, request.subject_id)
        return pb.ListDocumentsResponse(documents=map(_document, found), next_page_token=token)

    def GetDocument(self, request: pb.GetDocumentRequest, tx: Tx) -> pb.GetDocumentResponse:
        """With its file."""
        as_ = Format.PDF if request.format == pb.DOCUMENT_FORMAT_PDF else Format.DOCX
        row, content = documenting.get_document(tx, request.document_id, as_)
        return pb.GetDocumentResponse(document=_document(row), media_type=as_.media_type, content=content)


def _rung(tx: Tx, row: Mapping[Any, Any]) -> pb.RaisedRung:
    names = ("supervision_id", "unit_id", "reason", "document_id", "result", "outside_number", "outside_day")
    told: dict[str, Any] = {name: row[name] for name in names}
    told |= {name: stamp(row[name]) for name in ("raised_at", "due_at", "ended_at")}
    return pb.RaisedRung(
        **told,
        rung=pb.Rung.Value(f"RUNG_{Rung(row['rung']).name}"),
        outcome=pb.Outcome.Value(f"OUTCOME_{Outcome(row['outcome']).name}"),
        overdue=raising.is_overdue(row, tx.now),
    )


def _document(row: Mapping[Any, Any]) -> pb.Document:
    names = ("document_id", "subject_id", "rendered")
    return pb.Document(**{name: row[name] for name in names}, title=row["named"], composed_at=stamp(row["composed_at"]))
