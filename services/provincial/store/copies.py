"""What directory told: tenants' policies, and what units are called."""

from __future__ import annotations

from chassis.store import Tx
from regulation.policy import Policy
from services.provincial.store.tables import tenants, units

LONGEST_NAME = 200


def keep_tenant(tx: Tx, tenant_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's choices."""
    tx.put(tenants, ("tenant_id",), {"tenant_id": tenant_id, "policies": policies, "version": version}, newer="version")


def keep_unit(tx: Tx, unit_id: str, name: str, version: int) -> None:
    """Keep a unit's name."""
    tx.put(units, ("unit_id",), {"unit_id": unit_id, "name": name[:LONGEST_NAME], "version": version}, newer="version")


def policy_of(tx: Tx) -> Policy:
    """The choices of the transaction's tenant; what cannot be read of them is left at its default."""
    row = tx.row(tenants, tenant_id=tx.by.tenant_id)
    return Policy.or_default(row["policies"] if row else None)


def name_of(tx: Tx, unit_id: str) -> str:
    """What a unit is called; its id where that was not told yet."""
    row = tx.row(units, unit_id=unit_id) if unit_id else None
    return str(row["name"]) if row else unit_id
