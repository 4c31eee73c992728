"""What the documents of supervision say (Art. 15, 16, 19): pure, from what is known to the content that every format renders.

Nobody's identity is in any of it: texts were masked as they came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulation.grounds import Ground
from regulation.instants import closing_day, local_day
from services.assessment.documents.content import Cell, Heading, Paragraph, Part, Report, Table
from services.assessment.rules.findings import SIGNS_ARTICLE, Sign, State
from services.assessment.rules.ladder import RUNGS, Outcome, Rung
from services.assessment.rules.rates import definition

Row = Mapping[Any, Any]
MOST_ROWS = 50
_OTHER_TERMS = {"": "指定工单", "entry_refused": "知识更新未通过审核"}
_OUTCOMES = {Outcome.OPEN: "办理中", Outcome.SETTLED: "已解决", Outcome.UNSETTLED: "未解决到位"}


@dataclass(frozen=True)
class Matter:
    """A supervision with all that a document may say of it. `all_evidence` counts what `evidence` shows the first of."""

    supervision: Row
    unit_name: str
    issuer: str
    evidence: Sequence[Row]
    all_evidence: int
    rungs: Sequence[Row] = ()


def notice(matter: Matter, day: dt.date) -> Report:
    """督办通知单, to the unit: no person's words (17)."""
    row = matter.supervision
    parts: list[Part] = [
        Paragraph(f"{_ground(row)}，现对你单位进行督办，请于{_day(closing_day(row['due_at']))}前整改并反馈。"),
        *_evidence(matter),
    ]
    return Report("督办通知单", matter.issuer, day, parts, matter.unit_name, row["number"])


def letter(matter: Matter, rung: Rung, reason: str, day: dt.date) -> Report:
    """The document of a rung, to whom it is raised to."""
    row, named = matter.supervision, RUNGS[rung]
    parts: list[Part] = [Heading("一、基本情况"), Paragraph(_said(matter)), *_evidence(matter)]
    if matter.rungs:
        rows: list[list[Cell]] = [_rung_row(each) for each in matter.rungs]
        parts += [Heading("二、此前办理"), Table("此前办理情况表", ["环节", "提请日期", "办理期限", "文号", "结果"], rows)]
    parts += [Heading(f"{'三' if matter.rungs else '二'}、提请事项"), Paragraph(named.asks), Paragraph(reason)]
    return Report(
        f"关于{matter.unit_name}督办事项的{named.term}", matter.issuer, day, parts, named.addressee or matter.unit_name, row["number"]
    )


def finding(matter: Matter, day: dt.date) -> Report:
    """督促整改通知书, or 问责通报 once it was not put right, to the unit (19)."""
    row = matter.supervision
    accounted = row["state"] == State.ACCOUNTED
    opening = f"经核查，你单位存在{Sign(row['sign']).term}的情形（{row['reason']}）。{row['opinion']}"
    ending = row["conclusion"] if accounted else f"依据办法{SIGNS_ARTICLE.cite()}，请于{_day(closing_day(row['due_at']))}前整改到位。"
    parts: list[Part] = [Paragraph(opening), *_evidence(matter), Paragraph(ending)]
    return Report("问责通报" if accounted else "督促整改通知书", matter.issuer, day, parts, matter.unit_name)


def _said(matter: Matter) -> str:
    row = matter.supervision
    said = f"{_ground(row)}，于{_day(local_day(row['issued_at']))}对{matter.unit_name}下达督办（{row['number']}），"
    said += f"整改期限为{_day(closing_day(row['due_at']))}。"
    if row["reason"]:
        said += f"督办事由：{row['reason']}。"
    return said + (f"该单位反馈：{row['answer']}" if row["answer"] else "该单位未在期限内反馈整改情况。")


def _ground(row: Row) -> str:
    ground = Ground(row["ground"])
    return f"依据办法{ground.article.cite()}，因{ground.clause}"


def _evidence(matter: Matter) -> list[Part]:
    rows: list[list[Cell]] = [[each["number"] or None, _rate(each["rate"]), each["day"], each["said"] or None] for each in matter.evidence]
    if not rows:
        return []
    left = matter.all_evidence - len(rows)
    more: list[Part] = [Paragraph(f"另有{left}项，详见系统所列督办依据。")] if left > 0 else []
    return [Table("督办依据", ["工单编号", "事项", "日期", "说明"], rows), *more]


def _rate(name: str) -> str:
    rate = definition().rates.get(name)
    return rate.term if rate else _OTHER_TERMS.get(name, name)


def _rung_row(row: Row) -> list[Cell]:
    result = _OUTCOMES[Outcome(row["outcome"])] + (f"：{row['result']}" if row["result"] else "")
    outside = row["outside_number"] or None
    return [Rung(row["rung"]).term, _day(local_day(row["raised_at"])), _day(closing_day(row["due_at"])), outside, result]


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
