"""AssistingService."""

from __future__ import annotations

from chassis.store import Tx
from hotline.dispatch.v1 import assists_pb2 as pb
from services.dispatch.actions import assisting
from services.dispatch.api.translating import seen, shown


class AssistingDoor:
    """协办."""

    service = "hotline.dispatch.v1.AssistingService"

    def AddAssisting(self, request: pb.AddAssistingRequest, tx: Tx) -> pb.AddAssistingResponse:
        """增加协办单位."""
        order = assisting.add_assisting(tx, seen(request), list(request.unit_ids), request.note)
        return pb.AddAssistingResponse(order=shown(tx, order))

    def WithdrawAssisting(self, request: pb.WithdrawAssistingRequest, tx: Tx) -> pb.WithdrawAssistingResponse:
        """撤销协办."""
        order = assisting.withdraw_assisting(tx, seen(request), request.unit_id, request.reason)
        return pb.WithdrawAssistingResponse(order=shown(tx, order))

    def SignInAssisting(self, request: pb.SignInAssistingRequest, tx: Tx) -> pb.SignInAssistingResponse:
        """协办签收."""
        return pb.SignInAssistingResponse(order=shown(tx, assisting.sign_in_assisting(tx, seen(request))))

    def SubmitContribution(self, request: pb.SubmitContributionRequest, tx: Tx) -> pb.SubmitContributionResponse:
        """反馈协办情况."""
        order = assisting.submit_contribution(tx, seen(request), request.contribution)
        return pb.SubmitContributionResponse(order=shown(tx, order))
