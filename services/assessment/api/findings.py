"""Findings of Art. 19."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import findings_pb2 as pb
from services.assessment.actions import finding
from services.assessment.api.supervisions import evidence_message
from services.assessment.messages import offer_message
from services.assessment.rules.findings import Sign, State

STATES = {pb.FindingState.Value(f"FINDING_STATE_{state.name}"): state for state in State}


class FindingDoor:
    """Findings."""

    service = "hotline.assessment.v1.FindingService"

    def ConfirmFinding(self, request: pb.ConfirmFindingRequest, tx: Tx) -> pb.ConfirmFindingResponse:
        """To be put right within a term."""
        return pb.ConfirmFindingResponse(finding=_finding(tx, finding.confirm_finding(tx, request.finding_id, request.opinion)))

    def SetAsideFinding(self, request: pb.SetAsideFindingRequest, tx: Tx) -> pb.SetAsideFindingResponse:
        """With a reason."""
        return pb.SetAsideFindingResponse(finding=_finding(tx, finding.set_aside_finding(tx, request.finding_id, request.opinion)))

    def AcceptRectification(self, request: pb.AcceptRectificationRequest, tx: Tx) -> pb.AcceptRectificationResponse:
        """It was put right."""
        accepted = finding.accept_rectification(tx, request.finding_id, request.conclusion)
        return pb.AcceptRectificationResponse(finding=_finding(tx, accepted))

    def IssueAccountability(self, request: pb.IssueAccountabilityRequest, tx: Tx) -> pb.IssueAccountabilityResponse:
        """问责通报."""
        issued = finding.issue_accountability(tx, request.finding_id, request.conclusion)
        return pb.IssueAccountabilityResponse(finding=_finding(tx, issued))

    def GetFinding(self, request: pb.GetFindingRequest, tx: Tx) -> pb.GetFindingResponse:
        """One."""
        row = finding.get_finding(tx, request.finding_id)
        return pb.GetFindingResponse(finding=_finding(tx, row), offers=map(offer_message, finding.offered(tx, row)))

    def ListFindings(self, request: pb.ListFindingsRequest, tx: Tx) -> pb.ListFindingsResponse:
        """The newest first."""
        state = STATES.get(request.state)
        found, token = finding.list_findings(tx, request.page, request.unit_id, state, overdue=request.overdue)
        return pb.ListFindingsResponse(findings=[_finding(tx, row) for row in found], next_page_token=token)

    def ListFindingEvidence(self, request: pb.ListFindingEvidenceRequest, tx: Tx) -> pb.ListFindingEvidenceResponse:
        """The orders behind it."""
        found, token = finding.list_evidence(tx, request.page, request.finding_id)
        return pb.ListFindingEvidenceResponse(evidence=map(evidence_message, found), next_page_token=token)


def _finding(tx: Tx, row: Mapping[Any, Any]) -> pb.Finding:
    told: dict[str, Any] = {name: row[name] for name in ("finding_id", "unit_id", "reason", "opinion", "conclusion")}
    told |= {name: stamp(row[name]) for name in ("found_at", "decided_at", "due_at", "ended_at")}
    return pb.Finding(
        **told,
        sign=pb.Sign.Value(f"SIGN_{Sign(row['sign']).name}"),
        state=pb.FindingState.Value(f"FINDING_STATE_{State(row['state']).name}"),
        overdue=finding.is_overdue(row, tx.now),
    )
