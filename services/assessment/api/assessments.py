"""The monthly assessment, appeals and interviews."""

from __future__ import annotations

from chassis import journal
from chassis.store import Tx
from hotline.assessment.v1 import appeals_pb2 as appeal_pb
from hotline.assessment.v1 import assessments_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from services.assessment import messages as to
from services.assessment.actions import appealing, interviewing, items, scoring
from services.assessment.actions.interviewing import Ground
from services.assessment.rules.scoring import scored_by_people

GROUNDS = {appeal_pb.INTERVIEW_GROUND_INACTION: Ground.INACTION, appeal_pb.INTERVIEW_GROUND_SLOWNESS: Ground.SLOWNESS}


class AssessmentDoor:
    """Months."""

    service = "hotline.assessment.v1.AssessmentService"

    def EnterItem(self, request: pb.EnterItemRequest, tx: Tx) -> pb.EnterItemResponse:
        """20: 完善制度、建立长期机制、改进工作."""
        item_id = items.enter_item(tx, request.month, request.unit_id, request.part, request.points, request.evidence)
        return pb.EnterItemResponse(item_id=item_id)

    def ListItems(self, request: pb.ListItemsRequest, tx: Tx) -> pb.ListItemsResponse:
        """By unit and part."""
        found, token = items.list_items(tx, request.page, request.month)
        return pb.ListItemsResponse(items=map(to.item_message, found), next_page_token=token)

    def ExcludeFact(self, request: pb.ExcludeFactRequest, tx: Tx) -> pb.ExcludeFactResponse:
        """With a reason."""
        items.exclude_fact(tx, request.subject_id, request.round, request.rate, request.reason)
        return pb.ExcludeFactResponse()

    def PreviewAssessment(self, request: pb.PreviewAssessmentRequest, tx: Tx) -> pb.PreviewAssessmentResponse:
        """By what is known now."""
        found = scoring.preview_assessment(tx, request.month)
        return pb.PreviewAssessmentResponse(
            scores=map(to.score_message, found.scores),
            published_version=found.published_version,
            changes=map(to.change_message, found.changes),
            offers=map(to.offer_message, found.offers),
            items=map(to.item_part, scored_by_people()),
        )

    def PublishAssessment(self, request: pb.PublishAssessmentRequest, tx: Tx) -> pb.PublishAssessmentResponse:
        """20: 考核结果定期通报."""
        return pb.PublishAssessmentResponse(assessment=to.assessment_message(scoring.publish_assessment(tx, request.month)))

    def CorrectAssessment(self, request: pb.CorrectAssessmentRequest, tx: Tx) -> pb.CorrectAssessmentResponse:
        """With what changed."""
        corrected = scoring.correct_assessment(tx, request.month, request.version, request.reason)
        return pb.CorrectAssessmentResponse(assessment=to.assessment_message(corrected))

    def GetAssessment(self, request: pb.GetAssessmentRequest, tx: Tx) -> pb.GetAssessmentResponse:
        """The newest version unless one is named."""
        found = scoring.get_assessment(tx, request.tenant_id, request.month, request.version)
        own_unit_id, offers = appealing.opened(tx, found)
        return pb.GetAssessmentResponse(
            assessment=to.assessment_message(found), own_unit_id=own_unit_id, offers=map(to.offer_message, offers)
        )  # fmt: skip

    def ListAssessments(self, request: pb.ListAssessmentsRequest, tx: Tx) -> pb.ListAssessmentsResponse:
        """The newest first."""
        found, token = scoring.list_assessments(tx, request.page, request.tenant_id)
        return pb.ListAssessmentsResponse(assessments=map(to.assessment_message, found), next_page_token=token)

    def ListScores(self, request: pb.ListScoresRequest, tx: Tx) -> pb.ListScoresResponse:
        """By group and rank."""
        found, token = scoring.list_scores(tx, request.page, request.tenant_id, request.month, request.version, request.group)
        return pb.ListScoresResponse(scores=map(to.score_message, found), next_page_token=token)

    def ListJournalEntries(self, request: pb.ListJournalEntriesRequest, tx: Tx) -> pb.ListJournalEntriesResponse:
        """Art. 10: oldest first."""
        steps, token = journal.entries(tx, request.subject_id, request.page)
        return pb.ListJournalEntriesResponse(entries=[journal.shown(step, JournalEntry) for step in steps], next_page_token=token)


class AppealDoor:
    """Appeals."""

    service = "hotline.assessment.v1.AppealService"

    def FileAppeal(self, request: appeal_pb.FileAppealRequest, tx: Tx) -> appeal_pb.FileAppealResponse:
        """By the unit."""
        appeal_id = appealing.file_appeal(tx, request.month, request.unit_id, request.reason, request.evidence)
        return appeal_pb.FileAppealResponse(appeal_id=appeal_id)

    def UpholdAppeal(self, request: appeal_pb.UpholdAppealRequest, tx: Tx) -> appeal_pb.UpholdAppealResponse:
        """A correction follows."""
        decided = appealing.decide_appeal(tx, request.appeal_id, uphold=True, decision=request.decision)
        return appeal_pb.UpholdAppealResponse(appeal=to.appeal_message(decided))

    def RefuseAppeal(self, request: appeal_pb.RefuseAppealRequest, tx: Tx) -> appeal_pb.RefuseAppealResponse:
        """What was published stands."""
        decided = appealing.decide_appeal(tx, request.appeal_id, uphold=False, decision=request.decision)
        return appeal_pb.RefuseAppealResponse(appeal=to.appeal_message(decided))

    def ListAppeals(self, request: appeal_pb.ListAppealsRequest, tx: Tx) -> appeal_pb.ListAppealsResponse:
        """The newest first."""
        found, token = appealing.list_appeals(tx, request.page, request.tenant_id)
        return appeal_pb.ListAppealsResponse(appeals=map(to.appeal_message, found), next_page_token=token)


class InterviewDoor:
    """Interviews (约谈)."""

    service = "hotline.assessment.v1.InterviewService"

    def ProposeInterview(self, request: appeal_pb.ProposeInterviewRequest, tx: Tx) -> appeal_pb.ProposeInterviewResponse:
        """20: 不作为、慢作为."""
        proposed = interviewing.propose_interview(tx, request.unit_id, GROUNDS.get(request.ground), request.evidence)
        return appeal_pb.ProposeInterviewResponse(interview=to.interview_message(proposed))

    def RecordInterview(self, request: appeal_pb.RecordInterviewRequest, tx: Tx) -> appeal_pb.RecordInterviewResponse:
        """It was held."""
        recorded = interviewing.record_interview(tx, request.interview_id, request.record)
        return appeal_pb.RecordInterviewResponse(interview=to.interview_message(recorded))

    def ListInterviews(self, request: appeal_pb.ListInterviewsRequest, tx: Tx) -> appeal_pb.ListInterviewsResponse:
        """The newest first."""
        found, token = interviewing.list_interviews(tx, request.page)
        return appeal_pb.ListInterviewsResponse(interviews=map(to.interview_message, found), next_page_token=token)
