"""Loads and saves tenants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chassis.store import Tx
from services.directory.rules.tenants import Tenant
from services.directory.store.tables import tenants


def load_tenant(tx: Tx, tenant_id: str) -> Tenant | None:
    """A tenant, whoever asks."""
    row = tx.one(tx.select(tenants).where(tenants.c.tenant_id == tenant_id))
    return tenant_of(row) if row else None


def tenant_named(tx: Tx, name: str) -> bool:
    """Whether there is a tenant of this name."""
    return tx.one(tx.select(tenants, tenants.c.tenant_id).where(tenants.c.name == name)) is not None


def districts_of(tx: Tx, tenant_id: str) -> list[str]:
    """The ids of a city's districts."""
    below = tx.select(tenants, tenants.c.tenant_id).where(tenants.c.parent_tenant_id == tenant_id)
    return [row["tenant_id"] for row in tx.all(below.order_by(tenants.c.tenant_id))]


def tenant_ids(tx: Tx) -> list[str]:
    """Every tenant there is."""
    return [row["tenant_id"] for row in tx.all(tx.select(tenants, tenants.c.tenant_id).order_by(tenants.c.tenant_id))]


def tenant_of(row: Mapping[Any, Any]) -> Tenant:
    """A row of `tenants` as the rules know it."""
    return Tenant(row["tenant_id"], row["name"], row["parent_tenant_id"], row["policies"], row["version"])


def save_tenant(tx: Tx, tenant: Tenant) -> None:
    """Insert or update a tenant."""
    tx.put(tenants, ("tenant_id",), {**asdict(tenant), "policies": dict(tenant.policies)})
