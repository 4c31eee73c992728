"""A first start: tenants, units, signing key and calendar as seeded, and the people who can log in at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from uuid_utils import uuid7

from chassis.settings import Settings
from chassis.store import Tx
from services.directory.actions.calendars import renew_base
from services.directory.actions.people import record_new_people
from services.directory.actions.signing import signing_key
from services.directory.actions.systems import add_system
from services.directory.actions.tenants import record_tenant
from services.directory.actions.units import record_new_units
from services.directory.passwords import first_password, passwords_for
from services.directory.rules.calendars import Notices
from services.directory.rules.people import ADMIN, PROVINCIAL_PEER, Person
from services.directory.rules.units import Unit, UnitKind
from services.directory.seeds import Seed
from services.directory.store.sessions import Credential
from services.directory.store.tables import people, systems
from services.directory.store.tenants import load_tenant

REASON = "系统首次启动"
PROVINCIAL_SYSTEM = "省级政务服务便民热线平台"
# How many of each a demo's hub has; a unit has a handler and a lead.
CITY_STAFF = {
    "operator": 3,
    "dispatcher": 2,
    "reviewer": 2,
    "call_back": 2,
    "supervisor": 1,
    "assessor": 1,
    "kb_editor": 1,
    "kb_reviewer": 1,
    "operations": 1,
}
DISTRICT_ROLES = ("operator", "dispatcher", "handler", "unit_lead", "reviewer", "call_back", "supervisor", "assessor")
DISTRICT_STAFF = dict.fromkeys(DISTRICT_ROLES, 1)
UNIT_STAFF = {"handler": 1, "unit_lead": 1}
TERMS = {
    "operator": "受理员",
    "dispatcher": "派单员",
    "handler": "承办人",
    "unit_lead": "负责人",
    "reviewer": "审核员",
    "call_back": "回访员",
    "supervisor": "督办员",
    "assessor": "考核员",
    "kb_editor": "知识编辑",
    "kb_reviewer": "知识审核员",
    "operations": "运维",
}


@dataclass(frozen=True)
class Login:
    """Someone made at a first start, with the password that is written to a file, or told by `FIRST_PASSWORDS`, and nowhere else."""

    person: Person
    password: str


def start_tenant(tx: Tx, seed: Seed, reason: str = REASON, notices: Notices | None = None) -> bool:
    """The tenant with its units, calendar and, for the city, signing key; answers whether it was new.

    `notices`: those that its city has imported already.
    """
    fresh = load_tenant(tx, seed.tenant.tenant_id) is None
    if fresh:
        record_tenant(tx, seed.tenant, "add_tenant", reason)
        record_new_units(tx, list(seed.units), reason)
    if seed.tenant.is_city:
        signing_key(tx)
    renew_base(tx, notices)
    return fresh


def lacks_people(tx: Tx) -> bool:
    """Whether nobody was ever registered with the caller's tenant."""
    return tx.one(tx.select(people, people.c.person_id).where(people.c.tenant_id == tx.by.tenant_id).limit(1)) is None


def admin_of(settings: Settings, seed: Seed) -> Login:
    """The tenant's first administrator."""
    person = _person(seed.tenant.tenant_id, seed.hub_id, "admin", f"{seed.tenant.name}租户管理员", ADMIN)
    return _login(settings, person)


def staff_of(settings: Settings, seed: Seed) -> list[Login]:
    """A demo's people: every role at the hub, and a handler and a lead for each unit."""
    return [_login(settings, person) for person in _staff(seed)]


def start_people(tx: Tx, logins: list[Login], *, must_change: bool) -> None:
    """Register them, once their passwords are safe in a file."""
    hasher = passwords_for(tx.settings)
    hashed = [(login.person, Credential(login.person.person_id, hasher.hashed(login.password), must_change)) for login in logins]
    record_new_people(tx, hashed)


def start_provincial_system(tx: Tx, seed: Seed) -> str | None:
    """The province's platform in a demo, and its key; nothing when it is there already."""
    if tx.one(tx.select(systems, systems.c.system_id).where(systems.c.name == PROVINCIAL_SYSTEM)):
        return None
    return add_system(tx, seed.hub_id, PROVINCIAL_SYSTEM, [PROVINCIAL_PEER])[1]


def _login(settings: Settings, person: Person) -> Login:
    return Login(person, first_password(settings, person.tenant_id, person.login))


def _staff(seed: Seed) -> Iterator[Person]:
    hub = CITY_STAFF if seed.tenant.is_city else DISTRICT_STAFF
    for unit in seed.units:
        if unit.kind is UnitKind.DISTRICT:
            continue  # its district's people handle what is sent to it
        for role, count in (hub if unit.unit_id == seed.hub_id else UNIT_STAFF).items():
            for number in range(1, count + 1):
                yield _of_unit(unit, role, number if count > 1 else 0)


def _of_unit(unit: Unit, role: str, number: int) -> Person:
    which = str(number or "")
    name = f"{unit.short_name}{TERMS[role]}{which}"
    return _person(unit.tenant_id, unit.unit_id, f"{unit.unit_id}.{role}{which}", name, f"ROLE_{role.upper()}")


def _person(tenant_id: str, unit_id: str, login: str, name: str, role: str) -> Person:
    return Person(str(uuid7()), tenant_id, unit_id, login, name, frozenset({role}))
