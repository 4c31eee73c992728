"""What sla can be asked: lists by index, counts, one date explained. Handlers and leads see their own unit's alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, func

from chassis import journal
from chassis.errors import Denied, Invalid, Missing
from chassis.journal import Entry
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.terms import Kind, Light
from services.sla.store import clocks, turns, urgings

WIDE_ROLES = frozenset({"ROLE_SUPERVISOR", "ROLE_DISPATCHER", "ROLE_REVIEWER", "ROLE_ASSESSOR"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are asked for; empty: all that the caller may see."""

    tenant_id: str = ""
    unit_id: str = ""
    order_id: str = ""
    ticket_id: str = ""

    @property
    def names_one(self) -> bool:
        """Whether it is about one order or ticket."""
        return bool(self.order_id or self.ticket_id)


def list_clocks(
    tx: Tx, page: Page, scope: Scope, *, light: Light | None, kind: Kind | None, until: dt.datetime | None, with_ended: bool
) -> tuple[list[RowMapping], str]:
    """Dates, the nearest deadline first; those that ended only of one order or ticket. Raises Invalid, Missing, Denied."""
    if with_ended and not scope.names_one:
        raise Invalid("with_ended", "查询已结束的期限须指明工单：请填写 order_id 或 ticket_id")
    statement = _scoped(tx, clocks, scope)
    if not with_ended:
        statement = statement.where(clocks.c.is_open)
    if light is not None:
        statement = statement.where(clocks.c.light == light.name)
    if kind is not None:
        statement = statement.where(clocks.c.kind == kind.name)
    if until is not None:
        statement = statement.where(clocks.c.deadline_at <= until)
    return tx.page(statement, (clocks.c.deadline_at, clocks.c.clock_id), page)


def count_lights(tx: Tx, scope: Scope) -> dict[str, dict[Light, int]]:
    """How many dates that run show which light, by unit; reads one index alone."""
    counted = _scoped(tx, clocks, scope, clocks.c.unit_id, clocks.c.light, func.count().label("dates"))
    counted = counted.where(clocks.c.is_open, clocks.c.light.is_not(None)).group_by(clocks.c.unit_id, clocks.c.light)
    counts: dict[str, dict[Light, int]] = {}
    for row in tx.all(counted.order_by(clocks.c.unit_id)):
        counts.setdefault(row["unit_id"], {})[Light[row["light"]]] = row["dates"]
    return counts


def one_clock(tx: Tx, clock_id: str) -> RowMapping:
    """A date by its id. Raises Missing, also for another unit's."""
    row = tx.one(_scoped(tx, clocks, Scope()).where(clocks.c.clock_id == clock_id))
    if row is None:
        raise Missing("没有这个期限，或您无权查看：请核对编号")
    return row


def turns_of(tx: Tx, clock: RowMapping) -> list[RowMapping]:
    """The turns of one date's light."""
    return tx.all(tx.select(turns).where(*_same_date(turns, clock)).order_by(turns.c.turn))


def urging_of(tx: Tx, clock: RowMapping) -> RowMapping | None:
    """The urging of one date."""
    return tx.one(tx.select(urgings).where(*_same_date(urgings, clock)))


def list_turns(tx: Tx, page: Page, scope: Scope) -> tuple[list[RowMapping], str]:
    """The turns of one order or ticket, in the order they were told. Raises Invalid, Missing, Denied."""
    if not scope.names_one:
        raise Invalid("order_id", "请指明工单：填写 order_id 或 ticket_id")
    return tx.page(_scoped(tx, turns, scope), (turns.c.order_id, turns.c.turn), page)


def count_turns(tx: Tx, scope: Scope, since: dt.datetime | None, until: dt.datetime | None) -> tuple[dict[Light, int], int]:
    """How many lights went up and how many urgings were issued in a span of lawful instants, void ones left out."""
    lit = _scoped(tx, turns, scope, turns.c.light, func.count().label("turned")).where(turns.c.lit)
    rows = tx.all(_standing(lit, turns, since, until).group_by(turns.c.light))
    urged = _standing(_scoped(tx, urgings, scope, func.count().label("issued")), urgings, since, until)
    return {Light[row["light"]]: row["turned"] for row in rows}, tx.all(urged)[0]["issued"]


def list_urgings(tx: Tx, page: Page, scope: Scope, *, without_void: bool) -> tuple[list[RowMapping], str]:
    """Urgings, the newest first. Raises Missing, Denied."""
    statement = _scoped(tx, urgings, scope)
    if without_void:
        statement = statement.where(urgings.c.voided_at.is_(None))
    return tx.page(statement, (urgings.c.at.desc(), urgings.c.urging_id.desc()), page)


def list_journal(tx: Tx, ticket_id: str, page: Page) -> tuple[list[Entry], str]:
    """A ticket's steps here, oldest first (10); a page may hold fewer than were asked for. Raises Missing, Denied."""
    if tx.one(_scoped(tx, clocks, Scope(ticket_id=ticket_id), clocks.c.clock_id).limit(1)) is None:
        raise Missing("没有这张工单的期限，或您无权查看：请核对编号")
    entries, token = journal.entries(tx, ticket_id, page)
    unit_id = _unit(tx, "")
    return [entry for entry in entries if not unit_id or json.loads(entry.detail)["unit_id"] == unit_id], token


def _scoped(tx: Tx, table: Table, scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    """Rows the caller may see, narrowed to what it asks for."""
    statement = tx.select(table, *columns)
    if scope.tenant_id:
        statement = statement.where(table.c.tenant_id == _seen_tenant(tx, scope.tenant_id))
    if unit_id := _unit(tx, scope.unit_id):
        statement = statement.where(table.c.unit_id == unit_id)
    if scope.order_id:
        statement = statement.where(table.c.order_id == scope.order_id)
    if scope.ticket_id:
        statement = statement.where(table.c.ticket_id == scope.ticket_id)
    return statement


def _standing(statement: Select[Any], table: Table, since: dt.datetime | None, until: dt.datetime | None) -> Select[Any]:
    statement = statement.where(table.c.voided_at.is_(None))
    if since is not None:
        statement = statement.where(table.c.at >= since)
    return statement if until is None else statement.where(table.c.at < until)


def _seen_tenant(tx: Tx, tenant_id: str) -> str:
    if tenant_id not in tx.by.reads:
        raise Missing("没有这个租户，或您无权查看：请核对租户编号")
    return tenant_id


def _unit(tx: Tx, asked: str) -> str:
    """The unit the caller is bound to, or the one it asks for."""
    if WIDE_ROLES & tx.by.roles:
        return asked
    if not tx.by.unit_id or asked not in ("", tx.by.unit_id):
        raise Denied("您只能查看本单位的期限和催办：请去掉其他单位的条件")
    return tx.by.unit_id


def _same_date(table: Table, clock: RowMapping) -> Sequence[ColumnElement[bool]]:
    return [table.c[name] == clock[name] for name in ("order_id", "round", "kind", "deadline_version", "assisting")]
