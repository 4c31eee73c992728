"""Rates of a tenant, a unit, a category, and the facts behind them (Art. 18, 20). A unit's own people see their unit's."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from chassis.errors import Denied, Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.instants import local_day
from services.assessment.rules.rates import Figure, definition
from services.assessment.store import figures
from services.assessment.store.figures import Scope

WIDE_ROLES = frozenset({"ROLE_SUPERVISOR", "ROLE_ASSESSOR"})
MOST_DAYS = 1100


class By(enum.StrEnum):
    """What a rate is compared by."""

    UNITS = "units"
    CATEGORIES = "categories"
    DAYS = "days"


def figure_rates(tx: Tx, tenant_id: str, unit_id: str, category: str, span: tuple[str, str]) -> tuple[list[Figure], str]:
    """Every rate, in the order of the definition, and the last day counted. Raises Invalid, Denied."""
    scope = scope_of(tx, tenant_id, bound_unit(tx, unit_id), category, span)
    found = _by(figures.by_rate(tx, scope, definition().rates), "rate")
    return [Figure(name, *found.get(name, (0, 0))) for name in definition().rates], scope.until


def compare_rates(tx: Tx, tenant_id: str, rate: str, by: By | None, category: str, span: tuple[str, str]) -> tuple[dict[str, Figure], str]:
    """One rate by unit, category or day, and the last day counted. Raises Invalid."""
    ways: Mapping[By | None, Callable[[Tx, Scope, str], list[RowMapping]]] = {
        By.UNITS: figures.by_unit,
        By.CATEGORIES: figures.by_category,
        By.DAYS: figures.by_day,
    }
    if by not in ways:
        raise Invalid("by", "请选择比较的方式：单位、诉求分类或日期")
    scope = scope_of(tx, tenant_id, "", category, span)
    found = _by(ways[by](tx, scope, _known(rate)), "key")
    return {key: Figure(rate, *counted) for key, counted in found.items()}, scope.until


def list_facts(
    tx: Tx, page: Page, rate: str, tenant_id: str, unit_id: str, category: str, span: tuple[str, str], *, hit: bool | None
) -> tuple[list[RowMapping], str]:
    """What a rate counted, page by page. Raises Invalid, Denied."""
    scope = scope_of(tx, tenant_id, bound_unit(tx, unit_id), category, span)
    return figures.page_of(tx, scope, _known(rate), page, hit=hit)


def bound_unit(tx: Tx, asked: str) -> str:
    """The unit asked for, or for a unit's own people theirs. Raises Denied for another's."""
    if WIDE_ROLES & tx.by.roles:
        return asked
    if not tx.by.unit_id or asked not in ("", tx.by.unit_id):
        raise Denied("您只能查看本单位的指标：请去掉其他单位的条件")
    return tx.by.unit_id


def scope_of(tx: Tx, tenant_id: str, unit_id: str, category: str, span: tuple[str, str], *, with_today: bool = False) -> Scope:
    """Days that are over: until one is, what is unanswered is not late yet. Raises Invalid."""
    since, until = span
    if until < since:
        raise Invalid("until_day", "截止日期早于起始日期：请调换后重新查询")
    if (dt.date.fromisoformat(until) - dt.date.fromisoformat(since)).days >= MOST_DAYS:
        raise Invalid("until_day", f"一次最多查询{MOST_DAYS}天：请缩短期间")
    over = (local_day(tx.now) - dt.timedelta(days=1)).isoformat()
    return Scope(tenant_id or tx.by.tenant_id, since, until if with_today else min(until, over), unit_id, category)


def _known(rate: str) -> str:
    if rate not in definition().rates:
        raise Invalid("rate", f"没有指标 {rate[:40]}：可选 {'、'.join(definition().rates)}")
    return rate


def _by(rows: Iterable[RowMapping], name: str) -> dict[Any, tuple[int, int]]:
    return {row[name]: (int(row["counted"]), int(row["hits"])) for row in rows}
