"""What a daily, weekly or monthly report says (Art. 18): pure, from counts and topics to the content that every format renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.assessment.documents.content import Cell, Chart, Drawn, Heading, Paragraph, Part, Percent, Report, Series, Table
from services.assessment.rules.counts import By, Count, total
from services.assessment.rules.periods import Period
from services.assessment.rules.topics import Growth

MOST_ROWS, MOST_DRAWN = 20, 12
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class HotTopic:
    """A topic with its calls of the period and the one before."""

    title: str
    growth: Growth


@dataclass(frozen=True)
class Seen:
    """All that a report is made of. Keys of counts are the words a person reads."""

    counts: Mapping[By, Sequence[Count]]
    topics: Sequence[HotTopic]
    bursts: int


@dataclass(frozen=True)
class Corrected:
    """A version that was made because facts were told late: all calls of the version before, and of this."""

    version: int
    before: int
    now: int


def compose(period: Period, seen: Seen, issuer: str, day: date, corrected: Corrected | None = None) -> Report:
    """The same facts give the same report. Of a correction the last paragraph says what changed."""
    overview: list[Part] = [Heading("总体情况"), Paragraph(_overview(period, seen))]
    sections = [overview, *(_counted(by, list(seen.counts[by])) for by in By if seen.counts.get(by)), _topics(seen.topics)]
    parts = [part for number, section in enumerate(sections) for part in _numbered(number, section)]
    if corrected:
        parts.append(Paragraph(_correction(corrected)))
    return Report(f"12345热线运行{period.every.term}（{_said(period)}）", issuer, day, parts)


def _correction(corrected: Corrected) -> str:
    said = f"更正说明：本报告为第{corrected.version}版，依据陆续归集的数据更正，"
    if corrected.before == corrected.now:
        return said + "受理诉求总数未变，分项数据有更正，以本版为准。"
    return said + f"受理诉求由{corrected.before}件更正为{corrected.now}件，分项数据随之更正，以本版为准。"


def _overview(period: Period, seen: Seen) -> str:
    all_ = total(list(seen.counts.get(By.CHANNEL, ())))
    said = f"{_said(period)}，热线共受理诉求{all_.now}件，上期{all_.before}件"
    if all_.trend is not None:
        said += f"，{'增长' if all_.trend >= 0 else '下降'}{abs(all_.trend):.1%}"
    return f"{said}。发现热点专题{len(seen.topics)}个，突发集中诉求预警{seen.bursts}次。"


def _counted(by: By, counted: list[Count]) -> list[Part]:
    """A course of time is drawn as a line and whole; of the rest the most are drawn."""
    drawn = counted if by.in_course else counted[:MOST_DRAWN]
    series = [Series("本期", [each.now for each in drawn]), Series("上期", [each.before for each in drawn])]
    chart = Chart(f"按{by.term}统计", Drawn.LINE if by.in_course else Drawn.COLUMNS, [each.key for each in drawn], series)
    rows: list[list[Cell]] = [
        [each.key, each.now, each.before, _share(each.trend)] for each in (counted if by.in_course else counted[:MOST_ROWS])
    ]
    return [Heading(f"{by.term}情况"), chart, Table(f"按{by.term}统计表", [by.term, "本期", "上期", "变化"], rows)]


def _topics(topics: Sequence[HotTopic]) -> list[Part]:
    if not topics:
        return [Heading("热点专题"), Paragraph("本期未发现热点专题。")]
    rows: list[list[Cell]] = [[each.title, each.growth.last, each.growth.before, _share(each.growth.trend)] for each in topics[:MOST_ROWS]]
    return [Heading("热点专题"), Table("热点专题表", ["专题", "本期", "上期", "变化"], rows)]


def _share(trend: Decimal | None) -> Cell:
    return None if trend is None else Percent(trend)


def _numbered(number: int, section: Sequence[Part]) -> list[Part]:
    head, *rest = section
    return [Heading(f"{_NUMERALS[number]}、{head.text}") if isinstance(head, Heading) else head, *rest]


def _said(period: Period) -> str:
    first, last = (f"{each.year}年{each.month}月{each.day}日" for each in (period.first, period.last))
    return first if first == last else f"{first}至{last}"
