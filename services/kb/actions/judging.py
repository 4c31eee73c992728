"""Feedback on entries, and how much they are used."""

from __future__ import annotations

from sqlalchemy import RowMapping

from chassis.errors import Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from services.kb.actions.permitting import bound_unit, owning, published
from services.kb.actions.reading import demand_history
from services.kb.actions.upkeeping import check_entry
from services.kb.rules.freshness import Upkeep, Verdict, today
from services.kb.store import entries as rows
from services.kb.store import upkeep as tasks
from services.kb.store import using

Rows = list[RowMapping]


def give_feedback(tx: Tx, entry_id: str, version: int, verdict: Verdict | None, note: str) -> None:
    """Keep what somebody says of a published text; what too many call outdated is work for its unit. Raises Missing, Invalid."""
    found = published(tx, [entry_id]).get(entry_id)
    if found is None:
        raise rows.missing(entry_id)
    if verdict is None:
        raise Invalid("verdict", "请选择评价：有用、有误或过时")
    if version != found.entry.published_version:
        raise Invalid("version", f"条目现行为第 {found.entry.published_version} 版，请刷新后再评价")
    with owning(tx, found.entry) as owner:
        entry = rows.load(owner, entry_id, lock=True)
        using.give_feedback(owner, entry_id, version, tx.by.id, verdict, note)
        if verdict is Verdict.OUTDATED:
            check_entry(owner, entry, found.content)


def list_feedback(tx: Tx, entry_id: str, page: Page) -> tuple[Rows, str]:
    """The newest first. Raises Missing, Denied."""
    demand_history(tx, entry_id)
    return using.page_of_feedback(tx, entry_id, page)


def count_cited(tx: Tx, tenant_id: str, entry_id: str) -> None:
    """A direct answer of a tenant's hub cited an entry; what it does not see is not counted."""
    with tx.acting_for(tenant_id) as answering:
        found = published(answering, [entry_id]).get(entry_id)
    if found is not None:
        with tx.acting_for(found.entry.tenant_id) as owner:
            using.count_use(owner, entry_id, today(tx.now), cited=1)


def count_usage(tx: Tx, unit_id: str, since: str, until: str) -> tuple[Rows, Rows]:
    """By entry and by unit. Raises Invalid, Denied."""
    if since and until and until < since:
        raise Invalid("until_day", "截止日期早于起始日期：请调换后重新查询")
    unit = bound_unit(tx, unit_id)
    return using.usage_by_entry(tx, unit, since, until), using.usage_by_unit(tx, unit, since, until)


def list_upkeep(tx: Tx, page: Page, unit_id: str, *, only_overdue: bool, with_done: bool) -> tuple[list[Upkeep], str]:
    """The nearest term first. Raises Denied."""
    return tasks.page_of(tx, page, bound_unit(tx, unit_id), only_overdue=only_overdue, with_done=with_done)
