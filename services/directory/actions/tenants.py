"""Verbs on tenants."""

from __future__ import annotations

from collections.abc import Mapping

from chassis import journal
from chassis.errors import Invalid, Stale
from chassis.store import Tx
from regulation.articles import Article
from regulation.policy import Policy
from services.directory.actions.loading import own_tenant
from services.directory.actions.telling import tell_tenant
from services.directory.rules import tenants as rules
from services.directory.rules.tenants import Tenant
from services.directory.store.tenants import save_tenant
from services.directory.store.units import load_unit, lock_tenant

ARTICLE = Article(5).code


def set_policies(tx: Tx, version: int, policies: Mapping[str, str], reason: str) -> Tenant:
    """All policies of the caller's tenant."""
    lock_tenant(tx)
    before = own_tenant(tx)
    if before.version != version:
        raise Stale(f"{before.name}的设置在您查看之后已有变动（现为第{before.version}版），请刷新后重试")
    tenant = rules.set_policies(before, policies)
    _check_units(tx, Policy.of(policies).named_units)
    record_tenant(tx, tenant, "set_policies", reason)
    return tenant


def _check_units(tx: Tx, named: tuple[str, ...]) -> None:
    """What a setting names is a unit of the tenant's own (13)."""
    for unit_id in named:
        unit = load_unit(tx, unit_id)
        if unit is None or unit.tenant_id != tx.by.tenant_id:
            raise Invalid("policies", f"没有编号为 {unit_id} 的单位，请从本机构的单位中选择", Article(13).code)


def record_tenant(tx: Tx, tenant: Tenant, verb: str, reason: str) -> None:
    """Save a tenant, journal and tell it."""
    save_tenant(tx, tenant)
    detail = {"reason": reason, "policies": dict(tenant.policies), "version": tenant.version}
    journal.append(tx, tenant.tenant_id, verb, ARTICLE, detail)
    tell_tenant(tx, tenant)
