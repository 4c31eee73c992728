"""What directory told: tenants with their city and policies, units."""

from __future__ import annotations

from chassis.store import Tx
from services.assessment.store.tables import tenants, units


def keep_tenant(tx: Tx, tenant_id: str, parent_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's place and choices."""
    row = {"tenant_id": tenant_id, "parent_id": parent_id, "policies": policies, "version": version}
    tx.put(tenants, ("tenant_id",), row, newer="version")


def keep_unit(tx: Tx, values: dict[str, str | int | bool]) -> None:
    """Keep a unit."""
    tx.put(units, ("unit_id",), values, newer="version")
