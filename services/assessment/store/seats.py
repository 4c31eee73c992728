"""Calls at the seats and quality marks as rows, and what is counted of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, or_

from chassis.store import Tx
from chassis.store.paging import Page
from regulation.instants import closing, local_day
from services.assessment.rules.inspecting import Inspected
from services.assessment.rules.rates import Figure
from services.assessment.rules.seats import Counting, Measure, SeatCall
from services.assessment.store import figures
from services.assessment.store.figures import Scope
from services.assessment.store.seated import quality_marks, seat_calls

RETURN = "return"
MS, TENTHS, MINUTES = 1000, 10, 24 * 60


def known(tx: Tx, call_ids: Iterable[str]) -> dict[str, SeatCall]:
    """The tenant's own calls among these."""
    rows = tx.rows_among(seat_calls, "call_id", call_ids)
    return {row["call_id"]: call_of(row) for row in rows if row["tenant_id"] == tx.by.tenant_id}


def add(tx: Tx, calls: Sequence[SeatCall]) -> None:
    """Keep calls that were unknown."""
    tx.insert_many(seat_calls, [_row(call) for call in calls])


def call_of(row: Mapping[Any, Any]) -> SeatCall:
    """A call from its row."""
    return SeatCall(**{name: row[name] for name in SeatCall.__slots__})


def figured(tx: Tx, scope: Scope, counting: Counting) -> dict[Measure, Figure]:
    """Every measure over these days, by a contract's seconds and score."""
    within = _within(seat_calls.c, scope)
    offered, in_time = _offered(counting), _in_time(counting)
    columns = (_sum(offered, "offered"), _sum(and_(offered, in_time), "in_time"), _sum(seat_calls.c.answered, "answered"))
    calls: Mapping[Any, Any] = tx.one(tx.select(seat_calls, *columns).where(*within)) or {}
    marked = _marked(tx, scope, counting)
    returns = {row["rate"]: row for row in figures.by_rate(tx, scope, [RETURN])}.get(RETURN, {"counted": 0, "hits": 0})
    counted = {
        Measure.ANSWERED_IN_TIME: (calls.get("offered"), calls.get("in_time")),
        Measure.CONNECTED: (calls.get("offered"), calls.get("answered")),
        Measure.QUALITY: marked.get(Inspected.CALL, (0, 0)),
        Measure.TICKET_DEFECTS: marked.get(Inspected.TICKET, (0, 0)),
        Measure.RETURNS: (returns["counted"], returns["hits"]),
    }
    return {measure: Figure(measure.value, int(all_ or 0), int(hits or 0)) for measure, (all_, hits) in counted.items()}


def page_of_calls(
    tx: Tx, scope: Scope, page: Page, counting: Counting, measure: Measure | None, agent: str, *, hit: bool | None
) -> tuple[list[RowMapping], str]:
    """Calls that a measure counted, or all of them; the oldest first."""
    # By instants, which the index is ordered by.
    since, until = (closing(dt.date.fromisoformat(day), minutes) for day, minutes in ((scope.since, 0), (scope.until, MINUTES)))
    own = seat_calls.c
    wanted = tx.select(seat_calls).where(own.tenant_id == scope.tenant_id, own.queued_at >= since, own.queued_at < until)
    if agent:
        wanted = wanted.where(seat_calls.c.agent == agent)
    if measure is not None:
        hits = _in_time(counting) if measure is Measure.ANSWERED_IN_TIME else seat_calls.c.answered
        wanted = wanted.where(_offered(counting))
        wanted = wanted if hit is None else wanted.where(hits if hit else ~hits)
    return tx.page(wanted, (seat_calls.c.queued_at, seat_calls.c.call_id), page)


def page_of_marks(tx: Tx, scope: Scope, page: Page, inspected: Inspected | None) -> tuple[list[RowMapping], str]:
    """Marks by the day they were entered, the oldest first."""
    wanted = tx.select(quality_marks).where(*_within(quality_marks.c, scope))
    if inspected is not None:
        wanted = wanted.where(quality_marks.c.inspected == inspected.value)
    return tx.page(wanted, (quality_marks.c.day, quality_marks.c.mark_id), page)


def _marked(tx: Tx, scope: Scope, counting: Counting) -> dict[Inspected, tuple[int, int]]:
    """What was inspected: all, and of calls those that pass, of tickets the defective."""
    own = quality_marks.c
    hits = or_(own.defective, and_(own.inspected == Inspected.CALL.value, own.tenths >= counting.pass_score * TENTHS))
    columns = (own.inspected, func.count().label("counted"), _sum(hits, "hits"))
    wanted = tx.select(quality_marks, *columns).where(*_within(own, scope), own.withdrawn_at.is_(None)).group_by(own.inspected)
    return {Inspected(row["inspected"]): (row["counted"], row["hits"]) for row in tx.all(wanted)}


def _offered(counting: Counting) -> ColumnElement[bool]:
    return or_(seat_calls.c.answered, seat_calls.c.waited_ms >= counting.short_abandon_seconds * MS)


def _in_time(counting: Counting) -> ColumnElement[bool]:
    return and_(seat_calls.c.answered, seat_calls.c.waited_ms <= counting.answer_within_seconds * MS)


def _sum(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0)).label(name)


def _within(columns: Any, scope: Scope) -> Sequence[ColumnElement[bool]]:
    return columns.tenant_id == scope.tenant_id, columns.day >= scope.since, columns.day <= scope.until


def _row(call: SeatCall) -> dict[str, Any]:
    told = {name: getattr(call, name) for name in SeatCall.__slots__}
    answered = call.answered_at is not None
    return {**told, "day": local_day(call.queued_at).isoformat(), "answered": answered, "waited_ms": call.waited_ms}
