"""People and tenants' systems: what each may be in which tenant (Art. 8(1): 明确专(兼)职工作人员)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed

ADMIN = "ROLE_TENANT_ADMIN"
PROVINCIAL_PEER = "ROLE_PROVINCIAL_PEER"
# Of systems alone, and held alone: each may call what names it and nothing else (17).
SINGLE = {
    "ROLE_CHANNEL": "诉求渠道",
    "ROLE_TELEPHONE_EXCHANGE": "话务平台",
    "ROLE_THIRD_PARTY": "第三方抽测",
}
OF_SYSTEMS = {**SINGLE, PROVINCIAL_PEER: "省级平台"}
# Who looks after a city's districts reads their rows, never their callers (design: tenants).
READS_DISTRICTS = frozenset({"ROLE_SUPERVISOR", "ROLE_ASSESSOR", ADMIN})
NAMED_OFFICE = frozenset({ADMIN, "ROLE_SUPERVISOR", "ROLE_ASSESSOR", "ROLE_OPERATIONS"})


@dataclass(frozen=True)
class Person:
    """Someone who works for a unit; `login` is unique in the tenant, `version` counts changes from 1."""

    person_id: str
    tenant_id: str
    unit_id: str
    login: str
    name: str
    roles: frozenset[str]
    active: bool = True
    version: int = 1

    @property
    def administers(self) -> bool:
        """Whether the person manages the tenant's units and people now."""
        return self.active and ADMIN in self.roles


@dataclass(frozen=True)
class System:
    """A tenant's own system, acting for one of its units."""

    system_id: str
    tenant_id: str
    unit_id: str
    name: str
    roles: frozenset[str]
    active: bool = True
    version: int = 1


def check_person_roles(roles: Iterable[str]) -> frozenset[str]:
    """The roles of a person. Raises Invalid for none, for an unknown one and for a system's alone."""
    named = _some(roles)
    for role, called in OF_SYSTEMS.items():
        if role in named:
            raise Invalid("roles", f"{called}角色只能授予系统，不能授予人员")
    return named


def check_system_roles(roles: Iterable[str], *, of_city: bool) -> frozenset[str]:
    """The roles of a system.

    Raises Invalid for none, for a person's alone, for the province's outside the city, and for one that is held alone beside others.
    """
    named = _some(roles)
    if named & NAMED_OFFICE:
        raise Invalid("roles", "管理、督办、考核和运维角色须由具体人员承担，不能授予系统")
    for role in sorted(named & SINGLE.keys()):
        if len(named) > 1:
            raise Invalid("roles", f"{SINGLE[role]}系统不属于热线工作机构，只能有{SINGLE[role]}一个角色", Article(17).code)
    if PROVINCIAL_PEER in named and not of_city:
        raise Invalid("roles", "省级平台只与市级平台对接，区县不能设立省级平台角色")
    return named


def rename_person(person: Person, name: str) -> Person:
    """The person under another name."""
    if name == person.name:
        raise Invalid("name", "姓名没有变化，请填写新的姓名")
    return _next(person, name=name)


def move_person(person: Person, unit_id: str) -> Person:
    """The person in another unit."""
    if unit_id == person.unit_id:
        raise Invalid("unit_id", "所在单位没有变化，请选择另一个单位")
    return _next(person, unit_id=unit_id)


def set_roles(person: Person, roles: Iterable[str], other_admins: int) -> Person:
    """The person with other roles. Raises NotAllowed (Art. 8(1)) when nobody would be left to administer."""
    changed = _next(person, roles=check_person_roles(roles))
    if changed.roles == person.roles:
        raise Invalid("roles", "角色没有变化，请选择新的角色")
    return _keep_an_admin(person, changed, other_admins)


def deactivate_person(person: Person, other_admins: int) -> Person:
    """The person without access; the record stays. Raises NotAllowed (Art. 8(1)) for the last administrator."""
    if not person.active:
        raise NotAllowed(Article(8, 1), f"{person.name}已停用，无须再次停用")
    return _keep_an_admin(person, _next(person, active=False), other_admins)


def reactivate_person(person: Person) -> Person:
    """The person with access again. Raises NotAllowed (Art. 8(1)) when it was never taken."""
    if person.active:
        raise NotAllowed(Article(8, 1), f"{person.name}在用，无须恢复")
    return _next(person, active=True)


def deactivate_system(system: System) -> System:
    """The system without access. Raises NotAllowed (Art. 8(1)) when it has none already."""
    if not system.active:
        raise NotAllowed(Article(8, 1), f"系统{system.name}已停用，无须再次停用")
    return replace(system, active=False, version=system.version + 1)


def loses_rights(before: Person, after: Person) -> bool:
    """Whether tokens given before must no longer be taken."""
    return bool(before.roles - after.roles) or before.unit_id != after.unit_id or (before.active and not after.active)


def reads(roles: frozenset[str], own: str, districts: Iterable[str]) -> tuple[str, ...]:
    """The tenants whose rows someone with these roles reads."""
    return (own, *districts) if roles & READS_DISTRICTS else (own,)


def _keep_an_admin(before: Person, after: Person, other_admins: int) -> Person:
    if before.administers and not after.administers and not other_admins:
        raise NotAllowed(Article(8, 1), f"{before.name}是最后一名租户管理员，请先指定另一名管理员")
    return after


def _next(person: Person, **changes: object) -> Person:
    return replace(person, version=person.version + 1, **changes)  # type: ignore[arg-type]  # named fields of Person


def _some(roles: Iterable[str]) -> frozenset[str]:
    named = frozenset(roles)
    if not named or "ROLE_UNSPECIFIED" in named:
        raise Invalid("roles", "请至少选择一个有效的角色")
    return named
