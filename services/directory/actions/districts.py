"""A new district (Art. 5): the same rows that a first start makes for one, at the word of the city's administrator."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.errors import Invalid
from chassis.store import Tx
from services.directory.actions.calendars import current_revision
from services.directory.actions.loading import own_tenant
from services.directory.actions.starting import Login, start_people, start_tenant
from services.directory.actions.units import record_new_units
from services.directory.rules import tenants as rules
from services.directory.rules.credentials import check_password
from services.directory.rules.people import ADMIN, Person
from services.directory.rules.tenants import Tenant
from services.directory.rules.units import Unit, UnitKind, checked_duties
from services.directory.seeds import Seed
from services.directory.store.tenants import load_tenant, tenant_named
from services.directory.store.units import hub_of, load_unit, lock_tenant, name_taken


@dataclass(frozen=True)
class District:
    """What a new one is called: itself, its row among the city's units with the duties of that, and its hub."""

    tenant_id: str
    name: str
    unit_name: str
    hub_name: str
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Admin:
    """Its first administrator, with a first password that only serves to set another."""

    login: str
    name: str
    password: str


@dataclass(frozen=True)
class Added:
    """What came of it."""

    tenant: Tenant
    unit: Unit
    hub: Unit
    admin: Person


def add_tenant(tx: Tx, district: District, admin: Admin, reason: str) -> Added:
    """A district of the caller's city. Raises Invalid for an id or a name that is taken, NotAllowed (Art. 5) below a district."""
    lock_tenant(tx)
    tenant = rules.add_tenant(own_tenant(tx), district.tenant_id, district.name)
    unit, hub = _units_of(tx, district)
    _refuse_taken(tx, district, hub)
    check_password("password", admin.password, admin.login)
    person = Person(tx.new_id(), tenant.tenant_id, hub.unit_id, admin.login.lower(), admin.name, frozenset({ADMIN}))
    notices = current_revision(tx, tx.by.tenant_id).days.notices
    record_new_units(tx, [unit], reason)
    with tx.acting_for(tenant.tenant_id) as own:
        start_tenant(own, Seed(tenant, hub.unit_id, (hub,)), reason, notices)
        start_people(own, [Login(person, admin.password)], must_change=True)
    return Added(tenant, unit, hub, person)


def _units_of(tx: Tx, district: District) -> tuple[Unit, Unit]:
    """Its row among the city's units, and its hub."""
    city, tenant_id = tx.by.tenant_id, district.tenant_id
    unit = Unit(tenant_id, city, district.unit_name, district.name, hub_of(tx), UnitKind.DISTRICT, handling_tenant_id=tenant_id)
    unit = replace(unit, duties=checked_duties(district.duties))
    hub = Unit(f"{tenant_id}-hub", tenant_id, district.hub_name, f"{district.name}热线办", tenant_id, UnitKind.HUB)
    return unit, hub


def _refuse_taken(tx: Tx, district: District, hub: Unit) -> None:
    if load_tenant(tx, district.tenant_id) or load_unit(tx, district.tenant_id) or load_unit(tx, hub.unit_id):
        raise Invalid("tenant_id", f"编号 {district.tenant_id} 已被使用，请换一个")
    if tenant_named(tx, district.name):
        raise Invalid("name", f"已有名为{district.name}的租户，请核对后重试")
    if name_taken(tx, district.unit_name):
        raise Invalid("unit_name", f"已有名为{district.unit_name}的单位，请使用其他名称")
