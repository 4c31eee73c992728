"""The units an order might go to: all of a tenant's in one query, and who works for them in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.store import Tx
from services.dispatch.rules.suggesting import Candidate
from services.dispatch.rules.units import Unit
from services.dispatch.store.copies import DEPTH, HUB
from services.dispatch.store.told import people, units

Rows = Mapping[str, Mapping[Any, Any]]


def candidates(tx: Tx, party_people: frozenset[str]) -> dict[str, Candidate]:
    """The caller's tenant's units by id, with their superiors; with their active accounts where people are complained about."""
    rows = {row["unit_id"]: row for row in tx.all(tx.select(units).where(units.c.tenant_id == tx.by.tenant_id))}
    staff = _staff(tx) if party_people else {}
    return {unit_id: Candidate(_unit(unit_id, rows, staff.get(unit_id, frozenset())), tuple(rows[unit_id]["duties"])) for unit_id in rows}


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
