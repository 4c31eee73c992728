"""The calendar (工作日历): a year's days, a tenant's own, and a notice, tried on the open orders before it is imported (11(3))."""

from __future__ import annotations

import datetime as dt
from calendar import Calendar as Weeks
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from regulation.calendar import Calendar, DayOverride, tenant_calendar
from regulation.instants import local_day
from services.gateway.console import panels
from services.gateway.console.visiting import Signed
from services.gateway.problems import Problem

router = APIRouter()
PATH = "/system/calendar"
SERVICE = "directory.v1.CalendarService"
PREVIEW = "dispatch.v1.CalendarService/PreviewRevision"
VERBS = {"set_day": "设置日期", "unset_day": "取消设置", "import_notice": "导入放假安排"}
AT_ONCE, PAGES = 200, 10
TOTALS = ("looked_at", "redated_orders", "lights_back", "void_urgings", "uncounted")


@dataclass(frozen=True)
class Day:
    """A day of the page: what it is and why."""

    date: dt.date
    working: bool
    why: str

    @property
    def is_usual(self) -> bool:
        """Whether its weekday alone says what it is."""
        return self.working == (self.date.weekday() < 5)  # noqa: PLR2004 - Saturday and Sunday


@router.get(PATH)
async def calendar(visit: Signed) -> Response:
    """A year, this one unless the address names one. Raises Problem, grpc.RpcError."""
    found = (await visit.ask(f"{SERVICE}/GetCalendar")).revision
    days = tenant_calendar(found.revision, [_override(each) for each in found.days], found.noticed_years)
    year = _year(visit.field("year"), days, local_day(visit.now).year)
    shown = {"revision": found, "year": year, "years": sorted(days.years), "provisional": days.years[year].provisional}
    return visit.page("calendars/calendar.html", months=_months(days, year), path=PATH, **shown)


@router.post(f"{PATH}/draft")
async def draft(visit: Signed) -> Response:
    """What a notice would move, so many orders at a time; nothing is changed. Raises grpc.RpcError."""
    drafts = (await visit.send(f"{SERVICE}/DraftNotice")).revisions
    totals = {name: int(visit.field(f"seen.{name}") or 0) for name in TOTALS}
    token, orders, open_orders = visit.field("page.token"), [], int(visit.field("open_orders") or 0)
    for _ in range(PAGES):
        page = await visit.ask(PREVIEW, drafts=drafts, page={"size": AT_ONCE, "token": token})
        totals = {name: totals[name] + getattr(page.totals, name) for name in TOTALS}
        orders += page.orders
        token, open_orders = page.next_page_token, page.open_orders or open_orders
        if not token:
            break
    shown: dict[str, Any] = {"drafts": drafts, "totals": totals, "orders": orders, "open_orders": open_orders, "next_token": token}
    template = "calendars/draft.html" if visit.in_part else "calendars/draft_page.html"
    return visit.page(template, path=PATH, units=await visit.units(), **shown)


@router.post(f"{PATH}/{{verb}}")
async def act(visit: Signed, verb: str) -> Response:
    """A notice, or a day of one's own. Raises Problem, grpc.RpcError."""
    if verb not in VERBS:
        raise Problem("MISSING", panels.NO_VERB)
    answer = await panels.act(visit, "directory.v1", verb)
    day = visit.field("day.date") or visit.field("date")
    year = day[:4] or max(answer.revision.noticed_years, default="")
    return visit.go(f"{PATH}?year={year}")


def _override(day: Any) -> DayOverride:
    return DayOverride(dt.date.fromisoformat(day.date), day.working, day.reason)


def _year(said: str, days: Calendar, now: int) -> int:
    year = int(said) if said.isascii() and said.isdigit() else now
    if year not in days.years:
        raise Problem("MISSING", f"没有{year}年的工作日历，请先导入该年放假安排")
    return year


def _months(days: Calendar, year: int) -> list[list[list[Day | None]]]:
    """Twelve, each of weeks from Monday; None where a week begins or ends in another month."""
    weeks = Weeks()
    return [[[_day(days, year, month, day) for day in week] for week in weeks.monthdayscalendar(year, month)] for month in range(1, 13)]


def _day(days: Calendar, year: int, month: int, day: int) -> Day | None:
    if not day:
        return None
    date = dt.date(year, month, day)
    return Day(date, days.is_working(date), days.why(date))
