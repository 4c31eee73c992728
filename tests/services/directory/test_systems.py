"""Tenants' systems: a key is shown once, rotated, revoked, and logs in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis import clock as chassis_clock
from chassis.auth import TokenCheck
from chassis.errors import Unknown
from services.directory.actions import systems
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity, refused


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """Real time, as the keys of systems live by it, moved ahead by the sum of what is put in here."""
    moved: list[timedelta] = []
    real = chassis_clock.real_now

    def ahead() -> datetime:
        return real() + sum(moved, timedelta())

    monkeypatch.setattr(systems, "real_now", ahead)
    return moved


def log_in(city: SmallCity, key: str) -> str:
    answer = city.ask_unknown("Session.LogInByKey", key=key)
    token: str = answer.tokens.access_token
    assert not answer.tokens.refresh_token
    return token


def test_a_system_logs_in_by_its_key_as_what_it_is(city: SmallCity) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="省级平台", roles=["ROLE_PROVINCIAL_PEER"])
    by = TokenCheck(city.store).caller_of(log_in(city, added.key))
    assert (by.kind, by.id, by.tenant_id, by.unit_id) == ("system", added.system.system_id, CITY, "water")
    assert by.roles == {"ROLE_PROVINCIAL_PEER"}
    assert by.reads == (CITY,)


def test_add_system_asked_again_gives_the_same_key(city: SmallCity) -> None:
    fields: dict[str, Any] = {"unit_id": "water", "name": "水务平台", "roles": ["ROLE_HANDLER"], "request_id": "once"}
    first, again = (city.ask("System.AddSystem", **fields) for _ in range(2))
    assert first == again
    assert log_in(city, again.key)
    assert city.ask("System.ListSystems").systems == [city.ask("System.GetSystem", system_id=first.system.system_id).system]


def test_rotate_system_key_lets_both_count_for_the_overlap(city: SmallCity, later: list[timedelta]) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    rotated = city.ask("System.RotateSystemKey", system_id=added.system.system_id, overlap_hours=24)
    assert log_in(city, added.key)
    assert log_in(city, rotated.key)
    later.append(timedelta(hours=24, seconds=1))
    assert refused(lambda: log_in(city, added.key)).code == "UNAUTHENTICATED"
    assert log_in(city, rotated.key)
    keys = city.ask("System.ListSystemKeys", system_id=added.system.system_id).system_keys
    assert [key.HasField("expires_at") for key in keys] == [True, False]


def test_rotate_system_key_never_lengthens_an_overlap(city: SmallCity, later: list[timedelta]) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    city.ask("System.RotateSystemKey", system_id=added.system.system_id)
    city.ask("System.RotateSystemKey", system_id=added.system.system_id, overlap_hours=168)
    later.append(timedelta(seconds=1))
    assert refused(lambda: log_in(city, added.key)).code == "UNAUTHENTICATED"
    heard = refused(lambda: city.ask("System.RotateSystemKey", system_id=added.system.system_id, overlap_hours=169))
    assert heard.field == "overlap_hours"


def test_revoke_system_key_ends_the_tokens_given_for_it(city: SmallCity) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    token = log_in(city, added.key)
    (key,) = city.ask("System.ListSystemKeys", system_id=added.system.system_id).system_keys
    revoked = city.ask("System.RevokeSystemKey", key_id=key.key_id, reason="密钥外泄").system_key
    assert revoked.HasField("revoked_at")
    assert refused(lambda: log_in(city, added.key)).code == "UNAUTHENTICATED"
    with pytest.raises(Unknown):
        TokenCheck(city.store).caller_of(token)
    heard = refused(lambda: city.ask("System.RevokeSystemKey", key_id=key.key_id, reason="再来一次"))
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "17")


def test_deactivate_system_ends_all_its_keys(city: SmallCity) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    rotated = city.ask("System.RotateSystemKey", system_id=added.system.system_id, overlap_hours=24)
    away = city.ask("System.DeactivateSystem", system_id=added.system.system_id, reason="平台下线", version=1).system
    assert not away.active
    for key in (added.key, rotated.key):
        assert refused(lambda key=key: log_in(city, key)).code == "UNAUTHENTICATED"  # type: ignore[misc]  # a bound default
    assert refused(lambda: city.ask("System.RotateSystemKey", system_id=added.system.system_id)).article == "17"
    verbs = [entry["verb"] for entry in city.journal(added.system.system_id)]
    assert verbs == ["add_system", "rotate_system_key", "deactivate_system"]


@pytest.mark.parametrize("key", ["x", "key:zibo:guess", "key:nowhere:guess", "refresh:zibo:guess"])
def test_log_in_by_key_refuses_what_was_never_given(city: SmallCity, key: str) -> None:
    assert refused(lambda: log_in(city, key)).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("role", ["ROLE_TENANT_ADMIN", "ROLE_SUPERVISOR", "ROLE_OPERATIONS"])
def test_no_system_holds_an_office(city: SmallCity, role: str) -> None:
    assert refused(lambda: city.ask("System.AddSystem", unit_id="water", name="平台", roles=[role])).field == "roles"


def test_the_provinces_role_is_the_citys_to_give(city: SmallCity) -> None:
    fields: dict[str, Any] = {"unit_id": "town-1", "name": "省级平台", "roles": ["ROLE_PROVINCIAL_PEER"]}
    assert refused(lambda: city.ask("System.AddSystem", city.district_admin, **fields)).field == "roles"


def test_a_district_sees_only_its_own_systems(city: SmallCity) -> None:
    added = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    assert not city.ask("System.ListSystems", city.district_admin).systems
    ask: dict[str, Any] = {"system_id": added.system.system_id}
    assert refused(lambda: city.ask("System.ListSystemKeys", city.district_admin, **ask)).code == "NOT_FOUND"
    theirs = city.ask("System.AddSystem", city.district_admin, unit_id="town-1", name="区平台", roles=["ROLE_HANDLER"])
    assert theirs.system.tenant_id == DISTRICT
    mine: dict[str, Any] = {"system_id": theirs.system.system_id}
    assert refused(lambda: city.ask("System.RotateSystemKey", **mine)).code == "PERMISSION_DENIED"
