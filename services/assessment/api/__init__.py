"""assessment's gRPC door: message ↔ action."""

from services.assessment.api.assessments import AppealDoor, AssessmentDoor, InterviewDoor
from services.assessment.api.rates import RateDoor

DOORS = (RateDoor, AssessmentDoor, AppealDoor, InterviewDoor)
