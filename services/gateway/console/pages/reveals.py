"""查看审计: who was shown what is masked, counted by person and day, and all of it as a file without anybody's identity (Art. 17)."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from regulation.instants import local_day
from services.gateway.calls import every_page
from services.gateway.console.files import kept
from services.gateway.console.visiting import Signed, Visit
from services.gateway.console.words import moment, value_term

router = APIRouter()
SERVICES = {"intake.v1.RevealService": "诉求人信息、原文和附件", "directory.v1.RevealService": "单位联系人"}
HEADINGS = ("时间", "查看人", "单位", "查看内容", "工单或单位", "理由", "依据条款")
AT_ONCE = 200
LAST_DAYS = 6


@router.get("/reveals")
async def counts(visit: Signed) -> Response:
    """By person and day, of both services, what stands out marked. Raises grpc.RpcError."""
    asked = _days(visit)
    answers = await asyncio.gather(*(visit.ask(f"{service}/CountReveals", **asked) for service in SERVICES))
    found = list(zip(SERVICES.values(), answers, strict=True))
    return visit.page("reveals/counts.html", found=found, asked=asked, query=urlencode(asked))


@router.get("/reveals.csv")
async def export(visit: Signed) -> Response:
    """Every reveal of the days, as spreadsheets read it. Raises grpc.RpcError."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for service in SERVICES:
        async for each in _all_of(visit, service):
            kind = value_term(each.DESCRIPTOR.fields_by_name["kind"], each.kind)
            row = (moment(each.at), each.by, each.unit_id, kind, each.subject_id, each.reason, each.article)
            writer.writerow([_plain(value) for value in row])
    return kept("reveals.csv", text.getvalue().encode("utf-8-sig"), "text/csv")


async def _all_of(visit: Visit, service: str) -> AsyncIterator[Any]:
    async def ask(token: str) -> Any:
        return await visit.ask(f"{service}/ListReveals", page={"size": AT_ONCE, "token": token}, **_days(visit))

    async for answer in every_page(ask):
        for each in answer.reveals:
            yield each


def _plain(value: str) -> str:
    """A spreadsheet would carry out what begins like a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value


def _days(visit: Visit) -> dict[str, str]:
    """As the address says, else the last week."""
    today = local_day(visit.now)
    span = {"from_day": (today - dt.timedelta(days=LAST_DAYS)).isoformat(), "until_day": today.isoformat()}
    return {name: visit.field(name) or usual for name, usual in span.items()}
