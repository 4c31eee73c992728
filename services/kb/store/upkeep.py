"""Upkeep and gaps as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.kb.rules.freshness import Ground, Upkeep
from services.kb.store.tables import entries, gaps, upkeep

Row = Mapping[Any, Any]
MOST_ASKED = 20


@dataclass(frozen=True)
class Gap:
    """A question without an answer; its text is masked."""

    gap_id: str
    tenant_id: str
    query: str
    category: str
    unit_id: str
    asked: int
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None = None
    entry_id: str = ""
    reason: str = ""


def open_of(tx: Tx, entry_id: str = "", gap_id: str = "") -> Upkeep | None:
    """The open upkeep of an entry or a gap, locked."""
    mine = and_(upkeep.c.entry_id == entry_id, upkeep.c.gap_id == gap_id, upkeep.c.done_at.is_(None))
    row = tx.one(tx.select(upkeep).where(mine).with_for_update())
    return upkeep_of(row) if row else None


def put(tx: Tx, task: Upkeep) -> None:
    """Keep an upkeep, new or changed."""
    row = {**asdict(task), "grounds": [ground.value for ground in task.grounds]}
    tx.put(upkeep, ("upkeep_id",), row)


def to_check(tx: Tx, day: str, limit: int) -> list[tuple[str, str]]:
    """Tenant and id of entries that may have become stale. For `store.read_across` alone."""
    due = and_(entries.c.check_on <= day, entries.c.check_on != "")
    rows = tx.all(
        tx.select(entries, entries.c.tenant_id, entries.c.entry_id).where(due).order_by(entries.c.check_on, entries.c.entry_id).limit(limit)
    )
    return [(row["tenant_id"], row["entry_id"]) for row in rows]


def overdue(tx: Tx, limit: int) -> list[tuple[str, str]]:
    """Tenant and id of upkeep whose term went by. For `store.read_across` alone."""
    late = and_(upkeep.c.due_at < tx.now, upkeep.c.done_at.is_(None), upkeep.c.overdue_at.is_(None))
    rows = tx.all(
        tx.select(upkeep, upkeep.c.tenant_id, upkeep.c.upkeep_id).where(late).order_by(upkeep.c.due_at, upkeep.c.upkeep_id).limit(limit)
    )
    return [(row["tenant_id"], row["upkeep_id"]) for row in rows]


def claim(tx: Tx, upkeep_id: str) -> Upkeep | None:
    """An upkeep that is still open and late, locked; None where another replica has it."""
    late = and_(upkeep.c.upkeep_id == upkeep_id, upkeep.c.done_at.is_(None), upkeep.c.overdue_at.is_(None))
    row = tx.one(tx.select(upkeep).where(late).with_for_update(skip_locked=True))
    return upkeep_of(row) if row else None


def page_of(tx: Tx, page: Page, unit_id: str, *, only_overdue: bool, with_done: bool) -> tuple[list[Upkeep], str]:
    """A page of upkeep, the nearest term first."""
    wanted = tx.select(upkeep)
    if unit_id:
        wanted = wanted.where(upkeep.c.unit_id == unit_id)
    if only_overdue:
        wanted = wanted.where(upkeep.c.overdue_at.is_not(None))
    if not with_done:
        wanted = wanted.where(upkeep.c.done_at.is_(None))
    rows, token = tx.page(wanted, (upkeep.c.due_at, upkeep.c.upkeep_id), page)
    return [upkeep_of(row) for row in rows], token


def upkeep_of(row: Row) -> Upkeep:
    """Upkeep from its row."""
    facts = {name: row[name] for name in Upkeep.__dataclass_fields__}
    return Upkeep(**{**facts, "grounds": tuple(map(Ground, row["grounds"]))})


def count_question(tx: Tx, gap: Gap, key: str) -> Gap:
    """Count a question in its open gap; a new one where there is none."""
    if tx.insert_new(gaps, ("tenant_id", "key"), {**asdict(gap), "key": key}):
        return gap
    mine = and_(gaps.c.tenant_id == gap.tenant_id, gaps.c.key == key)
    tx.run(tx.update(gaps).where(mine).values(asked=gaps.c.asked + 1, last_at=gap.last_at))
    row = tx.one(tx.select(gaps).where(mine))
    return gap_of(row) if row else gap


def load_gap(tx: Tx, gap_id: str) -> Gap:
    """A gap of the caller's own tenant, locked. Raises Missing."""
    mine = and_(gaps.c.gap_id == gap_id, gaps.c.tenant_id == tx.by.tenant_id)
    row = tx.one(tx.select(gaps).where(mine).with_for_update())
    if row is None:
        raise Missing(f"没有编号为 {gap_id} 的知识缺口，请核对后重试")
    return gap_of(row)


def save_gap(tx: Tx, gap: Gap) -> None:
    """A gap that `load_gap` locked; a closed one leaves its question to the next."""
    values = {**asdict(gap), **({"key": None} if gap.closed_at else {})}
    tx.run(tx.update(gaps).where(gaps.c.gap_id == gap.gap_id).values(values))


def page_of_gaps(tx: Tx, page: Page, unit_id: str, *, with_closed: bool) -> tuple[list[Gap], str]:
    """A page of gaps, the newest question first."""
    wanted = tx.select(gaps)
    if unit_id:
        wanted = wanted.where(gaps.c.unit_id == unit_id)
    if not with_closed:
        wanted = wanted.where(gaps.c.closed_at.is_(None))
    rows, token = tx.page(wanted, (gaps.c.last_at.desc(), gaps.c.gap_id.desc()), page)
    return [gap_of(row) for row in rows], token


def most_asked(tx: Tx, unit_id: str) -> list[Gap]:
    """The twenty open gaps asked most."""
    wanted = tx.select(gaps).where(gaps.c.closed_at.is_(None))
    if unit_id:
        wanted = wanted.where(gaps.c.unit_id == unit_id)
    return [gap_of(row) for row in tx.all(wanted.order_by(gaps.c.asked.desc(), gaps.c.gap_id).limit(MOST_ASKED))]


def gap_of(row: Row) -> Gap:
    """A gap from its row."""
    return Gap(**{name: row[name] for name in Gap.__dataclass_fields__})
