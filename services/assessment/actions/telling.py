"""What assessment tells."""

from __future__ import annotations

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import events_pb2 as events


def tell_published(tx: Tx, month: str, version: int) -> None:
    """A month's results stand, or were corrected (20)."""
    event = events.AssessmentPublished(tenant_id=tx.by.tenant_id, month=month, at=stamp(tx.now), version=version)
    tx.tell(event, f"{tx.by.tenant_id[:50]}:{month}", version)


def tell_interview(tx: Tx, interview_id: str, unit_id: str, ground: str) -> None:
    """Somebody is to be interviewed (20)."""
    event = events.InterviewProposed(interview_id=interview_id, unit_id=unit_id, ground=ground, at=stamp(tx.now), version=1)
    tx.tell(event, interview_id, 1)
