"""ReplyService and ReviewService."""

from __future__ import annotations

from chassis.stamps import instant_of
from chassis.store import Tx
from hotline.dispatch.v1 import replies_pb2, reviews_pb2
from services.dispatch.actions import answering
from services.dispatch.api.translating import seen, shown
from services.dispatch.rules.replying import Answer, AnsweredBy
from services.dispatch.words import word_of


class ReplyDoor:
    """办理与反馈."""

    service = "hotline.dispatch.v1.ReplyService"

    def SubmitFirstReport(self, request: replies_pb2.SubmitFirstReportRequest, tx: Tx) -> replies_pb2.SubmitFirstReportResponse:
        """反馈初步处置情况."""
        order = answering.submit_first_report(tx, seen(request), request.report)
        return replies_pb2.SubmitFirstReportResponse(order=shown(tx, order))

    def Reply(self, request: replies_pb2.ReplyRequest, tx: Tx) -> replies_pb2.ReplyResponse:
        """回复办理结果."""
        return replies_pb2.ReplyResponse(order=shown(tx, answering.reply(tx, seen(request), _answer(request, ""))))

    def ReplyWithExplanation(self, request: replies_pb2.ReplyWithExplanationRequest, tx: Tx) -> replies_pb2.ReplyWithExplanationResponse:
        """回复解释说明."""
        order = answering.reply_with_explanation(tx, seen(request), _answer(request, request.basis))
        return replies_pb2.ReplyWithExplanationResponse(order=shown(tx, order))


class ReviewDoor:
    """审核."""

    service = "hotline.dispatch.v1.ReviewService"

    def PassReview(self, request: reviews_pb2.PassReviewRequest, tx: Tx) -> reviews_pb2.PassReviewResponse:
        """审核通过."""
        return reviews_pb2.PassReviewResponse(order=shown(tx, answering.pass_review(tx, seen(request))))

    def SendBackReply(self, request: reviews_pb2.SendBackReplyRequest, tx: Tx) -> reviews_pb2.SendBackReplyResponse:
        """退回补充答复."""
        return reviews_pb2.SendBackReplyResponse(order=shown(tx, answering.send_back_reply(tx, seen(request), request.reason)))


def _answer(request: replies_pb2.ReplyRequest | replies_pb2.ReplyWithExplanationRequest, basis: str) -> Answer:
    answered_by = word_of(AnsweredBy, request.answered_by)
    return Answer(request.measures, request.result, instant_of(request, "answered_at"), answered_by, basis)
