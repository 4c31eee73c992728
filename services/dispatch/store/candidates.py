"""The units an order might go to: all of a tenant's in one query, and who works for them in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_

from chassis.store import Tx
from services.dispatch.rules.suggesting import Candidate
from services.dispatch.rules.units import Unit
from services.dispatch.store.copies import DEPTH, HUB
from services.dispatch.store.told import people, units

Rows = Mapping[str, Mapping[Any, Any]]


def candidates(tx: Tx, party_people: frozenset[str]) -> dict[str, Candidate]:
    """The caller's tenant's units by id, with their superiors; with their active accounts where people are complained about."""
    # A district's hub has its superior in the city: its row is needed for the line above, and is no candidate.
    near = or_(units.c.tenant_id == tx.by.tenant_id, units.c.handling_tenant_id == tx.by.tenant_id)
    rows = {row["unit_id"]: row for row in tx.all(tx.select(units).where(near))}
    staff = _staff(tx) if party_people else {}
    own = (unit_id for unit_id, row in rows.items() if row["tenant_id"] == tx.by.tenant_id)
    return {each: Candidate(_unit(each, rows, staff.get(each, frozenset())), tuple(rows[each]["duties"])) for each in own}


def _unit(unit_id: str, rows: Rows, staff: frozenset[str]) -> Unit:
    row = rows[unit_id]
    above = tuple((each, rows[each]["name"]) for each in _above(row, rows))
    return Unit(
        unit_id=unit_id, name=row["name"], open=row["open"], hub=row["kind"] == HUB,
        handling_tenant_id=row["handling_tenant_id"] or "", above=above, staff=staff,
    )  # fmt: skip


def _above(row: Mapping[Any, Any], rows: Rows) -> list[str]:
    found: list[str] = []
    while row["parent_id"] in rows and len(found) < DEPTH:
        row = rows[row["parent_id"]]
        found.append(row["unit_id"])
    return found


def _staff(tx: Tx) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    active = tx.select(people, people.c.unit_id, people.c.person_id).where(people.c.tenant_id == tx.by.tenant_id, people.c.active)
    for row in tx.all(active):
        found.setdefault(row["unit_id"], set()).add(row["person_id"])
    return {unit_id: frozenset(each) for unit_id, each in found.items()}
