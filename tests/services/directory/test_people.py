"""People through the door: roles, moving, leaving, and the tokens that end with a right."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.auth import TokenCheck
from chassis.errors import Unknown
from hotline.directory.v1 import people_pb2
from tests.services.directory.small_city import CITY, DISTRICT, PASSWORD, SmallCity, refused

OTHER = "another-horse-9"


def add(city: SmallCity, login: str = "zhang", **more: Any) -> people_pb2.Person:
    fields = {"unit_id": "water", "name": "张三", "roles": ["ROLE_HANDLER", "ROLE_UNIT_LEAD"], "password": PASSWORD, **more}
    person: people_pb2.Person = city.ask("Person.AddPerson", login=login, **fields).person
    return person


def token_of(city: SmallCity, login: str = "zhang") -> str:
    city.ask_unknown("Session.ChangePassword", tenant_id=CITY, login=login, password=PASSWORD, new_password=OTHER)
    token: str = city.log_in(login, OTHER).tokens.access_token
    return token


def taken(city: SmallCity, token: str) -> bool:
    try:
        TokenCheck(city.store).caller_of(token)
    except Unknown:
        return False
    return True


def test_add_person_is_told_without_a_name(city: SmallCity) -> None:
    person = add(city)
    assert (person.tenant_id, person.login, person.active) == (CITY, "zhang", True)
    told = city.told("PersonChanged")[-1]
    assert told["personId"] == person.person_id
    assert told["roles"] == ["ROLE_HANDLER", "ROLE_UNIT_LEAD"]
    assert "张三" not in str(told)
    assert [entry["verb"] for entry in city.journal(person.person_id)] == ["add_person"]


def test_the_journal_names_who_took_a_step_where_it_was_somebody(city: SmallCity) -> None:
    person = add(city, name="李四")
    token = token_of(city)
    entries = city.ask("Journal.ListJournalEntries", subject_id=person.person_id).entries
    admin = city.ask("Person.GetPerson", person_id=city.admin.id).person.name
    assert [(entry.verb, entry.by_name) for entry in entries] == [("add_person", admin), ("change_password", "李四"), ("log_in", "李四")]
    assert [entry.by_name for entry in city.ask("Journal.ListJournalEntries", subject_id=CITY).entries] == [""]
    assert taken(city, token)


def test_a_login_is_taken_once_in_a_tenant_whatever_its_case(city: SmallCity) -> None:
    add(city)
    assert refused(lambda: add(city, "ZHANG")).field == "login"
    fields: dict[str, Any] = {"unit_id": "town-1", "login": "zhang", "name": "张三", "roles": ["ROLE_HANDLER"], "password": PASSWORD}
    assert city.ask("Person.AddPerson", city.district_admin, **fields).person.tenant_id == DISTRICT


def test_add_person_into_a_unit_of_ones_own_that_is_open(city: SmallCity) -> None:
    assert refused(lambda: add(city, unit_id="town-1")).code == "PERMISSION_DENIED"
    assert refused(lambda: add(city, unit_id="nowhere")).code == "NOT_FOUND"
    city.edit("BeginClosingUnit", "water")
    assert refused(lambda: add(city)).field == "unit_id"


def test_a_person_reads_own_token_until_a_right_is_lost(city: SmallCity) -> None:
    person, token = add(city), ""
    token = token_of(city)
    renamed = city.ask("Person.RenamePerson", person_id=person.person_id, name="张三丰", version=1).person
    assert taken(city, token)
    fewer = city.ask("Person.SetRoles", person_id=person.person_id, roles=["ROLE_HANDLER"], version=renamed.version).person
    assert not taken(city, token)
    token = city.log_in("zhang", OTHER).tokens.access_token
    assert TokenCheck(city.store).caller_of(token).roles == {"ROLE_HANDLER"}
    city.ask("Person.MovePerson", person_id=person.person_id, unit_id="roads", version=fewer.version)
    assert not taken(city, token)


def test_deactivate_person_ends_sessions_and_reactivate_person_begins_anew(city: SmallCity) -> None:
    person = add(city)
    token_of(city)
    tokens = city.log_in("zhang", OTHER).tokens
    away = city.ask("Person.DeactivatePerson", person_id=person.person_id, reason="退休", version=1).person
    assert not away.active
    assert not taken(city, tokens.access_token)
    assert refused(lambda: city.ask_unknown("Session.RenewToken", refresh_token=tokens.refresh_token)).code == "UNAUTHENTICATED"
    assert refused(lambda: city.log_in("zhang", OTHER)).code == "UNAUTHENTICATED"
    assert not city.told("PersonChanged")[-1].get("active", False)
    city.ask("Person.ReactivatePerson", person_id=person.person_id, reason="返聘", version=away.version)
    assert city.log_in("zhang", OTHER)
    verbs = [entry["verb"] for entry in city.journal(person.person_id)]
    assert verbs == ["add_person", "change_password", "log_in", "log_in", "deactivate_person", "reactivate_person", "log_in"]


def test_reset_password_frees_a_lock_and_ends_sessions(city: SmallCity) -> None:
    person = add(city)
    token_of(city)
    tokens = city.log_in("zhang", OTHER).tokens
    for _ in range(5):
        refused(lambda: city.log_in("zhang", "wrong-password-1"))
    assert refused(lambda: city.log_in("zhang", OTHER)).code == "PERMISSION_DENIED"
    city.ask("Person.ResetPassword", person_id=person.person_id, password=PASSWORD, reason="本人忘记密码")
    assert refused(lambda: city.ask_unknown("Session.RenewToken", refresh_token=tokens.refresh_token)).code == "UNAUTHENTICATED"
    assert refused(lambda: city.log_in("zhang", PASSWORD)).code == "FAILED_PRECONDITION"
    assert token_of(city)


def test_the_last_administrator_of_a_tenant_stays(city: SmallCity) -> None:
    me: dict[str, Any] = {"person_id": city.admin_ids[CITY], "version": 1}
    assert refused(lambda: city.ask("Person.SetRoles", roles=["ROLE_HANDLER"], **me)).article == "8-1"
    assert refused(lambda: city.ask("Person.DeactivatePerson", reason="离职", **me)).article == "8-1"
    add(city, "second", roles=["ROLE_TENANT_ADMIN"])
    assert city.ask("Person.SetRoles", roles=["ROLE_HANDLER"], **me).person


def test_an_administrator_of_the_city_reads_a_districts_people_and_changes_none(city: SmallCity) -> None:
    theirs: dict[str, Any] = {"person_id": city.admin_ids[DISTRICT], "version": 1}
    assert city.ask("Person.GetPerson", person_id=theirs["person_id"]).person.tenant_id == DISTRICT
    assert len(city.ask("Person.ListPeople", tenant_id=DISTRICT).people) == 1
    for verb, fields in (
        ("RenamePerson", {"name": "新名", **theirs}),
        ("SetRoles", {"roles": ["ROLE_HANDLER"], **theirs}),
        ("DeactivatePerson", {"reason": "越权", **theirs}),
        ("ResetPassword", {"person_id": theirs["person_id"], "reason": "越权", "password": PASSWORD}),
    ):
        assert refused(lambda verb=verb, fields=fields: city.ask(f"Person.{verb}", **fields)).code == "PERMISSION_DENIED"  # type: ignore[misc]  # bound defaults
    mine: dict[str, Any] = {"person_id": city.admin_ids[CITY], "version": 1, "name": "新名"}
    assert refused(lambda: city.ask("Person.RenamePerson", city.district_admin, **mine)).code == "NOT_FOUND"


def test_list_people_leaves_out_who_left_unless_asked(city: SmallCity) -> None:
    person = add(city)
    city.ask("Person.DeactivatePerson", person_id=person.person_id, reason="退休", version=1)
    assert not city.ask("Person.ListPeople", unit_id="water").people
    assert [each.login for each in city.ask("Person.ListPeople", unit_id="water", with_inactive=True).people] == ["zhang"]


@pytest.mark.parametrize("roles", [[], ["ROLE_PROVINCIAL_PEER"], ["ROLE_UNSPECIFIED"]])
def test_add_person_refuses_roles_nobody_may_hold(city: SmallCity, roles: list[str]) -> None:
    assert refused(lambda: add(city, roles=roles)).field == "roles"
