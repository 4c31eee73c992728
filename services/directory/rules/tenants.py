"""Tenants: the city and its districts, each with its policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed
from regulation.policy import Policy, PolicyError

_ID = re.compile(r"[a-z][a-z0-9-]*")


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


def add_tenant(city: Tenant, tenant_id: str, name: str) -> Tenant:
    """A district of the city. Raises NotAllowed (Art. 5) below a district, Invalid for an id that others could not be told by."""
    if not city.is_city:
        raise NotAllowed(Article(5), "区县租户由市级热线工作机构设立，区县不能再设下级租户；镇街和部门请新增为单位")
    if not _ID.fullmatch(tenant_id):
        raise Invalid("tenant_id", "租户编号由小写字母、数字和连字符组成，以字母开头，例如 zichuan")
    return Tenant(tenant_id, name, city.tenant_id)


def set_policies(tenant: Tenant, policies: Mapping[str, str]) -> Tenant:
    """The tenant with other policies. Raises Invalid for a name or value the regulation does not leave open."""
    try:
        Policy.of(policies)
    except PolicyError as error:
        raise Invalid("policies", str(error)) from None
    if dict(policies) == dict(tenant.policies):
        raise Invalid("policies", "设置没有变化，请修改后再提交")
    return replace(tenant, policies=dict(policies), version=tenant.version + 1)
