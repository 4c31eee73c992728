"""Feedback, gaps, and the work they become."""

from __future__ import annotations

from chassis.store import Tx
from hotline.kb.v1 import feedback_pb2 as feedback_pb
from hotline.kb.v1 import gaps_pb2 as gaps_pb
from hotline.kb.v1 import upkeep_pb2 as pb
from services.kb import messages as to
from services.kb.actions import answering_gaps, judging


class FeedbackDoor:
    """What those who answer say of an entry."""

    service = "hotline.kb.v1.FeedbackService"

    def GiveFeedback(self, request: feedback_pb.GiveFeedbackRequest, tx: Tx) -> feedback_pb.GiveFeedbackResponse:
        """8(3): helpful, wrong, outdated."""
        judging.give_feedback(tx, request.entry_id, request.version, to.verdict_of(request.verdict), request.note)
        return feedback_pb.GiveFeedbackResponse()

    def ListFeedback(self, request: feedback_pb.ListFeedbackRequest, tx: Tx) -> feedback_pb.ListFeedbackResponse:
        """Newest first."""
        found, token = judging.list_feedback(tx, request.entry_id, request.page)
        return feedback_pb.ListFeedbackResponse(feedback=map(to.feedback_message, found), next_page_token=token)


class GapDoor:
    """Questions without an answer."""

    service = "hotline.kb.v1.GapService"

    def ListGaps(self, request: gaps_pb.ListGapsRequest, tx: Tx) -> gaps_pb.ListGapsResponse:
        """The newest question first."""
        found, token = answering_gaps.list_gaps(tx, request.page, request.unit_id, with_closed=request.with_closed)
        return gaps_pb.ListGapsResponse(gaps=map(to.gap_message, found), next_page_token=token)

    def RankGaps(self, request: gaps_pb.RankGapsRequest, tx: Tx) -> gaps_pb.RankGapsResponse:
        """The most asked first."""
        return gaps_pb.RankGapsResponse(gaps=map(to.gap_message, answering_gaps.rank_gaps(tx, request.unit_id)))

    def AssignGap(self, request: gaps_pb.AssignGapRequest, tx: Tx) -> gaps_pb.AssignGapResponse:
        """6(4): to whose matter it is."""
        return gaps_pb.AssignGapResponse(gap=to.gap_message(answering_gaps.assign_gap(tx, request.gap_id, request.unit_id)))

    def CloseGap(self, request: gaps_pb.CloseGapRequest, tx: Tx) -> gaps_pb.CloseGapResponse:
        """8(3): answered, or none of ours."""
        closed = answering_gaps.close_gap(tx, request.gap_id, request.entry_id, request.reason)
        return gaps_pb.CloseGapResponse(gap=to.gap_message(closed))


class UpkeepDoor:
    """Work of units, and use of their entries."""

    service = "hotline.kb.v1.UpkeepService"

    def ListUpkeep(self, request: pb.ListUpkeepRequest, tx: Tx) -> pb.ListUpkeepResponse:
        """The nearest term first."""
        found, token = judging.list_upkeep(
            tx, request.page, request.unit_id, only_overdue=request.only_overdue, with_done=request.with_done
        )
        return pb.ListUpkeepResponse(upkeep=map(to.upkeep_message, found), next_page_token=token)

    def CountUsage(self, request: pb.CountUsageRequest, tx: Tx) -> pb.CountUsageResponse:
        """By entry and by unit."""
        return to.usage_message(*judging.count_usage(tx, request.unit_id, request.since_day, request.until_day))
