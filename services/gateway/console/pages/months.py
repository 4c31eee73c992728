"""考核: a month's ranking by group, previewed, published and corrected; items, appeals and interviews (约谈) that go with it (Art. 20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from regulation.instants import local_day
from services.gateway.calls import every_page
from services.gateway.console import panels
from services.gateway.console.panels import Panel
from services.gateway.console.visiting import Signed, Visit

router = APIRouter()
PACKAGE = "assessment.v1"
MONTHS = f"{PACKAGE}.AssessmentService"
PREVIEW = f"{MONTHS}/PreviewAssessment"
PAGE_SIZE, MOST = 30, 200
# By a person; the ranking's are proposed by the system.
GROUNDS = (("INACTION", "不作为"), ("SLOWNESS", "慢作为"))


@router.get("/assessment")
async def months(visit: Signed) -> Response:
    """Published months with their corrections, the newest first; for those who assess also what can be previewed."""
    answer = await visit.send(f"{MONTHS}/ListAssessments", page={"size": PAGE_SIZE})
    template = "months/rows.html" if visit.in_part else "months/list.html"
    shown = {"months": answer.assessments, "next_token": answer.next_page_token, "query": _query(visit)}
    return visit.page(template, previews=_last_two(visit) if visit.may(PREVIEW) else [], **shown)


@router.get("/assessment/months/{month}")
async def month(visit: Signed, month: str) -> Response:
    """As it was published; for those who assess, until it is, by what is known now. Raises grpc.RpcError."""
    preview = await visit.ask(PREVIEW, month=month) if _is_own(visit) and visit.may(PREVIEW) else None
    if preview is not None and not preview.published_version:
        return await _page(visit, month, preview, None, preview.scores)
    published = await visit.send(f"{MONTHS}/GetAssessment", month=month)
    return await _page(visit, month, preview, published, await _scores(visit, published.assessment))


@router.post("/assessment/months/{month}/{verb}")
async def act(visit: Signed, month: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, month=month)
    return visit.go(f"/assessment/months/{month}{_query(visit)}")


@router.get("/assessment/appeals")
async def appeals(visit: Signed) -> Response:
    """Against what was published; a unit's own people see theirs."""
    answer = await visit.send(f"{PACKAGE}.AppealService/ListAppeals", page={"size": PAGE_SIZE})
    rows = [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.appeals]
    template = "months/appeal_rows.html" if visit.in_part else "months/appeals.html"
    return visit.page(template, rows=rows, next_token=answer.next_page_token, units=await visit.units())


@router.post("/assessment/appeals/{appeal_id}/{verb}")
async def decide(visit: Signed, appeal_id: str, verb: str) -> Response:
    """Uphold it or refuse it. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, appeal_id=appeal_id)
    return visit.go("/assessment/appeals")


@router.get("/assessment/interviews")
async def interviews(visit: Signed) -> Response:
    """The newest first."""
    answer = await visit.send(f"{PACKAGE}.InterviewService/ListInterviews", page={"size": PAGE_SIZE})
    rows = [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.interviews]
    template = "months/interview_rows.html" if visit.in_part else "months/interviews.html"
    begun = panels.panels_of_verbs(visit, PACKAGE, {"propose_interview": "提出约谈"}, frozenset())
    proposing = [panel.choosing("ground", GROUNDS) for panel in begun]
    return visit.page(template, rows=rows, next_token=answer.next_page_token, units=await visit.units(), panels=proposing)


@router.post("/assessment/interviews/propose_interview")
async def propose(visit: Signed) -> Response:
    """For 不作为 and 慢作为. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, "propose_interview")
    return visit.go("/assessment/interviews")


@router.post("/assessment/interviews/{interview_id}/{verb}")
async def record(visit: Signed, interview_id: str, verb: str) -> Response:
    """It was held. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, interview_id=interview_id)
    return visit.go("/assessment/interviews")


async def _page(visit: Visit, month: str, preview: Any, published: Any, scores: Iterable[Any]) -> Response:
    first = dt.date.fromisoformat(f"{month}-01")
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    groups = [_group(term, list(many)) for term, many in groupby(sorted(scores, key=_by_place), key=lambda each: each.group_term)]
    shown: dict[str, Any] = {"month": month, "groups": groups, "preview": preview, "published": published}
    shown |= {"panels": _panels(visit, month, preview, published), "items": await _items(visit, month), "query": _query(visit)}
    shown |= {"span": urlencode({"since_day": first, "until_day": last})}
    return visit.page("months/month.html", units=await visit.units(), **shown)


async def _scores(visit: Visit, assessment: Any) -> list[Any]:
    """All of a version."""
    wanted = {name: getattr(assessment, name) for name in ("tenant_id", "month", "version")}

    async def ask(token: str) -> Any:
        return await visit.ask(f"{MONTHS}/ListScores", page={"size": MOST, "token": token}, **wanted)

    return [score async for answer in every_page(ask) for score in answer.scores]


async def _items(visit: Visit, month: str) -> list[Any]:
    if not (_is_own(visit) and visit.may(f"{MONTHS}/ListItems")):
        return []
    answer = await visit.ask(f"{MONTHS}/ListItems", month=month, page={"size": MOST})
    return list(answer.items)


def _panels(visit: Visit, month: str, preview: Any, published: Any) -> list[Panel]:
    """What the month is open to for those who assess, and for the unit."""
    parts = [(each.name, f"{each.term}（至多{each.of}分）") for each in preview.items] if preview else []
    made = [panel.choosing("part", parts) for panel in panels.panels_of(visit, PACKAGE, preview.offers if preview else ())]
    appeals = panels.panels_of(visit, PACKAGE, published.offers if published else ())
    made += [panel.giving("unit_id", published.own_unit_id) for panel in appeals]
    return [panel.giving("month", month) for panel in made]


def _group(term: str, scores: list[Any]) -> tuple[str, list[Any], list[Any]]:
    """A group's name, those that were judged, and those that there was nothing to judge by."""
    return term, [each for each in scores if each.score], [each for each in scores if not each.score]


def _by_place(score: Any) -> tuple[str, bool, int, str]:
    """By group, those without a rank behind the others."""
    return score.group, not score.rank, score.rank, score.unit_id


def _is_own(visit: Visit) -> bool:
    """Whether the newest of the visitor's own tenant is asked for."""
    return not visit.field("version") and visit.field("tenant_id") in ("", visit.session.tenant_id)


def _query(visit: Visit) -> str:
    tenant_id = visit.field("tenant_id")
    return f"?{urlencode({'tenant_id': tenant_id})}" if tenant_id else ""


def _last_two(visit: Visit) -> list[str]:
    """Last month and this one, as far as it went."""
    today = local_day(visit.now)
    before = today.replace(day=1) - dt.timedelta(days=1)
    return [f"{before:%Y-%m}", f"{today:%Y-%m}"]
