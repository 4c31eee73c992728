"""第三方抽测: seeds, what was drawn of them, and where the third party and the hub disagree; what the third party has to ask (Art. 20)."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.panels import Panel
from services.gateway.console.visiting import Signed

router = APIRouter()
PACKAGE = "assessment.v1"
SAMPLES, SURVEY = f"{PACKAGE}.SampleService", f"{PACKAGE}.SurveyService"
PAGE_SIZE = 30


@router.get("/assessment/samples")
async def samples(visit: Signed) -> Response:
    """The newest month first."""
    answer = await visit.send(f"{SAMPLES}/ListSamples", page={"size": PAGE_SIZE})
    rows = [(each, _with_month(panels.panels_of(visit, PACKAGE, each.offers), each.month)) for each in answer.samples]
    if visit.in_part:
        return visit.page("samples/rows.html", rows=rows, next_token=answer.next_page_token)
    begun = panels.panels_of_verbs(visit, PACKAGE, {"commit_seed": "公布种子摘要"}, frozenset())
    shown = {"rows": rows, "next_token": answer.next_page_token, "panels": begun}
    return visit.page("samples/list.html", units=await visit.units(), **shown)


@router.post("/assessment/samples/commit_seed")
async def commit(visit: Signed) -> Response:
    """Before the month is over. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, "commit_seed")
    return visit.go("/assessment/samples")


@router.get("/assessment/samples/{month}")
async def sample(visit: Signed, month: str) -> Response:
    """By unit, and the orders of which the two disagree. Raises grpc.RpcError where nothing was drawn."""
    differences = visit.send(f"{SAMPLES}/ListDifferences", month=month, page={"size": PAGE_SIZE})
    if visit.in_part:
        answer = await differences
        shown = {"differences": answer.differences, "next_token": answer.next_page_token, "month": month}
        return visit.page("samples/difference_rows.html", units=await visit.units(), **shown)
    compared, answer = await asyncio.gather(visit.ask(f"{SAMPLES}/CompareSample", month=month), differences)
    shown = {"month": month, "compared": compared.units, "differences": answer.differences, "next_token": answer.next_page_token}
    return visit.page("samples/sample.html", units=await visit.units(), **shown)


@router.get("/assessment/samples/{month}/strata/{unit_id}")
async def stratum(visit: Signed, month: str, unit_id: str) -> Response:
    """What a unit was drawn from, so that anybody may draw again."""
    found = await visit.ask(f"{SAMPLES}/GetStratum", month=month, unit_id=unit_id)
    return visit.page("samples/stratum.html", found=found, month=month, unit_id=unit_id, units=await visit.units())


@router.post("/assessment/samples/{month}/{verb}")
async def draw(visit: Signed, month: str, verb: str) -> Response:
    """Once the month is over. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, month=month)
    return visit.go(f"/assessment/samples/{month}")


@router.get("/survey")
async def survey(visit: Signed) -> Response:
    """What the third party has to ask of a month, the newest unless one is named."""
    drawn = [each for each in (await visit.ask(f"{SAMPLES}/ListSamples")).samples if each.drawn_at.seconds]
    month = visit.field("month") or (drawn[0].month if drawn else "")
    if not month:
        return visit.page("samples/survey.html", samples=[], month="", rows=[], next_token="")
    answer = await visit.send(f"{SURVEY}/ListSampleItems", month=month, page={"size": PAGE_SIZE})
    rows = [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.items]
    template = "samples/item_rows.html" if visit.in_part else "samples/survey.html"
    return visit.page(template, samples=drawn, month=month, rows=rows, next_token=answer.next_page_token)


@router.post("/survey/{month}/{item_id}/{verb}")
async def answer(visit: Signed, month: str, item_id: str, verb: str) -> Response:
    """Call, or record what was obtained. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, item_id=item_id)
    return visit.go(f"/survey?month={month}")


def _with_month(made: list[Panel], month: str) -> list[Panel]:
    return [panel.giving("month", month) for panel in made]
