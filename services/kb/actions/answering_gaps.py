"""Gaps: questions without an answer, whose they are, and how they end."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import Denied, Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from services.kb.actions.permitting import bound_unit, demand_keeper, published
from services.kb.actions.upkeeping import ask_upkeep, press_gap
from services.kb.store import copies
from services.kb.store import upkeep as rows
from services.kb.store.upkeep import Gap


def list_gaps(tx: Tx, page: Page, unit_id: str, *, with_closed: bool) -> tuple[list[Gap], str]:
    """The newest question first. Raises Denied."""
    return rows.page_of_gaps(tx, page, bound_unit(tx, unit_id), with_closed=with_closed)


def rank_gaps(tx: Tx, unit_id: str) -> list[Gap]:
    """The twenty open ones asked most. Raises Denied."""
    return rows.most_asked(tx, bound_unit(tx, unit_id))


def assign_gap(tx: Tx, gap_id: str, unit_id: str) -> Gap:
    """It is that unit's matter. Raises Missing, Invalid, and Denied for who does not work at the hub."""
    if not copies.at_hub(tx, tx.by):
        raise Denied("只有热线工作机构的人员可以分派知识缺口")
    gap = _open(tx, gap_id)
    if not copies.is_unit(tx, unit_id):
        raise Invalid("unit_id", f"没有编号为 {unit_id} 的在用单位，请从本级单位中选择")
    assigned = replace(gap, unit_id=unit_id)
    rows.save_gap(tx, assigned)
    press_gap(tx, assigned)
    return assigned


def close_gap(tx: Tx, gap_id: str, entry_id: str, reason: str) -> Gap:
    """It is answered by an entry, or needs none for a reason. Raises Missing, Invalid, Denied."""
    if bool(entry_id) == bool(reason.strip()):
        raise Invalid("entry_id", "请填写解答该问题的条目，或填写不需要条目的理由，二者择一", "8-3")
    gap = _open(tx, gap_id)
    demand_keeper(tx, gap.unit_id)
    if entry_id and entry_id not in published(tx, [entry_id]):
        raise Invalid("entry_id", f"没有编号为 {entry_id} 的已发布条目，请先发布")
    closed = replace(gap, closed_at=tx.now, entry_id=entry_id, reason=reason)
    rows.save_gap(tx, closed)
    ask_upkeep(tx, gap.tenant_id, gap.unit_id, (), gap_id=gap_id)
    return closed


def _open(tx: Tx, gap_id: str) -> Gap:
    gap = rows.load_gap(tx, gap_id)
    if gap.closed_at is not None:
        raise Invalid("gap_id", "该知识缺口已关闭，请刷新后查看")
    return gap
