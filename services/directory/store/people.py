"""Loads and saves people, tenants' systems and their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func

from chassis.store import Tx
from services.directory.rules.people import Person, System
from services.directory.store.tables import people, systems


def load_person(tx: Tx, person_id: str) -> Person | None:
    """A person that the caller may see."""
    row = tx.one(tx.select(people).where(people.c.person_id == person_id))
    return person_of(row) if row else None


def find_person(tx: Tx, login: str) -> Person | None:
    """The person of the caller's tenant who logs in by a name."""
    row = tx.one(tx.select(people).where(people.c.tenant_id == tx.by.tenant_id, people.c.login == login))
    return person_of(row) if row else None


def people_of(tx: Tx, unit_id: str) -> list[Person]:
    """The active people of a unit."""
    staff = tx.select(people).where(people.c.unit_id == unit_id, people.c.active).order_by(people.c.person_id)
    return [person_of(row) for row in tx.all(staff)]


def names_of(tx: Tx, person_ids: Iterable[str]) -> dict[str, str]:
    """What those of the people are called that the caller may see."""
    return {row["person_id"]: row["name"] for row in tx.rows_among(people, "person_id", person_ids)}


def person_of(row: Mapping[Any, Any]) -> Person:
    """A row of `people` as the rules know it."""
    return Person(
        person_id=row["person_id"],
        tenant_id=row["tenant_id"],
        unit_id=row["unit_id"],
        login=row["login"],
        name=row["name"],
        roles=frozenset(row["roles"]),
        active=row["active"],
        version=row["version"],
    )


def save_people(tx: Tx, fresh: Iterable[Person]) -> None:
    """Insert people."""
    tx.insert_many(people, [_row(person) for person in fresh])


def save_person(tx: Tx, person: Person) -> None:
    """Update a person."""
    tx.run(tx.update(people).where(people.c.person_id == person.person_id).values(**_row(person)))


def other_admins(tx: Tx, person: Person) -> int:
    """How many others administer the person's tenant."""
    others = (people.c.tenant_id == person.tenant_id) & people.c.administers & (people.c.person_id != person.person_id)
    return int(tx.connection.execute(tx.select(people, func.count()).where(others)).scalar_one())


def load_system(tx: Tx, system_id: str) -> System | None:
    """A system of a tenant that the caller may see."""
    row = tx.one(tx.select(systems).where(systems.c.system_id == system_id))
    return system_of(row) if row else None


def systems_of(tx: Tx, unit_id: str) -> list[System]:
    """The active systems that act for a unit."""
    machines = tx.select(systems).where(systems.c.unit_id == unit_id, systems.c.active).order_by(systems.c.system_id)
    return [system_of(row) for row in tx.all(machines)]


def system_of(row: Mapping[Any, Any]) -> System:
    """A row of `systems` as the rules know it."""
    return System(
        system_id=row["system_id"],
        tenant_id=row["tenant_id"],
        unit_id=row["unit_id"],
        name=row["name"],
        roles=frozenset(row["roles"]),
        active=row["active"],
        version=row["version"],
    )


def save_system(tx: Tx, system: System) -> None:
    """Insert or update a system."""
    tx.put(systems, ("system_id",), {**asdict(system), "roles": sorted(system.roles)})


def _row(person: Person) -> dict[str, Any]:
    return {**asdict(person), "roles": sorted(person.roles), "administers": person.administers}
