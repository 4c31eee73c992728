"""18: reports of each day, week and month that is over. Nobody is named in one, and what complains about anybody lends no title (17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.instants import closing, local_day
from regulation.natures import Channel, Nature
from services.assessment.actions import tallying
from services.assessment.actions.tallying import Span
from services.assessment.documents.content import Report
from services.assessment.documents.keeping import kept
from services.assessment.reporting import Corrected, HotTopic, Seen, compose
from services.assessment.rules.counts import By, Count
from services.assessment.rules.periods import Every, Period, last_over
from services.assessment.rules.topics import Growth
from services.assessment.store import bursts, copies, counts, naming, reports, topics
from services.assessment.store.counts import Asked

Row = Mapping[Any, Any]
_TERMS: dict[By, Mapping[str, str]] = {
    By.CHANNEL: {channel.value: channel.term for channel in Channel},
    By.NATURE: {nature.value: nature.term for nature in Nature},
    By.HOUR: {f"{hour:02}": f"{hour}时" for hour in range(24)},
}
UNKNOWN = {By.UNIT: "未派单", By.CATEGORY: "未分类", By.PLACE: "地点不详", By.CHANNEL: "渠道不详", By.NATURE: "性质不详"}


def due(tx: Tx) -> list[Period]:
    """Periods that a report may be lacking of, or be of older facts: the two newest of each kind; none before the first call."""
    first = counts.first_day(tx)
    if not first:
        return []
    today = local_day(tx.now)
    newest = [last_over(every, today) for every in Every]
    return [period for each in newest for period in (each.before, each) if period.last.isoformat() >= first]


def compose_report(tx: Tx, period: Period) -> tuple[Report, int, int] | None:
    """What a period's report says by now, its calls and its version. None where that is what the newest says."""
    seen, calls = _seen(tx, period), counts.count_of_days(tx, period.first, period.last)
    known = reports.newest(tx, period)
    day, issuer = local_day(tx.now), copies.hub_name(tx)
    if known is None:
        return compose(period, seen, issuer, day), calls, 1
    before = {**known["content"], "parts": known["content"]["parts"][:-1]} if known["version"] > 1 else known["content"]
    fresh = kept(compose(period, seen, issuer, dt.date.fromisoformat(before["day"])))
    if fresh == before:
        return None
    corrected = Corrected(known["version"] + 1, known["calls"], calls)
    return compose(period, seen, issuer, day, corrected), calls, corrected.version


def list_reports(tx: Tx, page: Page, tenant_id: str, every: Every | None) -> tuple[Sequence[Row], str]:
    """The newest day first."""
    return reports.page_of(tx, page, tenant_id or tx.by.tenant_id, every)


def get_report(tx: Tx, report_id: str, file: str) -> Row:
    """One with its file. Raises Missing."""
    row = reports.one(tx, report_id, file)
    if row is None:
        raise Missing("没有这份报告，或您无权查看：请核对编号")
    return row


def _seen(tx: Tx, period: Period) -> Seen:
    span = Span(period.first.isoformat(), period.last.isoformat())
    terms = {**_TERMS, By.CATEGORY: naming.categories_of(tx), By.UNIT: naming.units_of(tx)}
    terms[By.PLACE] = terms[By.UNIT]
    ways = [by for by in By if by is not By.DAY or period.every is not Every.DAY]
    counted = {by: _named(by, tallying.count_tickets(tx, by, Asked("", "", "", ""), span)[1], terms.get(by, {})) for by in ways}
    begun, over = closing(period.first, 0), closing(period.last, 24 * 60)
    found = [HotTopic(title, Growth(now, before)) for title, now, before in topics.published_of(tx, begun, over)]
    return Seen(counted, found, bursts.count(tx, begun, over))


def _named(by: By, counted: Sequence[Count], terms: Mapping[str, str]) -> list[Count]:
    return [Count(terms.get(each.key, each.key) or UNKNOWN.get(by, each.key), each.now, each.before) for each in counted]
