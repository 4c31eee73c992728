"""What `python -m regulation deadline` is asked, and its answers as data."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from regulation.articles import EDITIONS, Edition, edition_for
from regulation.calendar import Calendar
from regulation.deadlines import Deadline, Kind
from regulation.explanation import explain
from regulation.instants import to_local
from regulation.policy import Policy
from regulation.table import Source
from regulation.terms import (
    dispatch_deadline,
    extension_ask_by,
    extension_deadline,
    first_report_deadline,
    handle_deadline,
    result_deadline,
    return_deadline,
)

KINDS = (Kind.DISPATCH, Kind.HANDLE, Kind.EXTENSION, Kind.RETURN, Kind.FIRST_REPORT, Kind.RESULT)
_KEYS = {"article", "source", "urgent", "at", "days"}
_ALWAYS_URGENT = {Kind.FIRST_REPORT, Kind.RESULT}
_MOST_SHOWN = 60


class QuestionError(ValueError):
    """A question that cannot be understood; the message is one line in Chinese."""


@dataclass(frozen=True)
class Question:
    """Which deadline is asked for. `at` is the trigger, for an extension the old deadline."""

    kind: Kind
    source: Source
    urgent: bool
    at: dt.datetime
    days: int | None

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> Question:
        """From the fields of a line of --batch. Raises QuestionError."""
        if unknown := sorted(set(fields) - _KEYS):
            raise QuestionError(f"不认识的字段 {shown(unknown[0])}，可用：article、source、urgent、at、days")
        kind = _kind(fields.get("article"))
        urgent = fields.get("urgent", False)
        if not isinstance(urgent, bool):
            raise QuestionError(f"urgent 应为 true 或 false，收到的是 {shown(urgent)}")
        urgent = urgent or kind in _ALWAYS_URGENT
        return cls(kind, _source(fields.get("source")), urgent, _instant(fields.get("at")), _days(fields.get("days"), kind, urgent=urgent))


@dataclass(frozen=True)
class Answer:
    """A deadline; for a handling date also until when a return and an extension may be asked for, None: not at all."""

    question: Question
    deadline: Deadline
    return_by: dt.datetime | None = None
    extension_ask_by: dt.datetime | None = None


def answer(question: Question, calendar: Calendar, policy: Policy, editions: tuple[Edition, ...] = EDITIONS) -> Answer:
    """The answer. Raises NotAllowed and NoCalendar as regulation.terms does."""
    edition = edition_for(question.at, continued=policy.continued, editions=editions)
    deadline = _deadline(question, calendar, policy, edition)
    if question.kind is not Kind.HANDLE:
        return Answer(question, deadline)
    result_at = deadline.deadline_at if question.urgent else None
    returning = return_deadline(
        question.at, source=question.source, urgent=question.urgent, result_at=result_at,
        calendar=calendar, policy=policy, edition=edition,
    )  # fmt: skip
    ask_by = extension_ask_by(deadline.deadline_at, question.source, calendar=calendar, policy=policy)
    may_extend = not question.urgent or policy.urgent_may_postpone
    return Answer(question, deadline, returning.deadline_at, ask_by if may_extend else None)


def _deadline(question: Question, calendar: Calendar, policy: Policy, edition: Edition) -> Deadline:
    at, source, urgent, days = question.at, question.source, question.urgent, question.days
    law: dict[str, Any] = {"calendar": calendar, "policy": policy, "edition": edition}
    match question.kind:
        case Kind.DISPATCH:
            return dispatch_deadline(at, source=source, urgent=urgent, **law)
        case Kind.EXTENSION:
            return extension_deadline(at, days or 0, source, urgent=urgent, **law)
        case Kind.RETURN:
            result_at = result_deadline(at, days=days, **law).deadline_at if urgent else None
            return return_deadline(at, source=source, urgent=urgent, result_at=result_at, **law)
        case Kind.FIRST_REPORT:
            return first_report_deadline(at, source=source, **law)
        case _:
            return handle_deadline(at, source=source, urgent=urgent, days=days, **law)


def as_json(given: Answer, calendar: Calendar) -> dict[str, object]:
    """The answer as the JSON object of `--json`: instants in +08:00, None where there is none."""
    deadline = given.deadline
    fields: dict[str, object] = {
        "article": deadline.kind.value,
        "trigger_at": _iso(deadline.trigger_at),
        "deadline_at": _iso(deadline.deadline_at),
        "yellow_at": _iso(deadline.yellow_at),
        "red_at": _iso(deadline.red_at),
        "provisional": deadline.provisional,
        "calendar_revision": deadline.calendar_revision,
        "edition": deadline.edition,
        "days": [
            {"date": each.date.isoformat(), "working": each.working, "counted": each.counted, "why": each.why}
            for each in explain(deadline, calendar)
        ],
    }
    if given.question.kind is Kind.HANDLE:
        fields |= {"return_by": _iso(given.return_by), "extension_ask_by": _iso(given.extension_ask_by)}
    return fields


def editions_from(day: str | None) -> tuple[Edition, ...]:
    """The editions in force; with a day, the last one alone and valid from that day. Raises QuestionError."""
    if day is None:
        return EDITIONS
    try:
        return (replace(EDITIONS[-1], valid_from=dt.date.fromisoformat(day)),)
    except ValueError:
        raise QuestionError(f"--edition-from 应为日期，例如 2004-01-01，收到的是 {shown(day)}") from None


def shown(value: object) -> str:
    """What was received, short enough for a line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _kind(article: object) -> Kind:
    for kind in KINDS:
        if kind.value == article:
            return kind
    raise QuestionError(f"条款 article 应为 {'、'.join(KINDS)} 之一，收到的是 {shown(article)}")


def _source(source: object) -> Source:
    for each in Source:
        if each.value == source:
            return each
    raise QuestionError(f"来源 source 应为 ordinary 或 provincial，收到的是 {shown(source)}")


def _instant(at: object) -> dt.datetime:
    if not isinstance(at, str):
        raise QuestionError(f"时刻 at 应为文字，例如 2021-02-04T10:00+08:00，收到的是 {shown(at)}")
    try:
        instant = dt.datetime.fromisoformat(at)
    except ValueError:
        raise QuestionError(f"时刻 at 应写作 2021-02-04T10:00+08:00，收到的是 {shown(at)}") from None
    if instant.tzinfo is None:
        raise QuestionError(f"时刻 at 缺少时区，请写作 2021-02-04T10:00+08:00，收到的是 {shown(at)}")
    to_local(instant)
    return instant


def _days(days: object, kind: Kind, *, urgent: bool) -> int | None:
    if days is not None and (not isinstance(days, int) or isinstance(days, bool)):
        raise QuestionError(f"天数 days 应为整数，收到的是 {shown(days)}")
    if kind is Kind.EXTENSION and days is None:
        raise QuestionError("11-4 须写明延期天数 days")
    result_matters = urgent and kind in {Kind.HANDLE, Kind.RETURN, Kind.RESULT}
    if days is not None and not result_matters and kind is not Kind.EXTENSION:
        raise QuestionError(f"{kind.value} 的期限是固定的，不用天数 days，请去掉")
    return days


def _iso(instant: dt.datetime | None) -> str | None:
    return None if instant is None else to_local(instant).isoformat()


def parse_whole(text: str) -> int:
    """A whole number as typed on the command line. Raises QuestionError."""
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise QuestionError(f"--days 应为整数，收到的是 {shown(text)}")
    return int(text)
