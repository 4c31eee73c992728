"""assessment's gRPC door: message ↔ action."""

from services.assessment.api.assessments import AppealDoor, AssessmentDoor, InterviewDoor
from services.assessment.api.findings import FindingDoor
from services.assessment.api.insight import InsightDoor
from services.assessment.api.ladder import DocumentDoor, LadderDoor
from services.assessment.api.rates import RateDoor
from services.assessment.api.reports import ReportDoor
from services.assessment.api.samples import SampleDoor, SurveyDoor
from services.assessment.api.seats import ContractDoor, SeatDoor
from services.assessment.api.supervisions import SupervisionDoor
from services.assessment.api.topics import StudyDoor, TopicDoor

DOORS = (
    RateDoor, AssessmentDoor, AppealDoor, InterviewDoor, SupervisionDoor, LadderDoor, DocumentDoor, FindingDoor, SeatDoor, ContractDoor,
    SampleDoor, SurveyDoor, InsightDoor, TopicDoor, StudyDoor, ReportDoor,
)  # fmt: skip
