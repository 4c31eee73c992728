"""AssignmentService."""

from __future__ import annotations

from chassis.store import Tx
from hotline.dispatch.v1 import assignments_pb2 as pb
from services.dispatch.actions import assigning
from services.dispatch.api.translating import seen, shown


class AssignmentDoor:
    """Which unit has an order."""

    service = "hotline.dispatch.v1.AssignmentService"

    def Dispatch(self, request: pb.DispatchRequest, tx: Tx) -> pb.DispatchResponse:
        """转办."""
        result_days, assisting = request.result_days or None, list(request.assisting_unit_ids)
        order = assigning.dispatch(tx, seen(request), request.unit_id, result_days, request.note, assisting)
        return pb.DispatchResponse(order=shown(tx, order))

    def Recall(self, request: pb.RecallRequest, tx: Tx) -> pb.RecallResponse:
        """收回."""
        return pb.RecallResponse(order=shown(tx, assigning.recall(tx, seen(request), request.reason)))

    def SignIn(self, request: pb.SignInRequest, tx: Tx) -> pb.SignInResponse:
        """签收."""
        return pb.SignInResponse(order=shown(tx, assigning.sign_in(tx, seen(request))))

    def HandOn(self, request: pb.HandOnRequest, tx: Tx) -> pb.HandOnResponse:
        """转交."""
        outer, inner = assigning.hand_on(tx, seen(request), request.unit_id, request.note)
        return pb.HandOnResponse(order=shown(tx, outer), inner=shown(tx, inner))
