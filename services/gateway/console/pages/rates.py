"""考核: rates of the tenant, a unit, a category over a span of days; each opens to the orders behind it (Art. 15, 18, 20)."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from regulation.instants import local_day
from services.gateway.console import panels
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem

router = APIRouter()
PACKAGE = "assessment.v1"
RATES = f"{PACKAGE}.RateService"
PAGE_SIZE = 30
WAYS = {"UNITS": "单位", "CATEGORIES": "诉求分类", "DAYS": "日期"}


@router.get("/assessment/rates")
async def rates(visit: Signed) -> Response:
    """Every rate, with what it counts."""
    asked = asked_for(visit)
    told, figured = await asyncio.gather(visit.ask(f"{RATES}/DescribeRates"), visit.ask(f"{RATES}/FigureRates", **asked))
    figures = {each.rate: each for each in figured.figures}
    shown = {"told": told, "figures": figures, "until_day": figured.until_day, "asked": asked, "query": urlencode(asked)}
    return visit.page("rates/rates.html", units=await visit.units(), categories=await visit.categories(), **shown)


@router.get("/assessment/rates/{rate}")
async def one(visit: Signed, rate: str) -> Response:
    """One rate: its figure, what it is compared by, and its orders. Raises Problem for no rate, grpc.RpcError."""
    asked = asked_for(visit)
    if visit.in_part:
        return await _facts(visit, rate, asked, "rates/fact_rows.html")
    told, figured = await asyncio.gather(visit.ask(f"{RATES}/DescribeRates"), visit.ask(f"{RATES}/FigureRates", **asked))
    defined = next((each for each in told.rates if each.name == rate), None)
    if defined is None:
        raise Problem("MISSING", "没有这个指标：请从指标页面选择")
    figure = next(each for each in figured.figures if each.rate == rate)
    shown = {"defined": defined, "figure": figure, "version": told.version, "until_day": figured.until_day}
    return await _facts(visit, rate, asked, "rates/rate.html", **shown, **await _compared(visit, rate, asked))


@router.post("/assessment/rates/{rate}/exclude_fact")
async def exclude(visit: Signed, rate: str) -> Response:
    """A score does not count it from now on. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, "exclude_fact", rate=rate)
    return visit.go(f"/assessment/rates/{rate}?{urlencode(asked_for(visit))}")


def asked_for(visit: Visit) -> dict[str, str]:
    """Whose figures and of which days: as the address says, else this month until yesterday, or last month on its first day."""
    yesterday = local_day(visit.now) - dt.timedelta(days=1)
    span = {"since_day": yesterday.replace(day=1).isoformat(), "until_day": yesterday.isoformat()}
    return {name: visit.field(name) or span.get(name, "") for name in ("tenant_id", "unit_id", "category", "since_day", "until_day")}


async def _compared(visit: Visit, rate: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """By what the address says, for those who compare; days, which are drawn, beside it."""
    if not visit.may(f"{RATES}/CompareRates"):
        return {"by": "", "compared": [], "days": []}
    by = visit.field("by") if visit.field("by") in WAYS else "UNITS"
    wanted = {name: asked[name] for name in ("tenant_id", "category", "since_day", "until_day")}
    compared, days = await asyncio.gather(
        *(visit.ask(f"{RATES}/CompareRates", rate=rate, by=f"COMPARED_{way}", **wanted) for way in (by, "DAYS"))
    )
    return {"by": by, "compared": compared.compared, "days": [] if asked["unit_id"] else days.compared}


async def _facts(visit: Visit, rate: str, asked: Mapping[str, str], template: str, **shown: Any) -> Response:
    answer = await visit.send(f"{RATES}/ListFacts", rate=rate, page={"size": PAGE_SIZE}, **asked)
    shown |= {"rate": rate, "facts": answer.facts, "next_token": answer.next_page_token, "asked": asked, "ways": WAYS}
    shown |= {"query": urlencode(asked), "excludes": visit.may(f"{PACKAGE}.AssessmentService/ExcludeFact")}
    return visit.page(template, units=await visit.units(), categories=await visit.categories(), **shown)
