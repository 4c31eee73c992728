"""18: calls of one place and category that come within minutes are found with the call that makes them too many, told, and acknowledged."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import Article, NotAllowed
from services.assessment.actions import telling
from services.assessment.rules.bursts import FEWEST, WINDOW, Burst, expected, largest
from services.assessment.rules.calls import Call
from services.assessment.rules.entered import demand_words
from services.assessment.rules.offering import Offered, of_burst
from services.assessment.store import bursts as rows
from services.assessment.store import hiding

Row = Mapping[Any, Any]
ANALYSING = Article(18)
# What is told later than this is history: nobody is alarmed any more.
NEWS = dt.timedelta(days=1)


class State(enum.StrEnum):
    """Whether somebody has seen to it."""

    FOUND = "found"
    ACKNOWLEDGED = "acknowledged"


def look_for_bursts(tx: Tx, fresh: Sequence[Call]) -> None:
    """Whether these calls are too many with those around them, whichever was told first. One that grows is the same burst."""
    news = [call.heard for call in fresh if tx.now - NEWS < call.at]
    if not news:
        return
    around = rows.around(tx, news, WINDOW)
    for key in sorted({each.key for each in news}):
        ends = [each.at for each in news if each.key == key]
        heard = around.get(key, [])
        if len(heard) < FEWEST:
            continue
        if found := largest(heard, expected(*rows.usual(tx, heard[0])), min(ends), max(ends) + WINDOW):
            _keep(tx, found)


def list_bursts(tx: Tx, page: Page, tenant_id: str) -> tuple[list[tuple[RowMapping, int]], str]:
    """The newest first, each with its calls but for those that complain about the reader; of such alone it is not there (17)."""
    reader = hiding.reader_of(tx)
    return rows.page_of(tx, page, tenant_id or tx.by.tenant_id, reader)


def list_burst_tickets(tx: Tx, page: Page, burst_id: str) -> tuple[list[RowMapping], str]:
    """What it is made of, in the order of time, but for what complains about the reader (17). Raises Missing."""
    _seen(tx, burst_id)
    return rows.page_of_tickets(tx, page, burst_id, hiding.reader_of(tx))


def acknowledge_burst(tx: Tx, burst_id: str, remark: str) -> tuple[Row, int]:
    """Somebody sees to it, and says how. Raises Missing, Invalid without a word on it, NotAllowed where somebody does."""
    row, _ = _seen(tx, burst_id)
    if row["tenant_id"] != tx.by.tenant_id:
        raise Missing("没有这次预警，或不由您处置：请核对编号")
    demand_words("remark", remark, "请填写核实情况或处置安排", ANALYSING.code)
    if row["state"] != State.FOUND:
        raise NotAllowed(ANALYSING, "该预警已有人处置，请刷新后查看")
    values = {"state": State.ACKNOWLEDGED.value, "acknowledged_at": tx.now, "acknowledged_by": tx.by.id, "remark": remark}
    if not rows.acknowledge(tx, burst_id, values):
        raise NotAllowed(ANALYSING, "该预警已有人处置，请刷新后查看")
    journal.append(tx, burst_id, "acknowledge_burst", ANALYSING.code, {"remark": remark})
    return _seen(tx, burst_id)


def offered(tx: Tx, row: Row) -> list[Offered]:
    """What whoever asks may do about it."""
    return of_burst(ours=row["tenant_id"] == tx.by.tenant_id, found=row["state"] == State.FOUND)


def _seen(tx: Tx, burst_id: str) -> tuple[RowMapping, int]:
    found = rows.one(tx, burst_id, hiding.reader_of(tx))
    if found is None:
        raise Missing("没有这次预警：请核对编号")
    return found


def _keep(tx: Tx, found: Burst) -> None:
    if known := rows.same(tx, found):
        rows.grow(tx, known, found)
        return
    burst_id, number = rows.add(tx, found)
    journal.append(tx, burst_id, "find_burst", ANALYSING.code, {"calls": len(found.heard), "expected": rows.decimal(found.expected)})
    telling.tell_burst(tx, burst_id, number, found)
