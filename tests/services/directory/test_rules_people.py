"""The rules of people, systems, passwords and lock-out by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Denied, Invalid
from hotline.options.v1 import options_pb2
from regulation.articles import NotAllowed
from services.directory.rules import credentials, people
from services.directory.rules.credentials import Attempts, Session
from services.directory.rules.people import ADMIN, Person, System

NOON = datetime(2025, 1, 6, 4, tzinfo=UTC)
LI = Person("p1", "zibo", "water", "li", "李四", frozenset({"ROLE_HANDLER"}))
ROOT = replace(LI, roles=frozenset({ADMIN}))
Act = Callable[[], object]
ROLES = sorted(set(options_pb2.Role.keys()) - {"ROLE_UNSPECIFIED"})


@pytest.mark.parametrize("role", ROLES)
def test_a_person_may_hold_every_role_but_those_of_systems(role: str) -> None:
    if role == "ROLE_PROVINCIAL_PEER" or role in people.SINGLE:
        with pytest.raises(Invalid):
            people.check_person_roles([role])
    else:
        assert people.check_person_roles([role]) == {role}


@pytest.mark.parametrize("of_city", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_a_system_holds_no_office_and_the_provinces_role_only_in_the_city(role: str, *, of_city: bool) -> None:
    office = {ADMIN, "ROLE_SUPERVISOR", "ROLE_ASSESSOR", "ROLE_OPERATIONS"}
    if role in office or (role == "ROLE_PROVINCIAL_PEER" and not of_city):
        with pytest.raises(Invalid):
            people.check_system_roles([role], of_city=of_city)
    else:
        assert people.check_system_roles([role], of_city=of_city) == {role}


@pytest.mark.parametrize("role", sorted(people.SINGLE))
def test_a_system_from_outside_the_hub_holds_no_other_role(role: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.check_system_roles([role, "ROLE_OPERATOR"], of_city=True)
    assert refused.value.article == "17"


@pytest.mark.parametrize("roles", [[], ["ROLE_UNSPECIFIED"], ["ROLE_HANDLER", "ROLE_UNSPECIFIED"]])
def test_nobody_is_without_a_role(roles: list[str]) -> None:
    with pytest.raises(Invalid):
        people.check_person_roles(roles)


def test_the_last_administrator_stays() -> None:
    acts: tuple[Act, ...] = (lambda: people.set_roles(ROOT, ["ROLE_HANDLER"], 0), lambda: people.deactivate_person(ROOT, 0))
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.article.code == "8-1"
    assert not people.deactivate_person(ROOT, 1).active
    assert people.set_roles(ROOT, [ADMIN, "ROLE_HANDLER"], 0).administers


def test_deactivate_and_reactivate_person_only_when_they_change_something() -> None:
    away = people.deactivate_person(LI, 0)
    assert (away.active, away.version) == (False, 2)
    with pytest.raises(NotAllowed):
        people.deactivate_person(away, 0)
    assert people.reactivate_person(away).active
    with pytest.raises(NotAllowed):
        people.reactivate_person(LI)


def test_whoever_loses_a_role_a_unit_or_access_loses_tokens() -> None:
    more = people.set_roles(LI, ["ROLE_HANDLER", "ROLE_UNIT_LEAD"], 0)
    assert not people.loses_rights(LI, more)
    assert not people.loses_rights(LI, people.rename_person(LI, "李五"))
    assert people.loses_rights(more, people.set_roles(more, ["ROLE_HANDLER"], 0))
    assert people.loses_rights(LI, people.move_person(LI, "roads"))
    assert people.loses_rights(LI, people.deactivate_person(LI, 0))


@pytest.mark.parametrize("role", ROLES)
def test_only_who_looks_after_districts_reads_them(role: str) -> None:
    looks = role in {ADMIN, "ROLE_SUPERVISOR", "ROLE_ASSESSOR"}
    assert people.reads(frozenset({role}), "zibo", ["zhangdian"]) == (("zibo", "zhangdian") if looks else ("zibo",))


def test_a_change_that_changes_nothing_is_refused() -> None:
    acts: tuple[Act, ...] = (
        lambda: people.rename_person(LI, LI.name),
        lambda: people.move_person(LI, LI.unit_id),
        lambda: people.set_roles(LI, LI.roles, 0),
    )
    for act in acts:
        with pytest.raises(Invalid):
            act()


def test_deactivate_system_once() -> None:
    away = people.deactivate_system(System("s1", "zibo", "water", "水务平台", frozenset({"ROLE_HANDLER"})))
    assert not away.active
    with pytest.raises(NotAllowed):
        people.deactivate_system(away)


def test_locks_double_from_the_fifth_failure_to_an_hour() -> None:
    attempts, locks = Attempts(), []
    for _ in range(14):
        attempts = credentials.count_failure(attempts, NOON)
        locks.append(int((attempts.locked_until - NOON).total_seconds()) if attempts.locked_until else 0)
    assert locks == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_failures_are_forgotten_after_a_day() -> None:
    attempts = Attempts(9, NOON)
    assert credentials.count_failure(attempts, NOON + timedelta(days=1)).failures == 10
    assert credentials.count_failure(attempts, NOON + timedelta(days=1, seconds=1)).failures == 1


def test_a_lock_holds_until_its_instant_and_says_for_how_long() -> None:
    attempts = Attempts(7, NOON, NOON + timedelta(minutes=2))
    with pytest.raises(Denied, match="约2分钟"):
        credentials.refuse_locked(attempts, NOON)
    with pytest.raises(Denied, match="约1分钟"):
        credentials.refuse_locked(attempts, NOON + timedelta(minutes=1, seconds=1))
    credentials.refuse_locked(attempts, NOON + timedelta(minutes=2))


def test_a_refresh_token_never_outlives_its_session() -> None:
    session = Session("s", "zibo", "p1", NOON, NOON + credentials.SESSION_LIFE)
    assert credentials.refresh_ends(session, NOON) == NOON + timedelta(hours=10)
    assert credentials.refresh_ends(session, NOON + timedelta(hours=20)) == session.ends_at


@given(st.text(max_size=160), st.text(alphabet="abcz.0", min_size=1, max_size=10))
def test_check_password_never_says_the_password(password: str, login: str) -> None:
    said = ""
    try:
        credentials.check_password("password", password, login)
    except Invalid as refused:
        said = refused.message
    good = 12 <= len(password) <= 128 and len(set(password)) >= 6 and login.lower() not in password.lower()
    assert good == (not said)
    assert len(password) < 3 or password not in said
