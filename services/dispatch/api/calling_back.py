"""CallBackService and ClosingService."""

from __future__ import annotations

from chassis.store import Tx
from hotline.dispatch.v1 import call_backs_pb2, closings_pb2
from services.dispatch.actions import calling_back
from services.dispatch.api.translating import seen, shown
from services.dispatch.rules.calling_back import Outcome, Said
from services.dispatch.rules.order import Rating, Via
from services.dispatch.rules.reworking import Ground
from services.dispatch.words import word_of


class CallBackDoor:
    """回访."""

    service = "hotline.dispatch.v1.CallBackService"

    def RecordAttempt(self, request: call_backs_pb2.RecordAttemptRequest, tx: Tx) -> call_backs_pb2.RecordAttemptResponse:
        """记录未接通的回访."""
        order = calling_back.record_attempt(tx, seen(request), word_of(Outcome, request.outcome), request.note)
        return call_backs_pb2.RecordAttemptResponse(order=shown(tx, order))

    def PlaceCall(self, request: call_backs_pb2.PlaceCallRequest, tx: Tx) -> call_backs_pb2.PlaceCallResponse:
        """发起自动回访."""
        return call_backs_pb2.PlaceCallResponse(order=shown(tx, calling_back.place_call(tx, seen(request))))

    def SendRatingLink(self, request: call_backs_pb2.SendRatingLinkRequest, tx: Tx) -> call_backs_pb2.SendRatingLinkResponse:
        """发送评价短信."""
        return call_backs_pb2.SendRatingLinkResponse(order=shown(tx, calling_back.send_rating_link(tx, seen(request))))

    def RecordRatings(self, request: call_backs_pb2.RecordRatingsRequest, tx: Tx) -> call_backs_pb2.RecordRatingsResponse:
        """记录回访评价."""
        said = Said(word_of(Rating, request.process), word_of(Rating, request.result), word_of(Via, request.via), request.remark)
        order = calling_back.record_ratings(tx, seen(request), said)
        return call_backs_pb2.RecordRatingsResponse(order=shown(tx, order))

    def RateByLink(self, request: call_backs_pb2.RateByLinkRequest, tx: Tx) -> call_backs_pb2.RateByLinkResponse:
        """评价短信评价."""
        ratings = word_of(Rating, request.process), word_of(Rating, request.result)
        calling_back.rate_by_link(tx, request.order_id, request.round, *ratings)
        return call_backs_pb2.RateByLinkResponse()

    def FindUnreachable(self, request: call_backs_pb2.FindUnreachableRequest, tx: Tx) -> call_backs_pb2.FindUnreachableResponse:
        """认定无法接通."""
        return call_backs_pb2.FindUnreachableResponse(order=shown(tx, calling_back.find_unreachable(tx, seen(request))))


class ClosingDoor:
    """办结与重办."""

    service = "hotline.dispatch.v1.ClosingService"

    def Rework(self, request: closings_pb2.ReworkRequest, tx: Tx) -> closings_pb2.ReworkResponse:
        """退回重办."""
        order = calling_back.rework(tx, seen(request), word_of(Ground, request.ground), request.reason)
        return closings_pb2.ReworkResponse(order=shown(tx, order))

    def CloseSatisfied(self, request: closings_pb2.CloseSatisfiedRequest, tx: Tx) -> closings_pb2.CloseSatisfiedResponse:
        """满意办结."""
        return closings_pb2.CloseSatisfiedResponse(order=shown(tx, calling_back.close_satisfied(tx, seen(request))))

    def CloseDissatisfied(self, request: closings_pb2.CloseDissatisfiedRequest, tx: Tx) -> closings_pb2.CloseDissatisfiedResponse:
        """不满意但答复合法合规办结."""
        order = calling_back.close_dissatisfied(tx, seen(request), request.finding)
        return closings_pb2.CloseDissatisfiedResponse(order=shown(tx, order))

    def CloseUnreachable(self, request: closings_pb2.CloseUnreachableRequest, tx: Tx) -> closings_pb2.CloseUnreachableResponse:
        """无法接通办结."""
        order = calling_back.close_unreachable(tx, seen(request), request.finding)
        return closings_pb2.CloseUnreachableResponse(order=shown(tx, order))
