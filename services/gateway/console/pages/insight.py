"""专题与分析: what comes in, counted and drawn with its trends; bursts (突发集中诉求) with the calls behind them (Art. 18)."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from regulation.instants import local_day
from services.gateway.console import panels, words
from services.gateway.console.names import Categories, Units
from services.gateway.console.visiting import Signed, Visit

router = APIRouter()
PACKAGE = "assessment.v1"
INSIGHT = f"{PACKAGE}.InsightService"
COUNT = f"{INSIGHT}/CountTickets"
PAGE_SIZE, DAYS = 30, 30
NARROWED = ("tenant_id", "category", "district", "unit_id", "channel", "nature")
ENUMS = {"CHANNEL": "ticket.v1.Channel", "NATURE": "ticket.v1.Nature"}
# By what a key of a way narrows what is asked next.
OPENS = {"CATEGORY": "category", "PLACE": "district", "UNIT": "unit_id", "CHANNEL": "channel", "NATURE": "nature"}


@router.get("/insight")
async def counts(visit: Signed) -> Response:
    """Calls of a span by one thing and by day; who may not count is led to the bursts."""
    if not visit.may(COUNT):
        return visit.go("/insight/bursts")
    asked, by = asked_for(visit), _way(visit)
    counted, days = await asyncio.gather(*(visit.ask(COUNT, by=f"COUNTED_{way}", **_sent(asked)) for way in (by, "DAY")))
    units, categories = await visit.units(), await visit.categories()
    rows = [(each, _said(by, each.key, units, categories), _opens(asked, by, each.key)) for each in counted.counts]
    shown = {"asked": asked, "by": by, "ways": _ways(), "all": counted.all, "rows": rows, "days": days.counts}
    return visit.page("insight/counts.html", units=units, categories=categories, **shown)


@router.get("/insight/bursts")
async def bursts(visit: Signed) -> Response:
    """The newest first."""
    answer = await visit.send(f"{INSIGHT}/ListBursts", page={"size": PAGE_SIZE})
    rows = [(each, panels.panels_of(visit, PACKAGE, each.offers)) for each in answer.bursts]
    shown = {"rows": rows, "next_token": answer.next_page_token, "units": await visit.units(), "categories": await visit.categories()}
    return visit.page("insight/burst_rows.html" if visit.in_part else "insight/bursts.html", **shown)


@router.get("/insight/bursts/{burst_id}")
async def burst(visit: Signed, burst_id: str) -> Response:
    """The calls behind one. Raises grpc.RpcError."""
    answer = await visit.send(f"{INSIGHT}/ListBurstTickets", burst_id=burst_id, page={"size": PAGE_SIZE})
    shown = {"tickets": answer.tickets, "next_token": answer.next_page_token, "path": f"/insight/bursts/{burst_id}"}
    return visit.page("insight/behind_rows.html" if visit.in_part else "insight/burst.html", opens=True, **shown)


@router.post("/insight/bursts/{burst_id}/{verb}")
async def act(visit: Signed, burst_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, burst_id=burst_id)
    return visit.go("/insight/bursts")


def asked_for(visit: Visit) -> dict[str, str]:
    """Which calls: as the address says, else those of the last thirty days."""
    today = local_day(visit.now)
    span = {"since_day": (today - dt.timedelta(days=DAYS - 1)).isoformat(), "until_day": today.isoformat()}
    return {name: visit.field(name) or span.get(name, "") for name in (*NARROWED, "since_day", "until_day")}


def _sent(asked: dict[str, str]) -> dict[str, str]:
    """With enums by their full names."""
    given = {name: value for name, value in asked.items() if value}
    return given | {name: f"{name.upper()}_{asked[name]}" for name in ("channel", "nature") if asked[name] in _names(name.upper())}


def _names(way: str) -> frozenset[str]:
    return frozenset(name for name, _ in words.choices(ENUMS[way]))


def _ways() -> dict[str, str]:
    """All but days, which are drawn beside them."""
    return {name: word for name, word in words.choices("assessment.v1.Counted") if name != "DAY"}


def _way(visit: Visit) -> str:
    return visit.field("by") if visit.field("by") in _ways() else "CATEGORY"


def _said(way: str, key: str, units: Units, categories: Categories) -> str:
    """What a key is called."""
    if way == "HOUR":
        return f"{int(key):02}时"
    if way in ENUMS:
        return words.table()[ENUMS[way]].get(key.upper(), key) or "未注明"
    return (categories.paths if way == "CATEGORY" else units.names).get(key, key) or "未注明"


def _opens(asked: dict[str, str], way: str, key: str) -> str:
    """The address of what lies behind a key; empty where it opens no further."""
    field = OPENS.get(way, "")
    if not key or not field or (field in ("district", "channel", "nature", "unit_id") and asked[field]):
        return ""
    further: dict[str, Any] = {**asked, field: key.upper() if way in ENUMS else key, "by": way if way in ("CATEGORY", "PLACE") else ""}
    return "/insight?" + urlencode({name: value for name, value in further.items() if value})
