"""CoordinationService."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.dispatch.v1 import coordinations_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import Place
from services.dispatch.actions import consulting, coordinating
from services.dispatch.api.translating import seen, shown
from services.dispatch.rules.coordinating import Case
from services.dispatch.store.coordinations import case_of
from services.dispatch.words import number_of


class CoordinationDoor:
    """协调."""

    service = "hotline.dispatch.v1.CoordinationService"

    def OpenCoordination(self, request: pb.OpenCoordinationRequest, tx: Tx) -> pb.OpenCoordinationResponse:
        """发起协调."""
        order, case = coordinating.open_coordination(tx, seen(request), list(request.unit_ids), request.reason)
        return pb.OpenCoordinationResponse(order=shown(tx, order), coordination=_message(case))

    def DisputeReturn(self, request: pb.DisputeReturnRequest, tx: Tx) -> pb.DisputeReturnResponse:
        """提出责任争议."""
        order, case = coordinating.dispute_return(tx, seen(request), request.reason)
        return pb.DisputeReturnResponse(order=shown(tx, order), coordination=_message(case))

    def AddParticipants(self, request: pb.AddParticipantsRequest, tx: Tx) -> pb.AddParticipantsResponse:
        """增加协调参加单位."""
        case = coordinating.add_participants(tx, request.coordination_id, request.version, list(request.unit_ids))
        return pb.AddParticipantsResponse(coordination=_message(case))

    def RecordMinutes(self, request: pb.RecordMinutesRequest, tx: Tx) -> pb.RecordMinutesResponse:
        """记录协调纪要."""
        case = coordinating.record_minutes(tx, request.coordination_id, request.version, request.minutes)
        return pb.RecordMinutesResponse(coordination=_message(case))

    def RequestConfirmation(self, request: pb.RequestConfirmationRequest, tx: Tx) -> pb.RequestConfirmationResponse:
        """提请部门职责确认."""
        case = coordinating.request_confirmation(tx, request.coordination_id, request.version, request.question)
        return pb.RequestConfirmationResponse(coordination=_message(case))

    def RecordConfirmation(self, request: pb.RecordConfirmationRequest, tx: Tx) -> pb.RecordConfirmationResponse:
        """登记部门职责确认."""
        said = (request.document_number, request.documented_on, request.finding)
        case = coordinating.record_confirmation(tx, request.coordination_id, request.version, *said)
        return pb.RecordConfirmationResponse(coordination=_message(case))

    def DecideCoordination(self, request: pb.DecideCoordinationRequest, tx: Tx) -> pb.DecideCoordinationResponse:
        """作出协调决定."""
        order, case = coordinating.decide_coordination(
            tx, request.coordination_id, seen(request), request.lead_unit_id, list(request.assisting_unit_ids),
            request.result_days or None, request.reason,
        )  # fmt: skip
        return pb.DecideCoordinationResponse(order=shown(tx, order), coordination=_message(case))

    def GetCoordination(self, request: pb.GetCoordinationRequest, tx: Tx) -> pb.GetCoordinationResponse:
        """With who takes part and what was said."""
        case, units, said = consulting.show_case(tx, request.coordination_id)
        minutes = [pb.Minutes(at=stamp(each["at"]), by=each["by_id"], text=each["text"]) for each in said]
        return pb.GetCoordinationResponse(coordination=_message(case), participant_unit_ids=units, minutes=minutes)

    def ListCoordinations(self, request: pb.ListCoordinationsRequest, tx: Tx) -> pb.ListCoordinationsResponse:
        """The newest first."""
        rows, token = consulting.list_cases(tx, request.page, request.order_id, going=request.undecided)
        return pb.ListCoordinationsResponse(coordinations=[_message(case_of(row)) for row in rows], next_page_token=token)

    def ListPrecedents(self, request: pb.ListPrecedentsRequest, tx: Tx) -> pb.ListPrecedentsResponse:
        """The likest first."""
        rows, token = consulting.list_precedents(tx, request.order_id, request.page)
        return pb.ListPrecedentsResponse(precedents=[_precedent(row) for row in rows], next_page_token=token)


def _message(case: Case) -> pb.Coordination:
    confirmation = pb.Confirmation(
        question=case.question, asked_at=stamp(case.asked_at), document_number=case.document_number,
        documented_on=case.documented_on, finding=case.finding,
    )  # fmt: skip
    return pb.Coordination(
        coordination_id=case.coordination_id, order_id=case.order_id, number=case.number, cause=number_of(case.cause),
        state=number_of(case.state), reason=case.reason, opened_at=stamp(case.opened_at), opened_by=case.opened_by,
        disputing_unit_id=case.disputing_unit_id, confirmation=confirmation if case.asked_at else None,
        lead_unit_id=case.lead_unit_id, assisting_unit_ids=case.assisting, decision_reason=case.decision_reason,
        closed_at=stamp(case.closed_at), decided_by=case.decided_by, version=case.version,
    )  # fmt: skip


def _precedent(row: Mapping[Any, Any]) -> pb.Precedent:
    return pb.Precedent(
        coordination_id=row["coordination_id"], order_id=row["order_id"], category=row["category"],
        place=Place(district=row["district"], town=row["town"]), title=row["title"], lead_unit_id=row["lead_unit_id"],
        assisting_unit_ids=row["assisting"], reason=row["reason"], decided_at=stamp(row["decided_at"]),
    )  # fmt: skip
