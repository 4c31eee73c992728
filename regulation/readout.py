"""An answer for a person to read, day by day, in Chinese."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from regulation.deadlines import Kind
from regulation.explanation import explain
from regulation.instants import closing_day, to_local
from regulation.terms import extension_needs_supervisor

if TYPE_CHECKING:
    from regulation.calendar import Calendar
    from regulation.deadlines import Deadline
    from regulation.questions import Answer

_WEEKDAYS = "一二三四五六日"


def readout(given: Answer, calendar: Calendar) -> str:
    """The whole answer, lines parted by newlines."""
    deadline, source = given.deadline, given.question.source
    lines = [
        f"{deadline.article.cite()} {deadline.kind.term}（{'紧急' if given.question.urgent else ''}{source.term}）",
        *(f"条文：{line}" for line in deadline.article.words().splitlines()[:1]),
        f"{'原期限' if deadline.kind is Kind.EXTENSION else '起算'}：{_start(deadline)}",
        f"时限：{deadline.n}{deadline.unit.term}",
    ]
    for day in explain(deadline, calendar):
        mark = "计" if day.counted else "　"
        lines.append(f"  {day.date} 星期{_WEEKDAYS[day.date.weekday()]} {mark} {day.why}")
    lines += [f"期限：{_end(deadline.deadline_at)}，含该时刻", *_lights(deadline), *_requests(given)]
    if deadline.kind is Kind.EXTENSION and extension_needs_supervisor(deadline.n):
        lines.append("说明：延期一般不超过5个工作日，超过的须由具名督办人员批准并说明理由")
    if deadline.provisional:
        lines.append("说明：涉及的年份尚未公布放假安排，日期为暂定，公布后重新推算")
    lines.append(f"日历版本：{deadline.calendar_revision}；办法版本：{deadline.edition}")
    return "\n".join(lines)


def _lights(deadline: Deadline) -> list[str]:
    lines = []
    if deadline.yellow_at:
        lines.append(f"黄灯：自{_end(deadline.yellow_at)}起")
    if deadline.red_at:
        lines.append(f"红灯：自{_end(deadline.red_at)}起，并自动发送催办单")
    return lines or ["灯：无"]


def _requests(given: Answer) -> list[str]:
    if given.return_by is None:
        return []
    ask_by = given.extension_ask_by
    extension = f"最迟于{_end(ask_by)}" if ask_by else "紧急工单不得延期"
    return [f"申请回退：最迟于{_end(given.return_by)}", f"申请延期：{extension}"]


def _start(deadline: Deadline) -> str:
    if deadline.kind is Kind.EXTENSION:
        return _end(deadline.trigger_at)
    return to_local(deadline.trigger_at).strftime("%Y-%m-%d %H:%M")


def _end(instant: dt.datetime) -> str:
    """An instant that closes something: 00:00 is told as 24:00 of the day before."""
    local = to_local(instant)
    clock = "24:00" if local.time() == dt.time() else local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{closing_day(instant) if clock == '24:00' else local.date()} {clock}"
