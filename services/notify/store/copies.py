"""What directory told: tenants' policies, and at which desk what is sent to a unit is read."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.store import Tx
from regulation.policy import Policy
from services.notify.store.tables import tenants, units

HUB = "hub"


@dataclass(frozen=True)
class Desk:
    """A unit, and the tenant whose people work there."""

    tenant_id: str
    unit_id: str


def keep_tenant(tx: Tx, tenant_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's choices."""
    tx.put(tenants, ("tenant_id",), {"tenant_id": tenant_id, "policies": policies, "version": version}, newer="version")


def keep_unit(tx: Tx, unit_id: str, tenant_id: str, handling_tenant_id: str, kind: str, version: int) -> None:
    """Keep whose a unit is."""
    row = {"unit_id": unit_id, "tenant_id": tenant_id, "handling_tenant_id": handling_tenant_id, "kind": kind, "version": version}
    tx.put(units, ("unit_id",), row, newer="version")


def policy_of(tx: Tx) -> Policy:
    """The choices of the transaction's tenant; what cannot be read of them is left at its default."""
    row = tx.row(tenants, tenant_id=tx.by.tenant_id)
    return Policy.or_default(row["policies"] if row else None)


def hub_of(tx: Tx) -> str:
    """The unit that is the hub of the transaction's tenant; empty where none was told of yet."""
    hub = tx.row(units, order="unit_id", tenant_id=tx.by.tenant_id, kind=HUB)
    return str(hub["unit_id"]) if hub else ""


def desk_of(tx: Tx, unit_id: str) -> Desk:
    """Where a unit's messages are read: of a district's unit at the hub of the tenant that handles for it (7(2))."""
    unit = tx.row(units, unit_id=unit_id)
    if unit is None:
        return Desk(tx.by.tenant_id, unit_id)
    district = unit["handling_tenant_id"]
    if not district:
        return Desk(unit["tenant_id"], unit_id)
    hub = tx.row(units, order="unit_id", tenant_id=district, kind=HUB)
    return Desk(district, hub["unit_id"] if hub else unit_id)
