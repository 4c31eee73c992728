"""Topics (专题) and the units that study them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import topics_pb2 as pb
from services.assessment.actions import studying
from services.assessment.actions.studying import Row, Wanted
from services.assessment.api.insight import call_behind
from services.assessment.messages import offer_message
from services.assessment.rules.offering import Offered
from services.assessment.rules.studies import State
from services.assessment.store.topics import Shown

STATES = {pb.StudyState.Value(f"STUDY_STATE_{state.name}"): state for state in State}


class TopicDoor:
    """Topics."""

    service = "hotline.assessment.v1.TopicService"

    def ListTopics(self, request: pb.ListTopicsRequest, tx: Tx) -> pb.ListTopicsResponse:
        """The one that grew last first."""
        found, token = studying.list_topics(tx, request.page, request.tenant_id)
        return pb.ListTopicsResponse(topics=map(_topic, found), next_page_token=token)

    def GetTopic(self, request: pb.GetTopicRequest, tx: Tx) -> pb.GetTopicResponse:
        """One."""
        return pb.GetTopicResponse(topic=_topic(studying.get_topic(tx, request.topic_id)))

    def ListTopicTickets(self, request: pb.ListTopicTicketsRequest, tx: Tx) -> pb.ListTopicTicketsResponse:
        """In the order of time."""
        found, token = studying.list_topic_tickets(tx, request.page, request.topic_id)
        return pb.ListTopicTicketsResponse(tickets=map(call_behind, found), next_page_token=token)

    def PutTopic(self, request: pb.PutTopicRequest, tx: Tx) -> pb.PutTopicResponse:
        """Before a unit."""
        put = studying.put_topic(tx, request.topic_id, request.unit_id, request.demand, request.due_day)
        return pb.PutTopicResponse(study=_study(tx, put))


class StudyDoor:
    """Studies."""

    service = "hotline.assessment.v1.StudyService"

    def ListStudies(self, request: pb.ListStudiesRequest, tx: Tx) -> pb.ListStudiesResponse:
        """The newest first."""
        asked = Wanted(request.topic_id, request.unit_id, STATES.get(request.state), request.overdue)
        found, token = studying.list_studies(tx, request.page, asked)
        return pb.ListStudiesResponse(studies=_studies(tx, found), next_page_token=token)

    def ListStudyTickets(self, request: pb.ListStudyTicketsRequest, tx: Tx) -> pb.ListStudyTicketsResponse:
        """In the order of time."""
        found, token = studying.list_study_tickets(tx, request.page, request.study_id)
        return pb.ListStudyTicketsResponse(tickets=map(call_behind, found), next_page_token=token)

    def AnswerStudy(self, request: pb.AnswerStudyRequest, tx: Tx) -> pb.AnswerStudyResponse:
        """By the unit."""
        return pb.AnswerStudyResponse(study=_study(tx, studying.answer_study(tx, request.study_id, request.causes, request.mechanism)))

    def SendBackStudy(self, request: pb.SendBackStudyRequest, tx: Tx) -> pb.SendBackStudyResponse:
        """With a reason."""
        return pb.SendBackStudyResponse(study=_study(tx, studying.send_back_study(tx, request.study_id, request.reason, request.due_day)))

    def CloseStudy(self, request: pb.CloseStudyRequest, tx: Tx) -> pb.CloseStudyResponse:
        """With a conclusion."""
        return pb.CloseStudyResponse(study=_study(tx, studying.close_study(tx, request.study_id, request.conclusion)))


def _topic(shown: Shown) -> pb.Topic:
    told: dict[str, Any] = {name: shown.row[name] for name in ("topic_id", "number")}
    told |= {name: stamp(shown.row[name]) for name in ("found_at", "first_at", "last_at")}
    growth = shown.growth
    trend = "" if growth.trend is None else str(growth.trend)
    return pb.Topic(**told, title=shown.title, calls=shown.calls, last=growth.last, before=growth.before, trend=trend)


def _study(tx: Tx, row: Row) -> pb.Study:
    return _studies(tx, [(row, None)])[0]


def _studies(tx: Tx, found: Sequence[tuple[Row, Shown | None]]) -> list[pb.Study]:
    offers = studying.offered(tx, [row for row, _ in found])
    return [_told(tx, row, topic, mine) for (row, topic), mine in zip(found, offers, strict=True)]


def _told(tx: Tx, row: Row, topic: Shown | None, offers: Sequence[Offered]) -> pb.Study:
    names = ("study_id", "topic_id", "unit_id", "demand", "causes", "mechanism", "remark")
    told: dict[str, Any] = {name: row[name] for name in names}
    told |= {name: stamp(row[name]) for name in ("asked_at", "due_at", "answered_at", "ended_at")}
    told |= {"overdue": studying.is_overdue(tx, row), "topic": _topic(topic) if topic else None}
    state = pb.StudyState.Value(f"STUDY_STATE_{State(row['state']).name}")
    return pb.Study(**told, state=state, offers=map(offer_message, offers))
