"""Rates read from the sums, or where unit and category are both asked for from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, case, func

from chassis.store import Tx
from chassis.store.paging import Page
from services.assessment.store.facts import CATEGORY, TENANT, UNIT
from services.assessment.store.tables import facts, sums

MOST_COMPARED = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose facts, and of which days, both counted; empty: any unit, any category."""

    tenant_id: str
    since: str
    until: str
    unit_id: str = ""
    category: str = ""


def by_rate(tx: Tx, scope: Scope, rates: Iterable[str]) -> list[RowMapping]:
    """What each of these rates counted, and its hits."""
    if scope.unit_id and scope.category:
        counted, hits = func.count(), func.sum(case((facts.c.hit, 1), else_=0))
        wanted = _facts(tx, scope, facts.c.rate, counted.label("counted"), hits.label("hits"))
        return tx.all(wanted.where(facts.c.rate.in_(list(rates))).group_by(facts.c.rate))
    kind, key = (UNIT, scope.unit_id) if scope.unit_id else (CATEGORY, scope.category) if scope.category else (TENANT, "")
    # Named, the rates lead to their spans of the index; else SQLite reads all the tenant's sums in the order of their rates.
    same = (sums.c.kind == kind, sums.c.key == key, sums.c.rate.in_(list(rates)))
    return tx.all(_sums(tx, scope, sums.c.rate).where(*same).group_by(sums.c.rate))


def by_unit(tx: Tx, scope: Scope, rate: str) -> list[RowMapping]:
    """What a rate counted, unit by unit."""
    return _compared(tx, scope, rate, sums.c.key, sums.c.kind == UNIT)


def by_category(tx: Tx, scope: Scope, rate: str) -> list[RowMapping]:
    """What a rate counted, of each category right below one."""
    below = sums.c.key.like(f"{scope.category}.__" if scope.category else "__")
    return _compared(tx, scope, rate, sums.c.key, sums.c.kind == CATEGORY, below)


def by_day(tx: Tx, scope: Scope, rate: str) -> list[RowMapping]:
    """What a rate counted, day by day."""
    return _compared(tx, scope, rate, sums.c.day, sums.c.kind == TENANT, sums.c.key == "")


def page_of(tx: Tx, scope: Scope, rate: str, page: Page, *, hit: bool | None) -> tuple[list[RowMapping], str]:
    """Facts of a rate, the oldest day first."""
    wanted = _facts(tx, scope).where(facts.c.rate == rate)
    if hit is not None:
        wanted = wanted.where(facts.c.hit if hit else ~facts.c.hit)
    return tx.page(wanted, (facts.c.day, facts.c.subject_id, facts.c.round), page)


def _compared(tx: Tx, scope: Scope, rate: str, key: ColumnElement[Any], *where: ColumnElement[bool]) -> list[RowMapping]:
    wanted = _sums(tx, scope, key.label("key")).where(sums.c.rate == rate, *where)
    return tx.all(wanted.group_by(key).order_by(key).limit(MOST_COMPARED))


def _sums(tx: Tx, scope: Scope, key: ColumnElement[Any]) -> Select[Any]:
    columns = (key, func.sum(sums.c.counted).label("counted"), func.sum(sums.c.hits).label("hits"))
    return tx.select(sums, *columns).where(*_within(sums, scope))


def _facts(tx: Tx, scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    wanted = tx.select(facts, *columns).where(*_within(facts, scope))
    if scope.unit_id:
        wanted = wanted.where(facts.c.unit_id == scope.unit_id)
    if scope.category:
        wanted = wanted.where((facts.c.category == scope.category) | facts.c.category.like(f"{scope.category}.%"))
    return wanted


def _within(table: Table, scope: Scope) -> Sequence[ColumnElement[bool]]:
    return table.c.tenant_id == scope.tenant_id, table.c.day >= scope.since, table.c.day <= scope.until
