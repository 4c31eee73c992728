"""专题: what many callers say alike, put before a unit that studies it, answers and is followed until a person closes it (Art. 14)."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.visiting import Signed, Visit

router = APIRouter()
PACKAGE = "assessment.v1"
TOPICS, STUDIES = f"{PACKAGE}.TopicService", f"{PACKAGE}.StudyService"
LIST_STUDIES = f"{STUDIES}/ListStudies"
PAGE_SIZE, MOST = 30, 200


@router.get("/insight/topics")
async def topics(visit: Signed) -> Response:
    """The one that grew last first."""
    answer = await visit.send(f"{TOPICS}/ListTopics", page={"size": PAGE_SIZE})
    template = "insight/topic_rows.html" if visit.in_part else "insight/topics.html"
    return visit.page(template, topics=answer.topics, next_token=answer.next_page_token)


@router.get("/insight/topics/{topic_id}")
async def topic(visit: Signed, topic_id: str) -> Response:
    """With the calls behind it and who studies it. Raises grpc.RpcError."""
    found, behind = await asyncio.gather(
        visit.ask(f"{TOPICS}/GetTopic", topic_id=topic_id),
        visit.ask(f"{TOPICS}/ListTopicTickets", topic_id=topic_id, page={"size": PAGE_SIZE}),
    )
    put = panels.panels_of_verbs(visit, PACKAGE, {"put_topic": "交办专题"}, frozenset())
    shown = {"topic": found.topic, "tickets": behind.tickets, "next_token": behind.next_page_token, "panels": put, "opens": True}
    shown |= {"path": f"/insight/topics/{topic_id}/tickets", "studies": await _studies_of(visit, topic_id)}
    return visit.page("insight/topic.html", units=await visit.units(), **shown)


@router.get("/insight/topics/{topic_id}/tickets")
async def behind(visit: Signed, topic_id: str) -> Response:
    """More of them."""
    answer = await visit.send(f"{TOPICS}/ListTopicTickets", topic_id=topic_id, page={"size": PAGE_SIZE})
    shown = {"tickets": answer.tickets, "next_token": answer.next_page_token, "path": f"/insight/topics/{topic_id}/tickets"}
    return visit.page("insight/behind_rows.html", opens=True, **shown)


@router.post("/insight/topics/{topic_id}/{verb}")
async def put(visit: Signed, topic_id: str, verb: str) -> Response:
    """Before a unit. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, topic_id=topic_id)
    return visit.go(f"/insight/topics/{topic_id}")


@router.get("/studies")
async def studies(visit: Signed) -> Response:
    """By state and term; a unit's people see what was put before it."""
    answer = await visit.send(LIST_STUDIES, page={"size": PAGE_SIZE})
    rows = [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.studies]
    template = "insight/study_rows.html" if visit.in_part else "insight/studies.html"
    return visit.page(template, rows=rows, next_token=answer.next_page_token, units=await visit.units())


@router.get("/studies/{study_id}")
async def study(visit: Signed, study_id: str) -> Response:
    """The calls behind its topic, as far as whoever asks may see them. Raises grpc.RpcError."""
    answer = await visit.send(f"{STUDIES}/ListStudyTickets", study_id=study_id, page={"size": PAGE_SIZE})
    template = "insight/behind_rows.html" if visit.in_part else "insight/study.html"
    shown = {"tickets": answer.tickets, "next_token": answer.next_page_token, "path": f"/studies/{study_id}"}
    return visit.page(template, opens=visit.may(f"{TOPICS}/GetTopic"), **shown)


@router.post("/studies/{study_id}/{verb}")
async def act(visit: Signed, study_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, study_id=study_id)
    return visit.go("/studies")


async def _studies_of(visit: Visit, topic_id: str) -> list[tuple[object, list[panels.Panel]]]:
    if not visit.may(LIST_STUDIES):
        return []
    answer = await visit.ask(LIST_STUDIES, topic_id=topic_id, page={"size": MOST})
    return [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.studies]
