"""DeskService."""

from __future__ import annotations

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.dispatch.v1 import desks_pb2 as pb
from services.dispatch.api.translating import filter_of
from services.dispatch.lifecycle import State
from services.dispatch.messages import FACETS, assist_message, call_back_message, order_message, reply_message, request_message
from services.dispatch.store import copies, lists
from services.dispatch.store.rows import assist_of, round_of

FACET_NAMES = {number: facet for facet, number in FACETS.items()}


class DeskDoor:
    """What each desk has before it."""

    service = "hotline.dispatch.v1.DeskService"

    def ListDispatchQueue(self, request: pb.ListDispatchQueueRequest, tx: Tx) -> pb.ListDispatchQueueResponse:
        """待派单."""
        rows, token = lists.queue(tx, State.PENDING, filter_of(request.filter), request.page)
        copies.demand_hub(tx)
        return pb.ListDispatchQueueResponse(orders=[order_message(row, tx.now) for row in rows], next_page_token=token)

    def ListUnitInbox(self, request: pb.ListUnitInboxRequest, tx: Tx) -> pb.ListUnitInboxResponse:
        """待签收、办理中."""
        rows, token = lists.inbox(tx, filter_of(request.filter), request.page, at_hub=copies.at_hub(tx))
        return pb.ListUnitInboxResponse(orders=[order_message(row, tx.now) for row in rows], next_page_token=token)

    def ListAssists(self, request: pb.ListAssistsRequest, tx: Tx) -> pb.ListAssistsResponse:
        """待反馈的协办."""
        parts, token = lists.assisted(tx, request.page)
        answer = pb.ListAssistsResponse(next_page_token=token)
        for part, row in parts:
            answer.items.add(order=order_message(row, tx.now), assist=assist_message(assist_of(part)), due_at=stamp(part["due_at"]))
        return answer

    def ListDecisions(self, request: pb.ListDecisionsRequest, tx: Tx) -> pb.ListDecisionsResponse:
        """待决定的申请."""
        facet = FACET_NAMES.get(request.facet, "")
        rows, token = lists.decisions(tx, filter_of(request.filter), facet, request.page, escalated=request.escalated)
        copies.demand_hub(tx)
        answer, asked = pb.ListDecisionsResponse(next_page_token=token), lists.open_requests(tx, rows)
        for row in rows:
            answer.items.add(order=order_message(row, tx.now), request=request_message(asked[row["order_id"]]))
        return answer

    def ListReviewQueue(self, request: pb.ListReviewQueueRequest, tx: Tx) -> pb.ListReviewQueueResponse:
        """待审核."""
        rows, token = lists.queue(tx, State.REPLIED, filter_of(request.filter), request.page)
        copies.demand_hub(tx)
        answer, replies = pb.ListReviewQueueResponse(next_page_token=token), lists.standing_replies(tx, rows)
        for row in rows:
            answer.items.add(order=order_message(row, tx.now), reply=reply_message(replies[row["order_id"]]))
        return answer

    def ListCallBackQueue(self, request: pb.ListCallBackQueueRequest, tx: Tx) -> pb.ListCallBackQueueResponse:
        """待回访."""
        rows, token = lists.queue(tx, State.CALLING_BACK, filter_of(request.filter), request.page)
        copies.demand_hub(tx)
        answer, rounds = pb.ListCallBackQueueResponse(next_page_token=token), lists.present_rounds(tx, rows)
        for row in rows:
            call_back = call_back_message(round_of(rounds[row["order_id"]]).call_back)
            answer.items.add(order=order_message(row, tx.now), call_back=call_back)
        return answer

    def ListUrgent(self, request: pb.ListUrgentRequest, tx: Tx) -> pb.ListUrgentResponse:
        """紧急工单."""
        rows, token = lists.urgent(tx, request.page)
        copies.demand_hub(tx)
        return pb.ListUrgentResponse(orders=[order_message(row, tx.now) for row in rows], next_page_token=token)
