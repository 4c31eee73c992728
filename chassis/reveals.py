"""Who was shown what is masked, when, why and of what: read from the journal, in which every reveal is a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, case, func

from chassis.clock import LOCAL
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page

MOST_DAYS = 31
MOST_COUNTS = 200
# What nobody does in a day's ordinary work.
FEWEST_TO_STAND_OUT, TIMES_THE_MIDDLE = 10, 3
# Services have their own reasons, which their own rules allow.
ASKED_BY = ("person", "system")


@dataclass(frozen=True)
class Chosen:
    """Of a tenant (empty: the caller's), by somebody, of a subject, on local days `YYYY-MM-DD`; what is empty chooses all."""

    tenant_id: str = ""
    by_id: str = ""
    subject: str = ""
    from_day: str = ""
    until_day: str = ""


@dataclass(frozen=True)
class Count:
    """How often somebody was shown something on a local day, and whether that stands out among all such counts."""

    by_id: str
    day: date
    reveals: int
    stands_out: bool


def list_reveals(tx: Tx, revealed: TextClause, chosen: Chosen, page: Page) -> tuple[list[Mapping[Any, Any]], str]:
    """A page, the newest first. `revealed` says of the journal's verbs which show something. Raises Missing, Invalid."""
    own = tx.store.tables["journal"].c
    rows, token = tx.page(_chosen(tx, revealed, chosen), (own.at.desc(), own.subject.desc(), own.number.desc()), page)
    return list(rows), token


def count_reveals(tx: Tx, revealed: TextClause, chosen: Chosen) -> list[Count]:
    """By person and day, the most first. Raises Missing, and Invalid for more than `MOST_DAYS` days."""
    own, days = tx.store.tables["journal"].c, _days(chosen)
    day = case(*((own.at < _midnight(each + timedelta(days=1)), number) for number, each in enumerate(days)), else_=len(days))
    counted = _chosen(tx, revealed, chosen, own.by_id, day.label("day"), func.count().label("reveals"))
    rows = tx.all(counted.group_by(own.by_id, day))
    middle = median([row["reveals"] for row in rows]) if rows else 0
    most = sorted(rows, key=lambda row: (-row["reveals"], row["day"], row["by_id"]))[:MOST_COUNTS]
    return [Count(row["by_id"], days[row["day"]], row["reveals"], stands_out(row["reveals"], middle)) for row in most]


def stands_out(reveals: int, middle: float) -> bool:
    """Whether a count is unusual beside the middle one."""
    return reveals >= FEWEST_TO_STAND_OUT and reveals > TIMES_THE_MIDDLE * middle


def _chosen(tx: Tx, revealed: TextClause, chosen: Chosen, *columns: ColumnElement[Any]) -> Select[Any]:
    journal = tx.store.tables["journal"]
    own = journal.c
    if chosen.tenant_id and chosen.tenant_id not in tx.by.reads:
        raise Missing(f"没有编号为 {chosen.tenant_id} 的租户，或您无权查看")
    wanted = tx.select(journal, *columns).where(revealed, own.tenant_id == (chosen.tenant_id or tx.by.tenant_id), own.by_kind.in_(ASKED_BY))
    if chosen.by_id:
        wanted = wanted.where(own.by_id == chosen.by_id)
    if chosen.subject:
        wanted = wanted.where(own.subject == chosen.subject)
    return wanted.where(*_within(own.at, chosen))


def _within(at: ColumnElement[datetime], chosen: Chosen) -> Sequence[ColumnElement[bool]]:
    first, last = _day(chosen.from_day), _day(chosen.until_day)
    if first and last and last < first:
        raise Invalid("until_day", "until_day：截止日期早于起始日期，请调换后重新查询")
    after = [at >= _midnight(first)] if first else []
    return [*after, at < _midnight(last + timedelta(days=1))] if last else after


def _days(chosen: Chosen) -> list[date]:
    first, last = date.fromisoformat(chosen.from_day), date.fromisoformat(chosen.until_day)
    if (last - first).days >= MOST_DAYS:
        raise Invalid("until_day", f"until_day：一次最多统计 {MOST_DAYS} 天，请缩短起止日期")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
