"""Rows as messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chassis.stamps import stamp
from hotline.assessment.v1 import appeals_pb2, assessments_pb2, rates_pb2
from hotline.ticket.v1 import ticket_pb2
from services.assessment.actions.appealing import State as AppealState
from services.assessment.actions.interviewing import State as InterviewState
from services.assessment.rules.comparing import Change, Scored, change_term
from services.assessment.rules.offering import Offered, of_appeal, of_interview
from services.assessment.rules.ranking import GROUP_TERMS
from services.assessment.rules.rates import Figure
from services.assessment.rules.scoring import Part, part_rate, part_term


def score_message(each: Scored) -> assessments_pb2.Score:
    """A unit's month."""
    parts = [
        assessments_pb2.Part(name=name, got=str(given.hits), of=str(given.counted), term=part_term(name), rate=part_rate(name))
        for name, given in each.given.items()
    ]
    score = assessments_pb2.Score(unit_id=each.unit_id, unit_name=each.name, group=each.group, orders=each.orders, parts=parts)
    score.group_term = GROUP_TERMS[each.group]
    score.score = "" if each.score is None else str(each.score)
    score.rank, score.of, score.last = each.place.rank, each.place.of, each.place.last
    return score


def assessment_message(row: Mapping[Any, Any]) -> assessments_pb2.Assessment:
    """A published month."""
    changes = [change_message(Change(*each)) for each in row["changes"]]
    names = ("tenant_id", "month", "version", "published_by", "reason", "rates_version", "scheme_version")
    return assessments_pb2.Assessment(**_named(row, *names), published_at=stamp(row["published_at"]), changes=changes)


def change_message(change: Change) -> assessments_pb2.Change:
    """What a correction changed."""
    return assessments_pb2.Change(**asdict(change), term=change_term(change.what))


def figure_message(figure: Figure, term: str) -> rates_pb2.Figure:
    """What a rate of this name comes to."""
    value = "" if figure.value is None else str(figure.value)
    return rates_pb2.Figure(rate=figure.rate, value=value, hits=figure.hits, counted=figure.counted, term=term)


def item_part(part: Part) -> assessments_pb2.Part:
    """What people score."""
    return assessments_pb2.Part(name=part.name, of=str(part.points), term=part.term)


def offer_message(offered: Offered) -> ticket_pb2.Offer:
    """A verb that is offered."""
    return ticket_pb2.Offer(verb=offered.verb, term=offered.term, article=offered.article.code)


def item_message(row: Mapping[Any, Any]) -> assessments_pb2.Item:
    """An item."""
    names = ("item_id", "unit_id", "part", "points", "evidence", "entered_by")
    return assessments_pb2.Item(**_named(row, *names), entered_at=stamp(row["entered_at"]), term=part_term(row["part"]))


def appeal_message(row: Mapping[Any, Any]) -> appeals_pb2.Appeal:
    """An appeal."""
    return appeals_pb2.Appeal(
        **_named(row, "appeal_id", "month", "version", "unit_id", "reason", "evidence", "decision"),
        state=appeals_pb2.AppealState.Value(f"APPEAL_STATE_{row['state'].upper()}"),
        filed_at=stamp(row["filed_at"]),
        decided_at=stamp(row["decided_at"]),
        offers=map(offer_message, of_appeal(undecided=row["state"] == AppealState.OPEN)),
    )


def interview_message(row: Mapping[Any, Any]) -> appeals_pb2.Interview:
    """An interview."""
    return appeals_pb2.Interview(
        **_named(row, "interview_id", "unit_id", "months", "evidence", "record"),
        ground=appeals_pb2.InterviewGround.Value(f"INTERVIEW_GROUND_{row['ground'].upper()}"),
        state=appeals_pb2.InterviewState.Value(f"INTERVIEW_STATE_{row['state'].upper()}"),
        proposed_at=stamp(row["proposed_at"]),
        ended_at=stamp(row["ended_at"]),
        offers=map(offer_message, of_interview(proposed=row["state"] == InterviewState.PROPOSED)),
    )


def _named(row: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
