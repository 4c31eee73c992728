"""Rows as messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.stamps import stamp
from hotline.assessment.v1 import appeals_pb2, assessments_pb2
from services.assessment.rules.comparing import Scored


def score_message(each: Scored) -> assessments_pb2.Score:
    """A unit's month."""
    parts = [assessments_pb2.Part(name=given.part, got=str(given.hits), of=str(given.counted)) for given in each.given.values()]
    score = assessments_pb2.Score(unit_id=each.unit_id, unit_name=each.name, group=each.group, orders=each.orders, parts=parts)
    score.score = "" if each.score is None else str(each.score)
    score.rank, score.of, score.last = each.place.rank, each.place.of, each.place.last
    return score


def assessment_message(row: Mapping[Any, Any]) -> assessments_pb2.Assessment:
    """A published month."""
    changes = [assessments_pb2.Change(unit_id=unit, what=what, before=before, after=after) for unit, what, before, after in row["changes"]]
    names = ("tenant_id", "month", "version", "published_by", "reason", "rates_version", "scheme_version")
    return assessments_pb2.Assessment(**_named(row, *names), published_at=stamp(row["published_at"]), changes=changes)


def item_message(row: Mapping[Any, Any]) -> assessments_pb2.Item:
    """An item."""
    names = ("item_id", "unit_id", "part", "points", "evidence", "entered_by")
    return assessments_pb2.Item(**_named(row, *names), entered_at=stamp(row["entered_at"]))


def appeal_message(row: Mapping[Any, Any]) -> appeals_pb2.Appeal:
    """An appeal."""
    return appeals_pb2.Appeal(
        **_named(row, "appeal_id", "month", "version", "unit_id", "reason", "evidence", "decision"),
        state=appeals_pb2.AppealState.Value(f"APPEAL_STATE_{row['state'].upper()}"),
        filed_at=stamp(row["filed_at"]),
        decided_at=stamp(row["decided_at"]),
    )


def interview_message(row: Mapping[Any, Any]) -> appeals_pb2.Interview:
    """An interview."""
    return appeals_pb2.Interview(
        **_named(row, "interview_id", "unit_id", "months", "evidence", "record"),
        ground=appeals_pb2.InterviewGround.Value(f"INTERVIEW_GROUND_{row['ground'].upper()}"),
        state=appeals_pb2.InterviewState.Value(f"INTERVIEW_STATE_{row['state'].upper()}"),
        proposed_at=stamp(row["proposed_at"]),
        ended_at=stamp(row["ended_at"]),
    )


def _named(row: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
