"""Coordination cases: kept, found, and remembered as precedents (16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, literal

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page
from services.dispatch.rules.coordinating import Case, CaseState, Cause
from services.dispatch.rules.order import Order
from services.dispatch.store.rows import Row
from services.dispatch.store.tables import coordinations, minutes, participants, precedents

Rows = tuple[list[RowMapping], str]
NO_CASE = "没有这个协调事项，请核对编号"
GOING = (CaseState.OPEN, CaseState.CONFIRMING)


def claim(tx: Tx, coordination_id: str) -> Case:
    """A case, locked. Raises Missing."""
    row = tx.row(coordinations, lock=True, coordination_id=coordination_id)
    if row is None:
        raise Missing(NO_CASE)
    return case_of(row)


def find(tx: Tx, coordination_id: str) -> Case:
    """A case. Raises Missing."""
    row = tx.row(coordinations, coordination_id=coordination_id)
    if row is None:
        raise Missing(NO_CASE)
    return case_of(row)


def going_of(owner: Tx, order_id: str) -> Case:
    """The case of an order that is not decided yet. Raises Missing."""
    found = [case_of(row) for row in owner.rows(coordinations, order_id=order_id)]
    going = next((each for each in found if each.going), None)
    if going is None:
        raise Missing(NO_CASE)
    return going


def add(owner: Tx, fresh: Case) -> None:
    """A new case."""
    owner.insert(coordinations, **_row(fresh))


def save(owner: Tx, changed: Case) -> None:
    """A case that changed."""
    owner.change(coordinations, {"coordination_id": changed.coordination_id}, _row(changed))


def lapse(owner: Tx, order_id: str) -> None:
    """The order ended before its case was decided."""
    going = coordinations.c.state.in_(GOING) & (coordinations.c.order_id == order_id)
    owner.run(owner.update(coordinations).where(going).values(state=CaseState.LAPSED, closed_at=owner.now))


def invite(owner: Tx, coordination_id: str, unit_ids: Iterable[str]) -> None:
    """Units that take part; one that does already stays."""
    rows = [{"coordination_id": coordination_id, "unit_id": unit_id, "at": owner.now} for unit_id in unit_ids]
    owner.insert_missing(participants, ("coordination_id", "unit_id"), rows)


def invited(tx: Tx, coordination_id: str) -> list[str]:
    """Units that take part."""
    return [row["unit_id"] for row in tx.rows(participants, order="unit_id", coordination_id=coordination_id)]


def keep_minutes(owner: Tx, coordination_id: str, text: str) -> None:
    """What was said."""
    owner.insert(minutes, minute_id=owner.new_id(), coordination_id=coordination_id, at=owner.now, by_id=owner.by.id, text=text)


def minutes_of(tx: Tx, coordination_id: str) -> Sequence[Row]:
    """What was said, the oldest first."""
    return tx.rows(minutes, order="minute_id", coordination_id=coordination_id)


def listed(tx: Tx, page: Page, order_id: str, *, at_hub: bool, going: bool) -> Rows:
    """The hub's cases, or those that the caller's unit takes part in; the newest first, but for those it is complained about in (17)."""
    own = coordinations.c
    statement = tx.select(coordinations).where(own.tenant_id == tx.by.tenant_id)
    if not at_hub:
        taking_part = tx.select(participants, participants.c.coordination_id).where(participants.c.unit_id == tx.by.unit_id)
        statement = statement.where(own.coordination_id.in_(taking_part))
    if order_id:
        statement = statement.where(own.order_id == order_id)
    if going:
        statement = statement.where(own.state.in_(GOING))
    rows, token = tx.page(statement, (own.opened_at.desc(), own.coordination_id.desc()), page)
    return [row for row in rows if tx.by.id not in row["party_people"]], token


def remember(owner: Tx, decided: Case, order: Order, district: str, town: str) -> None:
    """How it was decided, for the next of its kind."""
    owner.insert(
        precedents, coordination_id=decided.coordination_id, order_id=order.order_id, category=order.category, district=district,
        town=town, title=order.title, lead_unit_id=decided.lead_unit_id, assisting=list(decided.assisting),
        reason=decided.decision_reason, decided_at=owner.now, party_people=sorted(order.party_people),
    )  # fmt: skip


def precedents_of(tx: Tx, category: str, district: str, town: str, page: Page) -> Rows:
    """Decisions on the same second-level category: those of the very category first, then of the same town, then of the district."""
    own = precedents.c
    kind = category.rpartition(".")[0] or category
    near = (own.tenant_id == tx.by.tenant_id) & (own.category >= kind) & (own.category < f"{kind}/")
    same = _points(own.category == category, 4)
    rank = (same + _points(own.town == town, 2, town) + _points(own.district == district, 1, district)).label("rank")
    statement = tx.select(precedents, *own, rank).where(near)
    rows, token = tx.page(statement, (rank.desc(), own.decided_at.desc(), own.coordination_id.desc()), page)
    return [row for row in rows if tx.by.id not in row["party_people"]], token


def case_of(row: Row | RowMapping) -> Case:
    """The case of a row."""
    facts = {each.name: row[each.name] for each in fields(Case)}
    facts |= {"cause": Cause(row["cause"]), "state": CaseState(row["state"])}
    return Case(**{**facts, "assisting": tuple(row["assisting"]), "party_people": frozenset(row["party_people"])})


def _row(of: Case) -> dict[str, Any]:
    facts = {each.name: getattr(of, each.name) for each in fields(Case)}
    return {**facts, "assisting": list(of.assisting), "party_people": sorted(of.party_people)}


def _points(condition: ColumnElement[bool], points: int, asked: str | Sequence[str] = "asked") -> ColumnElement[int]:
    return case((condition, points), else_=0) if asked else literal(0)
