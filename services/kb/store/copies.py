"""What directory told: tenants with their city and policies, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from chassis.caller import Caller
from chassis.store import Tx
from regulation.policy import Policy
from services.kb.store.tables import tenants, units

HUB = "hub"


@dataclass(frozen=True)
class Kin:
    """The city of a tenant, empty where it is one or nobody told; and the districts of a city."""

    city: str
    districts: tuple[str, ...]


def keep_tenant(tx: Tx, tenant_id: str, parent_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's place and choices."""
    row = {"tenant_id": tenant_id, "parent_id": parent_id, "policies": policies, "version": version}
    tx.put(tenants, ("tenant_id",), row, newer="version")


def keep_unit(tx: Tx, unit_id: str, tenant_id: str, name: str, kind: str, version: int, *, is_open: bool) -> None:
    """Keep a unit."""
    row = {"unit_id": unit_id, "tenant_id": tenant_id, "name": name, "kind": kind, "open": is_open, "version": version}
    tx.put(units, ("unit_id",), row, newer="version")


def kin_of(tx: Tx) -> Kin:
    """The kin of the caller's tenant."""
    own = tx.by.tenant_id
    rows = tx.kept("kin", _kin, own=own)
    city = next((row["parent_id"] for row in rows if row["tenant_id"] == own), "")
    return Kin(city, tuple(sorted(row["tenant_id"] for row in rows if row["tenant_id"] != own)))


def policy_of(tx: Tx) -> Policy:
    """The choices of the transaction's tenant; what cannot be read of them is left at its default."""
    row = tx.one(tx.select(tenants, tenants.c.policies).where(tenants.c.tenant_id == tx.by.tenant_id))
    return Policy.or_default(row["policies"] if row else None)


def is_unit(tx: Tx, unit_id: str) -> bool:
    """Whether it is an open unit of the caller's tenant."""
    mine = (units.c.unit_id == unit_id) & (units.c.tenant_id == tx.by.tenant_id) & units.c.open
    return tx.one(tx.select(units, units.c.unit_id).where(mine)) is not None


def hub_of(tx: Tx) -> str:
    """The hub of the caller's tenant; empty while nobody told."""
    mine = (units.c.tenant_id == tx.by.tenant_id) & (units.c.kind == HUB)
    row = tx.one(tx.select(units, units.c.unit_id).where(mine).order_by(units.c.unit_id))
    return str(row["unit_id"]) if row else ""


def at_hub(tx: Tx, by: Caller) -> bool:
    """Whether somebody works for its tenant's hub."""
    return bool(by.unit_id) and by.unit_id == hub_of(tx)


def _kin() -> Select[Any]:
    """A tenant and those whose city it is."""
    own: BindParameter[str] = bindparam("own")
    return select(tenants.c.tenant_id, tenants.c.parent_id).where(or_(tenants.c.tenant_id == own, tenants.c.parent_id == own))
