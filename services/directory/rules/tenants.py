"""Tenants: the city and its districts, each with its policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chassis.errors import Invalid
from regulation.policy import Policy, PolicyError


@dataclass(frozen=True)
class Tenant:
    """The city, or one of its districts; `version` counts its changes from 1."""

    tenant_id: str
    name: str
    parent_tenant_id: str = ""
    policies: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def is_city(self) -> bool:
        """Whether it is nobody's district."""
        return not self.parent_tenant_id


def set_policies(tenant: Tenant, policies: Mapping[str, str]) -> Tenant:
    """The tenant with other policies. Raises Invalid for a name or value the regulation does not leave open."""
    try:
        Policy.of(policies)
    except PolicyError as error:
        raise Invalid("policies", str(error)) from None
    if dict(policies) == dict(tenant.policies):
        raise Invalid("policies", "设置没有变化，请修改后再提交")
    return replace(tenant, policies=dict(policies), version=tenant.version + 1)
