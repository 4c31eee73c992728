"""What directory told: the tree of units, people, tenants' policies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, or_, select

from chassis.caller import Caller
from chassis.store import Looking, Tx
from regulation.policy import Policy
from services.intake.rules.reading import Unit
from services.intake.store.tables import people, tenants, units

DISTRICT = "district"


def keep_unit(tx: Tx, unit: Unit, handling_tenant_id: str, parent_id: str, successor_id: str, version: int) -> None:
    """Keep what is needed of a unit to know whom a complaint about it concerns."""
    row = {
        **vars(unit),
        "handling_tenant_id": handling_tenant_id or None,
        "parent_id": parent_id,
        "successor_id": successor_id,
        "version": version,
    }
    tx.put(units, ("unit_id",), row, newer="version")


def keep_person(tx: Tx, person_id: str, tenant_id: str, version: int) -> None:
    """Keep that there is such a person, whose account may be active or not."""
    tx.put(people, ("person_id",), {"person_id": person_id, "tenant_id": tenant_id, "version": version}, newer="version")


def known_units(tx: Tx, ids: Sequence[str]) -> frozenset[str]:
    """Which of these are units, of whichever tenant, open or closed."""
    return _known(tx, units.c.unit_id, ids)


def known_people(tx: Tx, ids: Sequence[str]) -> frozenset[str]:
    """Which of these are people, of whichever tenant."""
    return _known(tx, people.c.person_id, ids)


def is_district(tx: Looking, tenant_id: str) -> bool:
    """Whether it is a district's tenant: one that a unit of the city is handled by."""
    return tx.row(units, handling_tenant_id=tenant_id, kind=DISTRICT) is not None


def kin_of(tx: Tx, by: Caller) -> tuple[Unit, ...]:
    """The units a complaint about which is one about a person's: see rules.reading.Reader."""
    # Not beyond the tenant: a district's people are no kin of the city's hub above their district.
    near = or_(units.c.tenant_id == by.tenant_id, units.c.handling_tenant_id == by.tenant_id)
    begin = or_(units.c.unit_id == by.unit_id, units.c.handling_tenant_id == by.tenant_id)
    columns = (units.c.unit_id, units.c.tenant_id, units.c.kind, units.c.parent_id)
    found = tx.select(units, *columns).where(near, begin).cte("kin", recursive=True)
    nearer = or_(units.c.unit_id == found.c.parent_id, units.c.successor_id == found.c.unit_id)
    found = found.union(tx.select(units, *columns).join(found, nearer).where(near))
    rows = tx.all(select(found.c.unit_id, found.c.tenant_id, found.c.kind))
    return tuple(Unit(row["unit_id"], row["tenant_id"], row["kind"]) for row in rows)


def keep_policies(tx: Tx, tenant_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's choices."""
    tx.put(tenants, ("tenant_id",), {"tenant_id": tenant_id, "policies": policies, "version": version}, newer="version")


def policy_of(tx: Looking) -> Policy:
    """The choices of the caller's tenant; what intake cannot read of them is left at its default."""
    row = tx.row(tenants, tenant_id=tx.by.tenant_id)
    return Policy.or_default(row["policies"] if row else None)


def _known(tx: Tx, key: Column[str], ids: Sequence[str]) -> frozenset[str]:
    if not ids:
        return frozenset()
    return frozenset(row[key] for row in tx.all(tx.select(key.table, key).where(key.in_(ids))))
