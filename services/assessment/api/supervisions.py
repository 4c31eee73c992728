"""Supervision (督办)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import ladder_pb2 as pb_ladder
from hotline.assessment.v1 import supervision_pb2 as pb
from services.assessment.actions import overseeing, supervising
from services.assessment.actions.overseeing import Wanted
from services.assessment.messages import offer_message
from services.assessment.rules.rates import term_of
from services.assessment.rules.supervision import State

STATES = {pb.SupervisionState.Value(f"SUPERVISION_STATE_{state.name}"): state for state in State}


class SupervisionDoor:
    """Supervisions."""

    service = "hotline.assessment.v1.SupervisionService"

    def ProposeSupervision(self, request: pb.ProposeSupervisionRequest, tx: Tx) -> pb.ProposeSupervisionResponse:
        """15(6)."""
        proposed = supervising.propose_supervision(tx, request.unit_id, request.reason, request.order_ids)
        return pb.ProposeSupervisionResponse(supervision=_supervision(tx, proposed))

    def IssueSupervision(self, request: pb.IssueSupervisionRequest, tx: Tx) -> pb.IssueSupervisionResponse:
        """The unit is told."""
        return pb.IssueSupervisionResponse(supervision=_supervision(tx, supervising.issue_supervision(tx, request.supervision_id)))

    def SetAsideSupervision(self, request: pb.SetAsideSupervisionRequest, tx: Tx) -> pb.SetAsideSupervisionResponse:
        """With a reason."""
        set_aside = supervising.set_aside_supervision(tx, request.supervision_id, request.reason)
        return pb.SetAsideSupervisionResponse(supervision=_supervision(tx, set_aside))

    def AnswerSupervision(self, request: pb.AnswerSupervisionRequest, tx: Tx) -> pb.AnswerSupervisionResponse:
        """By the unit."""
        answered = supervising.answer_supervision(tx, request.supervision_id, request.answer)
        return pb.AnswerSupervisionResponse(supervision=_supervision(tx, overseeing.shown(tx, answered)))

    def CloseSupervision(self, request: pb.CloseSupervisionRequest, tx: Tx) -> pb.CloseSupervisionResponse:
        """With a conclusion."""
        closed = supervising.close_supervision(tx, request.supervision_id, request.conclusion)
        return pb.CloseSupervisionResponse(supervision=_supervision(tx, closed))

    def GetSupervision(self, request: pb.GetSupervisionRequest, tx: Tx) -> pb.GetSupervisionResponse:
        """One."""
        found = overseeing.get_supervision(tx, request.supervision_id)
        case = overseeing.opened(tx, found)
        return pb.GetSupervisionResponse(
            supervision=_supervision(tx, found),
            offers=map(offer_message, case.offers),
            next_rungs=[pb_ladder.Rung.Value(f"RUNG_{rung.name}") for rung in case.next_rungs],
            open_rung=pb_ladder.Rung.Value(f"RUNG_{case.open_rung.name}") if case.open_rung else pb_ladder.RUNG_UNSPECIFIED,
        )

    def ListSupervisions(self, request: pb.ListSupervisionsRequest, tx: Tx) -> pb.ListSupervisionsResponse:
        """The newest first."""
        asked = Wanted(request.tenant_id, request.unit_id, STATES.get(request.state), request.overdue, request.received)
        found, token = overseeing.list_supervisions(tx, request.page, asked)
        return pb.ListSupervisionsResponse(supervisions=[_supervision(tx, row) for row in found], next_page_token=token)

    def ListEvidence(self, request: pb.ListEvidenceRequest, tx: Tx) -> pb.ListEvidenceResponse:
        """The oldest day first."""
        found, token = overseeing.list_evidence(tx, request.page, request.supervision_id)
        return pb.ListEvidenceResponse(evidence=map(evidence_message, found), next_page_token=token)


def _supervision(tx: Tx, row: Mapping[Any, Any]) -> pb.Supervision:
    names = ("supervision_id", "tenant_id", "unit_id", "ground", "number", "reason", "answer", "conclusion")
    told: dict[str, Any] = {name: row[name] for name in names}
    told |= {name: stamp(row[name]) for name in ("proposed_at", "issued_at", "due_at", "answered_at", "ended_at")}
    return pb.Supervision(
        **told,
        state=pb.SupervisionState.Value(f"SUPERVISION_STATE_{State(row['state']).name}"),
        overdue=overseeing.is_overdue(tx, row),
    )


def evidence_message(row: Mapping[Any, Any]) -> pb.Evidence:
    """What a supervision or a finding rests on."""
    names = ("rate", "subject_id", "round", "number", "day", "said")
    return pb.Evidence(**{name: row[name] for name in names}, term=term_of(row["rate"]))
