"""What directory told: tenants with their city and policies, units."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import RowMapping

from chassis.errors import Missing
from chassis.store import Tx
from regulation.policy import Policy
from services.assessment.store.tables import tenants, units

HUB = "hub"


def keep_tenant(tx: Tx, tenant_id: str, parent_id: str, policies: dict[str, str], version: int) -> None:
    """Keep a tenant's place and choices."""
    row = {"tenant_id": tenant_id, "parent_id": parent_id, "policies": policies, "version": version}
    tx.put(tenants, ("tenant_id",), row, newer="version")


def keep_unit(tx: Tx, values: dict[str, str | int | bool]) -> None:
    """Keep a unit."""
    tx.put(units, ("unit_id",), values, newer="version")


def tenants_of(tx: Tx) -> list[str]:
    """All that directory told of. For `store.read_across` alone."""
    return [row["tenant_id"] for row in tx.all(tx.select(tenants, tenants.c.tenant_id).order_by(tenants.c.tenant_id))]


def policy_of(tx: Tx) -> Policy:
    """The choices of the transaction's tenant; what cannot be read of them is left at its default."""
    row = tx.one(tx.select(tenants, tenants.c.policies).where(tenants.c.tenant_id == tx.by.tenant_id))
    return Policy.or_default(row["policies"] if row else None)


def kind_of(tx: Tx, unit_id: str) -> str:
    """What kind of unit it is, of the caller's tenant; empty for none."""
    mine = (units.c.unit_id == unit_id) & (units.c.tenant_id == tx.by.tenant_id)
    row = tx.one(tx.select(units, units.c.kind).where(mine))
    return str(row["kind"]) if row else ""


def unit_of(tx: Tx, unit_id: str) -> RowMapping | None:
    """A unit of the caller's tenant."""
    return tx.one(tx.select(units).where(units.c.unit_id == unit_id, units.c.tenant_id == tx.by.tenant_id))


def hub_name(tx: Tx) -> str:
    """What the hub of the caller's tenant is called; whose documents they are."""
    hub = tx.one(tx.select(units, units.c.name).where(units.c.tenant_id == tx.by.tenant_id, units.c.kind == HUB).order_by(units.c.unit_id))
    return str(hub["name"]) if hub else "12345政务服务便民热线工作机构"


def own_unit(tx: Tx, unit_id: str) -> RowMapping | None:
    """The unit somebody speaks for: its own, or from the hub of a district the unit that the district is in its city."""
    row = tx.one(tx.select(units).where(units.c.unit_id == unit_id))
    if row is None or (row["tenant_id"] == tx.by.tenant_id and unit_id == tx.by.unit_id):
        return row
    speaks = row["handling_tenant_id"] == tx.by.tenant_id and kind_of(tx, tx.by.unit_id) == HUB
    return row if speaks else None


def spoken_among(tx: Tx, unit_ids: Collection[str]) -> frozenset[str]:
    """Of these units those that somebody speaks for, as `own_unit`."""
    found = tx.all(tx.select(units).where(units.c.unit_id.in_(unit_ids)))
    own = {row["unit_id"] for row in found if row["tenant_id"] == tx.by.tenant_id and row["unit_id"] == tx.by.unit_id}
    handled = {row["unit_id"] for row in found if row["handling_tenant_id"] == tx.by.tenant_id}
    return frozenset(own | handled if handled and kind_of(tx, tx.by.unit_id) == HUB else own)


def spoken_for(tx: Tx, tenant_id: str) -> str:
    """The unit of a tenant that somebody speaks for: their own, or from the hub of a district the unit that the district is in its city."""
    if tenant_id == tx.by.tenant_id:
        return tx.by.unit_id
    if kind_of(tx, tx.by.unit_id) != HUB:
        return ""
    district = (units.c.handling_tenant_id == tx.by.tenant_id) & (units.c.tenant_id == tenant_id)
    row = tx.one(tx.select(units, units.c.unit_id).where(district))
    return str(row["unit_id"]) if row else ""


def parent_of(tx: Tx) -> str:
    """The tenant above the caller's; empty for a city."""
    row = tx.one(tx.select(tenants, tenants.c.parent_id).where(tenants.c.tenant_id == tx.by.tenant_id))
    return str(row["parent_id"]) if row else ""


@contextmanager
def publishing(tx: Tx, tenant_id: str) -> Iterator[Tx]:
    """The transaction on what a tenant published: the caller's own, one it reads, or its city. Raises Missing for another."""
    wanted = tenant_id or tx.by.tenant_id
    if wanted not in {tx.by.tenant_id, *tx.by.reads, parent_of(tx)}:
        raise Missing("没有这个租户的考核结果，或您无权查看：请核对租户编号")
    with tx.acting_for(wanted) as owner:
        yield owner
