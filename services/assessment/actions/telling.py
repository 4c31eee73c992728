"""What assessment tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import events_pb2 as events
from hotline.ticket.v1.ticket_pb2 import Place
from services.assessment.rules.bursts import Burst


def tell_published(tx: Tx, month: str, version: int) -> None:
    """A month's results stand, or were corrected (20)."""
    event = events.AssessmentPublished(tenant_id=tx.by.tenant_id, month=month, at=stamp(tx.now), version=version)
    tx.tell(event, f"{tx.by.tenant_id[:50]}:{month}", version)


def tell_interview(tx: Tx, interview_id: str, unit_id: str, ground: str) -> None:
    """Somebody is to be interviewed (20)."""
    event = events.InterviewProposed(interview_id=interview_id, unit_id=unit_id, ground=ground, at=stamp(tx.now), version=1)
    tx.tell(event, interview_id, 1)


def tell_supervision(tx: Tx, row: Mapping[Any, Any]) -> None:
    """A unit is under supervision (15): its clause and its term, and nobody's words."""
    event = events.SupervisionIssued(
        **{name: row[name] for name in ("supervision_id", "unit_id", "number", "ground")},
        due_at=stamp(row["due_at"]), at=stamp(row["issued_at"]), version=1,
    )  # fmt: skip
    tx.tell(event, row["supervision_id"], 1)


def tell_seed(tx: Tx, row: Mapping[Any, Any]) -> None:
    """A sample's seed was committed to (20)."""
    told = {name: row[name] for name in ("tenant_id", "month", "seed_hash", "percent", "minimum")}
    tx.tell(events.SeedCommitted(**told, at=stamp(tx.now), version=1), f"{row['tenant_id'][:48]}:sample:{row['month']}", 1)


def tell_sample(tx: Tx, month: str, seed: str, drawn: int) -> None:
    """The seed was revealed, and the sample drawn (20)."""
    event = events.SampleDrawn(tenant_id=tx.by.tenant_id, month=month, seed=seed, drawn=drawn, at=stamp(tx.now), version=2)
    tx.tell(event, f"{tx.by.tenant_id[:48]}:sample:{month}", 2)


def tell_study(tx: Tx, row: Mapping[Any, Any], number: str) -> None:
    """A unit is asked to study a topic (14): its number and its term, and nobody's words."""
    event = events.StudyAsked(
        study_id=row["study_id"], unit_id=row["unit_id"], number=number, due_at=stamp(row["due_at"]), at=stamp(row["asked_at"]), version=1
    )
    tx.tell(event, row["study_id"], 1)


def tell_burst(tx: Tx, burst_id: str, number: str, found: Burst) -> None:
    """Somebody should look (18)."""
    first = found.heard[0]
    place, count = Place(district=first.district, town=first.town), len(found.heard)
    event = events.BurstFound(
        burst_id=burst_id, number=number, place=place, category=first.category, calls=count, began_at=stamp(first.at), at=stamp(tx.now),
        version=1,
    )  # fmt: skip
    tx.tell(event, burst_id, 1)
