"""A month as rows: what its score is made of, what was published, and what changed from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, and_, case, func, select

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.rules.comparing import Scored
from services.assessment.rules.ranking import GROUP_TERMS, Place
from services.assessment.rules.scoring import Given
from services.assessment.store.facts import UNIT
from services.assessment.store.published import assessments, exclusions, items, scores
from services.assessment.store.tables import facts, sums, units


def assessed_units(tx: Tx) -> list[RowMapping]:
    """Units of the caller's tenant that are assessed, closed ones too: what they did stays counted."""
    mine = (units.c.tenant_id == tx.by.tenant_id) & units.c.kind.in_(list(GROUP_TERMS))
    return tx.all(tx.select(units).where(mine).order_by(units.c.unit_id))


def counted(tx: Tx, month: str, rates: Iterable[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Hits and counted by unit and rate of a month's days, without what a person excluded."""
    within = (sums.c.tenant_id == tx.by.tenant_id) & sums.c.rate.in_(list(rates)) & (sums.c.kind == UNIT)
    within &= sums.c.day.between(f"{month}-01", f"{month}-31")
    columns = (sums.c.key.label("unit_id"), sums.c.rate, func.sum(sums.c.hits).label("hits"), func.sum(sums.c.counted).label("counted"))
    found = {_of(row): _both(row) for row in tx.all(tx.select(sums, *columns).where(within).group_by(sums.c.key, sums.c.rate))}
    for row in tx.all(_excluded(tx, month)):
        hits, all_ = found.get(_of(row), (0, 0))
        found[_of(row)] = hits - int(row["hits"]), all_ - int(row["counted"])
    return found


def _excluded(tx: Tx, month: str) -> Any:
    same = and_(*(exclusions.c[name] == facts.c[name] for name in ("subject_id", "round", "rate")))
    hits = func.sum(case((facts.c.hit, 1), else_=0)).label("hits")
    wanted = select(facts.c.unit_id, facts.c.rate, hits, func.count().label("counted")).select_from(exclusions.join(facts, same))
    mine = (exclusions.c.tenant_id == tx.by.tenant_id) & facts.c.day.like(f"{month}-__")
    return wanted.where(mine).group_by(facts.c.unit_id, facts.c.rate)


def item_points(tx: Tx, month: str) -> dict[tuple[str, str], Decimal]:
    """The newest points of each unit and part."""
    mine = (items.c.tenant_id == tx.by.tenant_id) & (items.c.month == month)
    rows = tx.all(tx.select(items).where(mine).order_by(items.c.item_id))
    return {(row["unit_id"], row["part"]): Decimal(row["points"]) for row in rows}


def newest(tx: Tx, tenant_id: str, month: str, version: int = 0) -> RowMapping | None:
    """A published month, the newest version unless one is named."""
    wanted = tx.select(assessments).where(assessments.c.tenant_id == tenant_id, assessments.c.month == month)
    if version:
        wanted = wanted.where(assessments.c.version == version)
    return tx.one(wanted.order_by(assessments.c.version.desc()).limit(1))


def freeze(tx: Tx, month: str, header: Mapping[str, Any], found: Iterable[Scored]) -> None:
    """Keep a version for good. Raises IntegrityError where another process was first."""
    tx.insert(assessments, month=month, **header)
    tx.insert_many(scores, [{"month": month, "version": header["version"], **_row(each)} for each in found])


def frozen(tx: Tx, month: str, version: int) -> list[Scored]:
    """All scores of a version, by unit."""
    mine = (scores.c.tenant_id == tx.by.tenant_id) & (scores.c.month == month) & (scores.c.version == version)
    return [scored_of(row) for row in tx.all(tx.select(scores).where(mine).order_by(scores.c.unit_id))]


def page_of_scores(tx: Tx, page: Page, tenant_id: str, month: str, version: int, group: str) -> tuple[list[Scored], str]:
    """Scores by group and rank; those that are not ranked stand first in their group, with rank 0."""
    mine = (scores.c.tenant_id == tenant_id) & (scores.c.month == month) & (scores.c.version == version)
    wanted = tx.select(scores).where(mine)
    if group:
        wanted = wanted.where(scores.c.group == group)
    rows, token = tx.page(wanted, (scores.c.group, scores.c.rank, scores.c.unit_id), page)
    return [scored_of(row) for row in rows], token


def is_scored(tx: Tx, month: str, version: int, unit_id: str) -> bool:
    """Whether a version holds a score of a unit."""
    mine = (scores.c.tenant_id == tx.by.tenant_id) & (scores.c.month == month) & (scores.c.version == version)
    return tx.one(tx.select(scores, scores.c.unit_id).where(mine, scores.c.unit_id == unit_id)) is not None


def page_of_months(tx: Tx, page: Page, tenant_id: str) -> tuple[list[RowMapping], str]:
    """Published months with all their versions, the newest first."""
    wanted = tx.select(assessments).where(assessments.c.tenant_id == tenant_id)
    return tx.page(wanted, (assessments.c.month.desc(), assessments.c.version.desc()), page)


def last_months(tx: Tx) -> dict[str, dict[str, bool]]:
    """For each unit the months it was ranked in, by their newest versions, and whether it was among the last."""
    mine = scores.c.tenant_id == tx.by.tenant_id
    rows = tx.all(
        tx.select(scores, scores.c.unit_id, scores.c.month, scores.c.version, scores.c.last).where(mine).order_by(scores.c.version)
    )
    months: dict[str, dict[str, bool]] = {}
    for row in rows:
        months.setdefault(row["unit_id"], {})[row["month"]] = row["last"]
    return months


def scored_of(row: Mapping[Any, Any]) -> Scored:
    """A score from its row."""
    given = {name: Given(name, Decimal(hits), Decimal(all_)) for name, hits, all_ in row["parts"]}
    score = None if row["score"] is None else Decimal(row["score"])
    return Scored(
        row["unit_id"], row["name"], row["group"], row["orders"], given, score, Place(row["rank"], row["of"], row["last"])
    )  # fmt: skip


def _row(each: Scored) -> dict[str, Any]:
    return {
        "unit_id": each.unit_id,
        "name": each.name,
        "group": each.group,
        "orders": each.orders,
        "score": None if each.score is None else str(each.score),
        "rank": each.place.rank,
        "of": each.place.of,
        "last": each.place.last,
        "parts": [(given.part, str(given.hits), str(given.counted)) for given in each.given.values()],
    }


def _of(row: RowMapping) -> tuple[str, str]:
    return row["unit_id"], row["rate"]


def _both(row: RowMapping) -> tuple[int, int]:
    return int(row["hits"]), int(row["counted"])
