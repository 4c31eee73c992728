"""Seeds, frames and sampled rounds as rows, and what is counted of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping, func, select

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.sampling import Said
from services.assessment.rules.told import Order
from services.assessment.store.sampled import sample_items, sample_strata, samples
from services.assessment.store.tables import facts, orders

CALLED_BACK = "unreachable"
"""The rate that counts every round the hub called back, reached or not (11(10))."""


def one(tx: Tx, month: str, *, lock: bool = False) -> Mapping[Any, Any] | None:
    """The tenant's sample of a month."""
    return tx.row(samples, tenant_id=tx.by.tenant_id, month=month, lock=lock)


def frame(tx: Tx, month: str) -> dict[str, list[str]]:
    """By unit the rounds, as "order:round", that were called back in a month; inner orders are not the tenant's to call (7(2))."""
    mine = (facts.c.tenant_id == tx.by.tenant_id) & (facts.c.rate == CALLED_BACK) & facts.c.day.between(f"{month}-01", f"{month}-31")
    columns = (facts.c.unit_id, facts.c.subject_id, facts.c.round)
    joined = facts.join(orders, orders.c.order_id == facts.c.subject_id)
    rows = tx.all(select(*columns).select_from(joined).where(mine, orders.c.outer_order_id == ""))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["unit_id"], []).append(f"{row['subject_id']}:{row['round']}")
    return {unit_id: sorted(rounds) for unit_id, rounds in found.items()}


def keep_strata(tx: Tx, month: str, rounds: Mapping[str, list[str]], drawn: Mapping[str, list[str]]) -> None:
    """What each unit was drawn from, and what was drawn."""
    tx.insert_many(sample_strata, [{"month": month, "unit_id": unit, "frame": of, "drawn": drawn[unit]} for unit, of in rounds.items()])


def stratum(tx: Tx, month: str, unit_id: str) -> RowMapping | None:
    """What a unit was drawn from."""
    own = sample_strata.c
    return tx.one(tx.select(sample_strata).where(own.tenant_id == tx.by.tenant_id, own.month == month, own.unit_id == unit_id))


def add(tx: Tx, month: str, drawn: Iterable[tuple[str, Order, int]]) -> None:
    """Keep what was drawn: of which unit, order and round, with what the hub obtained."""
    tx.insert_many(sample_items, [_fresh(tx, month, *each) for each in drawn])


def item(tx: Tx, item_id: str, *, lock: bool = False) -> Mapping[Any, Any] | None:
    """A sampled round of the caller's tenant."""
    return tx.row(sample_items, item_id=item_id, tenant_id=tx.by.tenant_id, lock=lock)


def page_of_items(tx: Tx, page: Page, month: str, *, pending: bool) -> tuple[list[RowMapping], str]:
    """Sampled rounds of a month."""
    wanted = tx.select(sample_items).where(sample_items.c.tenant_id == tx.by.tenant_id, sample_items.c.month == month)
    wanted = wanted.where(sample_items.c.process == "") if pending else wanted
    return tx.page(wanted, (sample_items.c.item_id,), page)


def page_of_differences(tx: Tx, page: Page, month: str, unit_id: str) -> tuple[list[RowMapping], str]:
    """Rounds of which the third party and the hub disagree."""
    own = sample_items.c
    wanted = tx.select(sample_items).where(own.tenant_id == tx.by.tenant_id, own.month == month, own.differs)
    wanted = wanted.where(own.unit_id == unit_id) if unit_id else wanted
    return tx.page(wanted, (own.item_id,), page)


def compared(tx: Tx, month: str) -> dict[str, list[tuple[Said, Said, int]]]:
    """By unit: how often the hub obtained this, and the third party that."""
    own = sample_items.c
    columns = (own.unit_id, own.hub_process, own.hub_result, own.process, own.result)
    mine = (own.tenant_id == tx.by.tenant_id) & (own.month == month)
    wanted = tx.select(sample_items, *columns, func.count().label("count")).where(mine).group_by(*columns).order_by(own.unit_id)
    found: dict[str, list[tuple[Said, Said, int]]] = {}
    for row in tx.all(wanted):
        both = Said(row["hub_process"], row["hub_result"]), Said(row["process"], row["result"])
        found.setdefault(row["unit_id"], []).append((*both, row["count"]))
    return found


def _fresh(tx: Tx, month: str, unit_id: str, order: Order, number: int) -> dict[str, Any]:
    rated = [mark for mark in order.ratings if mark.round == number]
    hub = Said(rated[-1].process, rated[-1].result) if rated else Said()
    return {
        "item_id": tx.new_id(), "month": month, "unit_id": unit_id, "order_id": order.order_id, "round": number,
        "ticket_id": order.about.ticket_id, "number": order.about.number, "category": order.about.category,
        "hub_process": hub.process, "hub_result": hub.result, "process": "", "result": "", "via": "", "recorded_by": "",
        "differs": False, "calls": 0, "call_id": "",
    }  # fmt: skip
