"""An order at the desks of the hub and of the unit: each verb of Art. 11, done by whose verb it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from time import monotonic
from typing import Protocol, TypeVar

import grpc
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from hotline.dispatch.v1 import assignments_pb2 as assignments
from hotline.dispatch.v1 import call_backs_pb2 as call_backs
from hotline.dispatch.v1 import closings_pb2 as closings
from hotline.dispatch.v1 import coordinations_pb2 as coordinations
from hotline.dispatch.v1 import events_pb2 as events
from hotline.dispatch.v1 import extensions_pb2 as extensions
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.dispatch.v1 import progress_reports_pb2 as progress_reports
from hotline.dispatch.v1 import replies_pb2 as replies
from hotline.dispatch.v1 import returns_pb2 as returns
from hotline.dispatch.v1 import reviews_pb2 as reviews
from simulator.book.standing import Law
from simulator.book.story import Story
from simulator.desks import words
from simulator.people import House, Person

UNIT_ROLES = ("ROLE_HANDLER", "ROLE_UNIT_LEAD")
# A timer or the caller may have touched an order since it was seen, or a unit is not known yet: for so long it is tried again.
TRIED_AGAIN = frozenset({grpc.StatusCode.ABORTED, grpc.StatusCode.NOT_FOUND})
TOLD_SECONDS = 60.0


class Answered(Protocol):
    """What every verb answers."""

    @property
    def order(self) -> orders.Order:
        """The order after it."""
        ...


A = TypeVar("A", bound=Message)


class OrderDesk:
    """One order. `hubs`: each tenant's hub; `now`: the instant the play is at."""

    def __init__(
        self, house: House, hubs: dict[str, str], laws: Mapping[str, Law], order: orders.Order, story: Story, now: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._hubs = hubs
        self._laws = laws
        self._now = now
        self._turn = sum(order.number.encode())
        self.order = order
        self.story = story

    def dispatch(self, unit_id: str, result_days: int = 0) -> None:
        """11(2)."""
        request = assignments.DispatchRequest(unit_id=unit_id, result_days=result_days, note=words.NOTE)
        by = self.hub("ROLE_DISPATCHER")
        self._do(by, "AssignmentService/Dispatch", request, assignments.DispatchResponse)
        self._enter("dispatch", unit_id=unit_id, result_days=result_days)

    def decide_coordination(self, unit_id: str) -> None:
        """16: whom the units called together agreed on."""
        by = self.hub("ROLE_SUPERVISOR")
        asked = coordinations.ListCoordinationsRequest(order_id=self.order.order_id, undecided=True)
        (case,) = by.ask(
            "dispatch.v1.CoordinationService/ListCoordinations", asked, coordinations.ListCoordinationsResponse
        ).coordinations  # fmt: skip
        request = coordinations.DecideCoordinationRequest(
            coordination_id=case.coordination_id, lead_unit_id=unit_id, reason=words.DECISION
        )  # fmt: skip
        self._do(by, "CoordinationService/DecideCoordination", request, coordinations.DecideCoordinationResponse)
        self._enter("decide_coordination")
        self._enter("dispatch", unit_id=unit_id, result_days=0)

    def recall(self) -> None:
        """11(2): it went to the wrong unit."""
        request = assignments.RecallRequest(reason=words.RECALL)
        self._do(self.hub("ROLE_DISPATCHER"), "AssignmentService/Recall", request, assignments.RecallResponse)
        self._enter("recall")

    def sign_in(self) -> None:
        """签收."""
        self._do(self.unit(), "AssignmentService/SignIn", assignments.SignInRequest(), assignments.SignInResponse)
        self._enter("sign_in")

    def hand_on(self, unit_id: str) -> OrderDesk:
        """7(2): a district gives it to its own; answers the inner order's desk."""
        request = assignments.HandOnRequest(unit_id=unit_id, note=words.NOTE)
        answer = self._do(self.unit(), "AssignmentService/HandOn", request, assignments.HandOnResponse)
        self._enter("hand_on")
        inner = answer.inner
        story = self.story.begin_inner(inner.order_id, inner.tenant_id, self._laws[inner.tenant_id], self._now(), unit_id)
        return OrderDesk(self._house, self._hubs, self._laws, inner, story, self._now)

    def submit_first_report(self) -> None:
        """13: 初步处置情况."""
        request = replies.SubmitFirstReportRequest(report=words.FIRST_REPORT)
        self._do(self.unit(), "ReplyService/SubmitFirstReport", request, replies.SubmitFirstReportResponse)
        self._enter("submit_first_report")

    def reply(self, *, bare: bool = False) -> None:
        """11(5); bare: no more than 已处理."""
        measures, result = (words.BARE, words.BARE) if bare else words.answer(self._turn)
        request = replies.ReplyRequest(
            measures=measures, result=result, answered_at=self._stamp(), answered_by=words.answered_by(self._turn)
        )  # fmt: skip
        self._do(self.unit(), "ReplyService/Reply", request, replies.ReplyResponse)
        self._enter("reply")

    def reply_with_explanation(self) -> None:
        """11(3): the demand is against the law."""
        measures, result = words.EXPLANATION
        request = replies.ReplyWithExplanationRequest(
            measures=measures, result=result, basis=words.BASIS, answered_at=self._stamp(), answered_by=orders.ANSWERED_BY_PHONE
        )
        self._do(self.unit(), "ReplyService/ReplyWithExplanation", request, replies.ReplyWithExplanationResponse)
        self._enter("reply_with_explanation")

    def request_extension(self, days: int) -> None:
        """11(4)."""
        request = extensions.RequestExtensionRequest(days=days, reason=words.EXTENSION)
        self._do(self.unit(), "ExtensionService/RequestExtension", request, extensions.RequestExtensionResponse)
        self._enter("request_extension", days=days)

    def grant_extension(self, days: int = 0, role: str = "ROLE_REVIEWER") -> None:
        """11(4): as many as asked for, unless others are named."""
        request = extensions.GrantExtensionRequest(days=days, reason=words.GRANTED)
        self._do(self.hub(role), "ExtensionService/GrantExtension", request, extensions.GrantExtensionResponse)
        self._enter("grant_extension", days=days)

    def refuse_extension(self, role: str = "ROLE_REVIEWER") -> None:
        """11(4)."""
        request = extensions.RefuseExtensionRequest(reason=words.REFUSED)
        self._do(self.hub(role), "ExtensionService/RefuseExtension", request, extensions.RefuseExtensionResponse)
        self._enter("refuse_extension")

    def request_return(self, suggested_unit_id: str) -> None:
        """11(6)."""
        request = returns.RequestReturnRequest(reason=words.RETURN, basis=words.DUTIES, suggested_unit_id=suggested_unit_id)
        self._do(self.unit(), "ReturnService/RequestReturn", request, returns.RequestReturnResponse)
        self._enter("request_return")

    def grant_return(self) -> None:
        """11(6)."""
        request = returns.GrantReturnRequest(reason=words.GRANTED)
        self._do(self.hub("ROLE_DISPATCHER"), "ReturnService/GrantReturn", request, returns.GrantReturnResponse)
        self._enter("grant_return")

    def refuse_return(self) -> None:
        """11(6)."""
        request = returns.RefuseReturnRequest(reason=words.REFUSED)
        self._do(self.hub("ROLE_DISPATCHER"), "ReturnService/RefuseReturn", request, returns.RefuseReturnResponse)
        self._enter("refuse_return")

    def request_progress_report(self, promised_on: date) -> None:
        """11(7)."""
        request = progress_reports.RequestProgressReportRequest(
            reason=words.PROGRESS[0], progress=words.PROGRESS[1], measures=words.PROGRESS[2],
            promised_on=promised_on.isoformat(), caller_told_at=self._stamp(),
        )  # fmt: skip
        answer = progress_reports.RequestProgressReportResponse
        self._do(self.unit(), "ProgressReportService/RequestProgressReport", request, answer)
        self._enter("request_progress_report", promised_on=promised_on)

    def grant_progress_report(self) -> None:
        """11(7)."""
        request = progress_reports.GrantProgressReportRequest(reason=words.GRANTED)
        answer = progress_reports.GrantProgressReportResponse
        self._do(self.hub("ROLE_REVIEWER"), "ProgressReportService/GrantProgressReport", request, answer)
        self._enter("grant_progress_report")

    def refuse_progress_report(self) -> None:
        """11(7)."""
        request = progress_reports.RefuseProgressReportRequest(reason=words.REFUSED)
        answer = progress_reports.RefuseProgressReportResponse
        self._do(self.hub("ROLE_REVIEWER"), "ProgressReportService/RefuseProgressReport", request, answer)
        self._enter("refuse_progress_report")

    def pass_review(self) -> None:
        """11(8)."""
        self._do(self.hub("ROLE_REVIEWER"), "ReviewService/PassReview", reviews.PassReviewRequest(), reviews.PassReviewResponse)
        self._enter("pass_review")

    def send_back_reply(self) -> None:
        """11(8)."""
        request = reviews.SendBackReplyRequest(reason=words.DEFICIENT)
        self._do(self.hub("ROLE_REVIEWER"), "ReviewService/SendBackReply", request, reviews.SendBackReplyResponse)
        self._enter("send_back_reply")

    def record_attempt(self) -> None:
        """11(8): a call that obtained nothing."""
        request = call_backs.RecordAttemptRequest(outcome=words.outcome(self._turn), note=words.NOBODY)
        self._do(self.hub("ROLE_CALL_BACK"), "CallBackService/RecordAttempt", request, call_backs.RecordAttemptResponse)
        self._enter("record_attempt")

    def send_rating_link(self) -> None:
        """11(8)."""
        request = call_backs.SendRatingLinkRequest()
        self._do(self.hub("ROLE_CALL_BACK"), "CallBackService/SendRatingLink", request, call_backs.SendRatingLinkResponse)
        self._enter("send_rating_link")

    def record_ratings(self, process: str, result: str, via: str = "PHONE") -> None:
        """11(8): 满意, 基本满意, 不满意 with process and result."""
        request = call_backs.RecordRatingsRequest(
            process=events.Rating.Value(f"RATING_{process}"),
            result=events.Rating.Value(f"RATING_{result}"),
            via=orders.RatingVia.Value(f"RATING_VIA_{via}"),
        )
        self._do(self.hub("ROLE_CALL_BACK"), "CallBackService/RecordRatings", request, call_backs.RecordRatingsResponse)
        self._enter("record_ratings", process=process, result=result, via=via)

    def find_unreachable(self) -> None:
        """11(8)."""
        request = call_backs.FindUnreachableRequest()
        self._do(self.hub("ROLE_CALL_BACK"), "CallBackService/FindUnreachable", request, call_backs.FindUnreachableResponse)
        self._enter("find_unreachable")

    def rework(self, ground: str = "REASONABLE_DEMAND") -> None:
        """11(9)."""
        request = closings.ReworkRequest(ground=orders.ReworkGround.Value(f"REWORK_GROUND_{ground}"), reason=words.REWORK)
        self._do(self.hub("ROLE_CALL_BACK"), "ClosingService/Rework", request, closings.ReworkResponse)
        self._enter("rework")

    def close_satisfied(self) -> None:
        """11(10)."""
        request = closings.CloseSatisfiedRequest()
        self._do(self.hub("ROLE_CALL_BACK"), "ClosingService/CloseSatisfied", request, closings.CloseSatisfiedResponse)
        self._enter("close_satisfied")

    def close_dissatisfied(self) -> None:
        """11(10): answered by law."""
        request = closings.CloseDissatisfiedRequest(finding=words.FINDING)
        self._do(self.hub("ROLE_REVIEWER"), "ClosingService/CloseDissatisfied", request, closings.CloseDissatisfiedResponse)
        self._enter("close_dissatisfied")

    def close_unreachable(self) -> None:
        """11(8), 11(10)."""
        request = closings.CloseUnreachableRequest(finding=words.FINDING)
        self._do(self.hub("ROLE_REVIEWER"), "ClosingService/CloseUnreachable", request, closings.CloseUnreachableResponse)
        self._enter("close_unreachable")

    def look(self) -> orders.GetOrderResponse:
        """The order with all it ever had."""
        request = orders.GetOrderRequest(order_id=self.order.order_id)
        return self.hub("ROLE_SUPERVISOR").ask("dispatch.v1.OrderService/GetOrder", request, orders.GetOrderResponse)

    def hub(self, role: str) -> Person:
        """One of the hub whose order it is."""
        return self._house.of_unit(self._hubs[self.order.tenant_id], role, self._turn)

    def unit(self) -> Person:
        """One of whoever holds it: the unit's people or, for the city's order in a district, the district's hub."""
        holder = self._hubs.get(self.order.handling_tenant_id) or self.order.unit_id
        return self._house.of_unit(holder, UNIT_ROLES[self._turn % 2])

    def _do(self, by: Person, method: str, request: Message, answer: type[A]) -> A:
        """Do it at the version last seen; where something else came between, look and do it at that.

        A unit that dispatch has not been told of yet is waited for: the directory has shown it.
        """
        request.order_id = self.order.order_id  # type: ignore[attr-defined]  # each verb's request names its order
        until = monotonic() + TOLD_SECONDS
        while True:
            request.version = self.order.version  # type: ignore[attr-defined]  # and the version that was seen
            try:
                done = by.ask(f"dispatch.v1.{method}", request, answer)
            except grpc.RpcError as error:
                if error.code() not in TRIED_AGAIN or monotonic() > until:
                    raise
                self.order = self.look().order
                continue
            self.order = done.order  # type: ignore[attr-defined]  # each verb answers the order
            return done

    def _enter(self, verb: str, **said: object) -> None:
        self.story.enter(verb, self._now(), **said)

    def _stamp(self) -> Timestamp:
        stamped = Timestamp()
        stamped.FromDatetime(self._now())
        return stamped
