"""Verbs on people. Who loses a right loses the tokens that carry it."""

from __future__ import annotations

from collections.abc import Iterable

from chassis import journal
from chassis.errors import Invalid
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.loading import edited_person, open_unit, own_person
from services.directory.actions.telling import revoke_tokens, tell_person
from services.directory.passwords import passwords_for
from services.directory.rules import people as rules
from services.directory.rules.credentials import check_password
from services.directory.rules.people import Person
from services.directory.store.people import find_person, other_admins, people_of, save_people, save_person
from services.directory.store.sessions import Credential, clear_attempts, end_sessions, save_credential
from services.directory.store.units import lock_tenant

ARTICLE = Article(8, 1).code


def add_person(tx: Tx, unit_id: str, *, login: str, name: str, roles: Iterable[str], password: str) -> Person:
    """Someone new, with a first password that only serves to set another."""
    lock_tenant(tx)
    unit = open_unit(tx, unit_id)
    checked = rules.check_person_roles(roles)
    login = login.lower()
    check_password("password", password, login)
    if find_person(tx, login):
        raise Invalid("login", f"登录名 {login} 已被使用，请换一个")
    person = Person(tx.new_id(), tx.by.tenant_id, unit.unit_id, login, name, checked)
    save_people(tx, [person])
    hashed = passwords_for(tx.settings).hashed(password)
    save_credential(tx, Credential(person.person_id, hashed, must_change=True))
    return _record(tx, person, "add_person")


def admit_person(tx: Tx, person: Person) -> Person:
    """Someone whom an identity provider vouches for: without a password, until an administrator sets one."""
    save_people(tx, [person])
    return _record(tx, person, "admit_person")


def rename_person(tx: Tx, person_id: str, version: int, name: str) -> Person:
    """Another name."""
    return _save(tx, rules.rename_person(edited_person(tx, person_id, version), name), "rename_person")


def move_person(tx: Tx, person_id: str, version: int, unit_id: str) -> Person:
    """Another unit."""
    lock_tenant(tx)
    before = edited_person(tx, person_id, version)
    after = rules.move_person(before, open_unit(tx, unit_id).unit_id)
    return _change(tx, before, after, "move_person")


def set_roles(tx: Tx, person_id: str, version: int, roles: Iterable[str]) -> Person:
    """Other roles."""
    lock_tenant(tx)
    before = edited_person(tx, person_id, version)
    return _change(tx, before, rules.set_roles(before, roles, other_admins(tx, before)), "set_roles")


def deactivate_person(tx: Tx, person_id: str, version: int, reason: str) -> Person:
    """Without access from now on."""
    lock_tenant(tx)
    before = edited_person(tx, person_id, version)
    after = rules.deactivate_person(before, other_admins(tx, before))
    end_sessions(tx, person_id)
    return _change(tx, before, after, "deactivate_person", reason)


def reactivate_person(tx: Tx, person_id: str, version: int, reason: str) -> Person:
    """With access again."""
    lock_tenant(tx)
    person = rules.reactivate_person(edited_person(tx, person_id, version))
    open_unit(tx, person.unit_id)
    return _save(tx, person, "reactivate_person", reason)


def reset_password(tx: Tx, person_id: str, password: str, reason: str) -> None:
    """A new first password; what was open is ended, what was locked is free."""
    person = own_person(tx, person_id)
    check_password("password", password, person.login)
    hashed = passwords_for(tx.settings).hashed(password)
    save_credential(tx, Credential(person_id, hashed, must_change=True))
    clear_attempts(tx, person.login)
    end_sessions(tx, person_id)
    revoke_tokens(tx, person_id)
    journal.append(tx, person_id, "reset_password", ARTICLE, {"reason": reason})


def hand_over_people(tx: Tx, unit_id: str, successor_id: str) -> None:
    """Everybody of a merged unit works for its successor."""
    for person in people_of(tx, unit_id):
        _change(tx, person, rules.move_person(person, successor_id), "move_person")


def record_new_people(tx: Tx, fresh: list[tuple[Person, Credential]]) -> None:
    """People who come with a tenant: saved, journalled, told."""
    save_people(tx, [person for person, _ in fresh])
    for person, credential in fresh:
        save_credential(tx, credential)
        _record(tx, person, "add_person")


def _change(tx: Tx, before: Person, after: Person, verb: str, reason: str = "") -> Person:
    if rules.loses_rights(before, after):
        revoke_tokens(tx, before.person_id)
    return _save(tx, after, verb, reason)


def _save(tx: Tx, person: Person, verb: str, reason: str = "") -> Person:
    save_person(tx, person)
    return _record(tx, person, verb, reason)


def _record(tx: Tx, person: Person, verb: str, reason: str = "") -> Person:
    detail = {
        "unit_id": person.unit_id,
        "login": person.login,
        "roles": sorted(person.roles),
        "version": person.version,
        **({"reason": reason} if reason else {}),
    }
    journal.append(tx, person.person_id, verb, ARTICLE, detail)
    tell_person(tx, person)
    return person
