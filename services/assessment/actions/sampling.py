"""20: a seed is committed to, revealed and drawn from; what the third party obtained is held against the hub's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from chassis import journal
from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.instants import local_day
from services.assessment.actions import telling
from services.assessment.rules.entered import checked_month
from services.assessment.rules.offering import Offered, of_sample
from services.assessment.rules.periods import Every, period_of
from services.assessment.rules.rates import Figure
from services.assessment.rules.sampling import SAMPLING, Plan, check_plan, check_seed, draw, figures
from services.assessment.store import orders, samples
from services.assessment.store.sampled import samples as table

Row = Mapping[Any, Any]


def commit_seed(tx: Tx, month: str, seed_hash: str, plan: Plan) -> Row:
    """The hash is published. Raises Invalid, and NotAllowed once the month is over, or where one was."""
    last = _last_day(month)
    check_plan(seed_hash, plan)
    if local_day(tx.now) > last:
        raise NotAllowed(SAMPLING, f"{month}已经结束，种子摘要应在月末前公布，不能再提交")
    row = {"tenant_id": tx.by.tenant_id, "month": month, "seed_hash": seed_hash, "percent": plan.percent, "minimum": plan.minimum}
    kept = {**row, "committed_at": tx.now, "committed_by": tx.by.id, "seed": "", "drawn": 0, "drawn_by": ""}
    if not tx.insert_new(table, ("tenant_id", "month"), kept):
        raise NotAllowed(SAMPLING, f"{month}的种子摘要已经公布，不能更换")
    journal.append(tx, subject(tx, month), "commit_seed", SAMPLING.code, row)
    telling.tell_seed(tx, row)
    return _one(tx, month)


def draw_sample(tx: Tx, month: str, seed: str) -> Row:
    """What follows from the seed; drawn again, the same. Raises Missing, NotAllowed for another seed and before the month is over."""
    last = _last_day(month)
    row = samples.one(tx, month, lock=True)
    if row is None:
        raise Missing(f"没有公布过{month}的种子摘要：摘要应在月末前公布")
    check_seed(seed, row["seed_hash"])
    if row["drawn_at"] is not None:
        return row
    if local_day(tx.now) <= last:
        raise NotAllowed(SAMPLING, f"{month}尚未结束，不能抽样，请在次月抽样")
    rounds = samples.frame(tx, month)
    drawn = draw(seed, rounds, Plan(row["percent"], row["minimum"]))
    samples.keep_strata(tx, month, rounds, drawn)
    count = _keep(tx, month, drawn)
    tx.change(table, {"tenant_id": tx.by.tenant_id, "month": month}, _revealed(tx, seed, count))
    journal.append(tx, subject(tx, month), "draw_sample", SAMPLING.code, {"seed": seed, "drawn": count})
    telling.tell_sample(tx, month, seed, count)
    return _one(tx, month)


def list_samples(tx: Tx, page: Page) -> tuple[Sequence[Row], str]:
    """The newest month first."""
    return tx.page(tx.select(table).where(table.c.tenant_id == tx.by.tenant_id), (table.c.month.desc(),), page)


def offered(tx: Tx, row: Row) -> list[Offered]:
    """What a sample is open to."""
    return of_sample(drawn=row["drawn_at"] is not None, over=local_day(tx.now) > _last_day(row["month"]))


def get_stratum(tx: Tx, month: str, unit_id: str) -> Row:
    """What a unit was drawn from. Raises Missing."""
    found = samples.stratum(tx, month, unit_id)
    if found is None:
        raise Missing("该单位在该月没有可抽取的工单，或尚未抽样：请核对月份和单位")
    return found


def compare_sample(tx: Tx, month: str) -> dict[str, list[Figure]]:
    """By unit. Raises Invalid, Missing where nothing was drawn."""
    _drawn(tx, month)
    return {unit_id: figures(counted) for unit_id, counted in samples.compared(tx, month).items()}


def list_differences(tx: Tx, page: Page, month: str, unit_id: str) -> tuple[list[RowMapping], str]:
    """Orders behind what does not agree. Raises Invalid, Missing."""
    _drawn(tx, month)
    return samples.page_of_differences(tx, page, month, unit_id)


def subject(tx: Tx, month: str) -> str:
    """Under which name a month's sample is journalled."""
    return f"{tx.by.tenant_id[:48]}:sample:{month}"


def _keep(tx: Tx, month: str, drawn: Mapping[str, Sequence[str]]) -> int:
    chosen = [(unit_id, *each.rsplit(":", 1)) for unit_id, of in drawn.items() for each in of]
    known = orders.seen(tx, {order_id for _, order_id, _ in chosen})
    samples.add(tx, month, [(unit_id, known[order_id], int(number)) for unit_id, order_id, number in chosen])
    return len(chosen)


def _revealed(tx: Tx, seed: str, count: int) -> dict[str, Any]:
    return {"seed": seed, "drawn": count, "drawn_at": tx.now, "drawn_by": tx.by.id}


def _drawn(tx: Tx, month: str) -> None:
    _last_day(month)
    row = samples.one(tx, month)
    if row is None or row["drawn_at"] is None:
        raise Missing(f"{month}尚未抽样：请核对月份")


def _last_day(month: str) -> dt.date:
    return period_of(Every.MONTH, dt.date.fromisoformat(f"{checked_month(month, SAMPLING.code)}-01")).last


def _one(tx: Tx, month: str) -> Row:
    row = samples.one(tx, month)
    if row is None:
        raise LookupError(f"the sample of {month} was just kept")
    return row
