"""Verbs on tenants."""

from __future__ import annotations

from collections.abc import Mapping

from chassis import journal
from chassis.errors import Stale
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.loading import own_tenant
from services.directory.actions.telling import tell_tenant
from services.directory.rules import tenants as rules
from services.directory.rules.tenants import Tenant
from services.directory.store.tenants import save_tenant
from services.directory.store.units import lock_tenant

ARTICLE = Article(5).code


def set_policies(tx: Tx, version: int, policies: Mapping[str, str], reason: str) -> Tenant:
    """All policies of the caller's tenant."""
    lock_tenant(tx)
    before = own_tenant(tx)
    if before.version != version:
        raise Stale(f"{before.name}的设置在您查看之后已有变动（现为第{before.version}版），请刷新后重试")
    tenant = rules.set_policies(before, policies)
    record_tenant(tx, tenant, "set_policies", reason)
    return tenant


def record_tenant(tx: Tx, tenant: Tenant, verb: str, reason: str) -> None:
    """Save a tenant, journal and tell it."""
    save_tenant(tx, tenant)
    detail = {"reason": reason, "policies": dict(tenant.policies), "version": tenant.version}
    journal.append(tx, tenant.tenant_id, verb, ARTICLE, detail)
    tell_tenant(tx, tenant)
