"""What the province is told."""

from __future__ import annotations

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.provincial.v1 import feedback_pb2 as pb
from services.provincial import messages as to
from services.provincial.actions import attaching
from services.provincial.store import feedback, keeping


class FeedbackDoor:
    """The queue towards the province."""

    service = "hotline.provincial.v1.FeedbackService"

    def ListFeedback(self, request: pb.ListFeedbackRequest, tx: Tx) -> pb.ListFeedbackResponse:
        """The newest first."""
        rows, token = feedback.page_of(tx, request.page, to.state_of(request.state), request.ticket_id)
        return pb.ListFeedbackResponse(feedback=map(to.feedback_message, rows), next_page_token=token)

    def MeasureQueue(self, _request: pb.MeasureQueueRequest, tx: Tx) -> pb.MeasureQueueResponse:
        """Its depth, and since when the oldest waits."""
        depth, oldest = feedback.measure(tx)
        return pb.MeasureQueueResponse(depth=depth, oldest_at=stamp(oldest))

    def AttachToReply(self, request: pb.AttachToReplyRequest, tx: Tx) -> pb.AttachToReplyResponse:
        """11(5): with the next reply."""
        file_id = attaching.attach_to_reply(tx, request.ticket_id, request.name, request.content, request.sha256)
        return pb.AttachToReplyResponse(attachment_id=file_id)


class ReconciliationDoor:
    """Where both sides differ."""

    service = "hotline.provincial.v1.ReconciliationService"

    def ListReconciliations(self, request: pb.ListReconciliationsRequest, tx: Tx) -> pb.ListReconciliationsResponse:
        """The newest day first."""
        rows, token = keeping.reconciliations_page(tx, request.page)
        return pb.ListReconciliationsResponse(reconciliations=map(to.reconciliation_message, rows), next_page_token=token)
