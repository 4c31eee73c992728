"""Logging in and out: tokens, lock-out, refresh tokens that replace one another, passwords."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher

from chassis import clock as chassis_clock
from chassis.auth import TokenCheck
from chassis.errors import Unknown
from services.directory.actions import sessions as session_actions
from services.directory.actions import signing, systems
from services.directory.store import sessions as session_store
from services.directory.store.sessions import Credential
from tests.services.directory.small_city import CITY, DISTRICT, PASSWORD, SmallCity, refused

OTHER = "another-horse-9"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """Real time, as directory reads it, moved ahead by the sum of what is put in here."""
    moved: list[timedelta] = []
    real = chassis_clock.real_now

    def ahead() -> object:
        return real() + sum(moved, timedelta())

    for module in (session_actions, session_store, signing, systems):
        monkeypatch.setattr(module, "real_now", ahead)
    return moved


def renew(city: SmallCity, refresh_token: str, **more: str) -> object:
    return city.ask_unknown("Session.RenewToken", refresh_token=refresh_token, **more)


def test_log_in_gives_a_token_that_every_service_reads(city: SmallCity) -> None:
    answer = city.log_in()
    by = TokenCheck(city.store).caller_of(answer.tokens.access_token)
    assert (by.kind, by.id, by.tenant_id, by.unit_id) == ("person", city.admin_ids[CITY], CITY, "zibo-hub")
    assert by.roles == {"ROLE_TENANT_ADMIN"}
    assert by.reads == (CITY, DISTRICT)
    assert answer.person.login == "admin"
    assert city.ask("Unit.GetUnit", token=answer.tokens.access_token, unit_id="town-1").unit.tenant_id == DISTRICT


def test_a_token_says_what_the_design_names_and_lives_five_minutes(city: SmallCity) -> None:
    token = city.log_in().tokens.access_token
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"sub", "kind", "ten", "uni", "rol", "reads", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == pytest.approx(300)
    assert jwt.get_unverified_header(token)["alg"] == "EdDSA"


def test_signing_keys_are_published_as_a_key_set_that_verifies_a_token(city: SmallCity) -> None:
    token = city.log_in().tokens.access_token
    keys = jwt.PyJWKSet.from_json(city.ask_unknown("Session.GetSigningKeys").jwks)
    kid = jwt.get_unverified_header(token)["kid"]
    assert jwt.decode(token, keys[kid], ["EdDSA"])["ten"] == CITY
    assert [told["keyId"] for told in city.told("SigningKeyPublished")] == [kid]


def test_a_districts_administrator_reads_only_the_district(city: SmallCity) -> None:
    token = city.log_in(tenant=DISTRICT).tokens.access_token
    assert TokenCheck(city.store).caller_of(token).reads == (DISTRICT,)
    assert refused(lambda: city.ask("Unit.GetUnit", token=token, unit_id="water")).code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("tenant", "login", "password"),
    [(CITY, "admin", "wrong-password-1"), (CITY, "nobody", PASSWORD), ("nowhere", "admin", PASSWORD)],
)
def test_whoever_guesses_hears_the_same_words(city: SmallCity, tenant: str, login: str, password: str) -> None:
    heard = refused(lambda: city.log_in(login, password, tenant))
    assert (heard.code, heard.message) == (
        "UNAUTHENTICATED",
        "登录名、密码或动态口令有误，请核对后重试；已启用动态口令的须一并填写，忘记密码或更换手机请联系本单位的租户管理员",
    )


def test_log_in_locks_after_five_failures_for_a_growing_time(city: SmallCity, later: list[timedelta]) -> None:
    for _ in range(5):
        assert refused(lambda: city.log_in(password="wrong-password-1")).code == "UNAUTHENTICATED"
    assert refused(city.log_in).code == "PERMISSION_DENIED"
    later.append(timedelta(seconds=31))
    assert refused(lambda: city.log_in(password="wrong-password-1")).code == "UNAUTHENTICATED"
    later.append(timedelta(seconds=31))
    assert refused(city.log_in).code == "PERMISSION_DENIED"
    later.append(timedelta(seconds=30))
    assert city.log_in().tokens.access_token
    assert refused(lambda: city.log_in(password="wrong-password-1")).code == "UNAUTHENTICATED"
    assert city.log_in().tokens.access_token
    verbs = [entry["verb"] for entry in city.journal(city.admin_ids[CITY])]
    assert verbs == ["add_person", "lock_log_in", "lock_log_in", "log_in", "log_in"]


def test_a_name_nobody_bears_locks_like_any_other(city: SmallCity) -> None:
    for _ in range(5):
        refused(lambda: city.log_in("nobody"))
    assert refused(lambda: city.log_in("nobody")).code == "PERMISSION_DENIED"


def test_a_failed_log_in_asked_twice_counts_twice(city: SmallCity) -> None:
    for _ in range(5):
        fields: dict[str, Any] = {"tenant_id": CITY, "login": "admin", "password": "wrong-password-1", "request_id": "same"}
        assert refused(lambda fields=fields: city.ask_unknown("Session.LogIn", **fields)).code == "UNAUTHENTICATED"  # type: ignore[misc]  # a bound default
    assert refused(city.log_in).code == "PERMISSION_DENIED"


def test_log_in_asked_again_gives_the_same_tokens(city: SmallCity) -> None:
    fields: dict[str, Any] = {"tenant_id": CITY, "login": "admin", "password": PASSWORD, "request_id": "same"}
    first, again = (city.ask_unknown("Session.LogIn", **fields) for _ in range(2))
    assert first == again
    assert renew(city, again.tokens.refresh_token)
    assert refused(lambda: city.ask_unknown("Session.LogIn", **{**fields, "password": OTHER})).code == "ALREADY_EXISTS"


def test_renew_token_replaces_the_refresh_token(city: SmallCity) -> None:
    first = city.log_in().tokens
    second = city.ask_unknown("Session.RenewToken", refresh_token=first.refresh_token).tokens
    third = city.ask_unknown("Session.RenewToken", refresh_token=second.refresh_token).tokens
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert city.ask("Tenant.GetTenant", token=third.access_token, tenant_id=CITY).tenant.name == "淄博市"


def test_a_refresh_token_used_twice_ends_its_session_and_every_token(city: SmallCity) -> None:
    first = city.log_in().tokens
    second = city.ask_unknown("Session.RenewToken", refresh_token=first.refresh_token).tokens
    assert "重复使用" in refused(lambda: renew(city, first.refresh_token)).message
    assert refused(lambda: renew(city, second.refresh_token)).code == "UNAUTHENTICATED"
    with pytest.raises(Unknown):
        TokenCheck(city.store).caller_of(second.access_token)
    assert city.told("TokensRevoked")[-1]["subject"] == city.admin_ids[CITY]
    assert city.log_in().tokens.access_token


def test_renew_token_asked_again_is_no_second_use(city: SmallCity) -> None:
    token = city.log_in().tokens.refresh_token
    first, again = (renew(city, token, request_id="lost-answer") for _ in range(2))
    assert first == again


def test_a_session_ends_with_its_shift_and_at_most_after_a_day(city: SmallCity, later: list[timedelta]) -> None:
    idle = city.log_in().tokens
    later.append(timedelta(hours=10, minutes=1))
    assert refused(lambda: renew(city, idle.refresh_token)).code == "UNAUTHENTICATED"
    token = city.log_in().tokens.refresh_token
    for _ in range(2):
        later.append(timedelta(hours=9))
        token = city.ask_unknown("Session.RenewToken", refresh_token=token).tokens.refresh_token
    later.append(timedelta(hours=7))
    assert refused(lambda: renew(city, token)).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("token", ["", "x", "refresh:zibo:guess", "refresh:nowhere:guess", "key:zibo:guess", "refresh:zibo:a:b"])
def test_renew_token_refuses_what_it_never_gave(city: SmallCity, token: str) -> None:
    assert refused(lambda: renew(city, token)).code in ("UNAUTHENTICATED", "INVALID_ARGUMENT")


def test_log_out_ends_one_session_and_leaves_the_others(city: SmallCity) -> None:
    here, there = city.log_in().tokens, city.log_in().tokens
    city.ask_unknown("Session.LogOut", refresh_token=here.refresh_token)
    assert refused(lambda: renew(city, here.refresh_token)).code == "UNAUTHENTICATED"
    assert renew(city, there.refresh_token)


def test_log_out_everywhere_ends_all_sessions_and_tokens(city: SmallCity) -> None:
    here, there = city.log_in().tokens, city.log_in().tokens
    city.ask_unknown("Session.LogOut", refresh_token=here.refresh_token, everywhere=True)
    assert refused(lambda: renew(city, there.refresh_token)).code == "UNAUTHENTICATED"
    with pytest.raises(Unknown):
        TokenCheck(city.store).caller_of(there.access_token)
    assert TokenCheck(city.store).caller_of(city.log_in().tokens.access_token)


def test_change_password_ends_what_the_old_one_began(city: SmallCity) -> None:
    before = city.log_in().tokens
    city.ask_unknown("Session.ChangePassword", tenant_id=CITY, login="ADMIN", password=PASSWORD, new_password=OTHER)
    assert refused(lambda: renew(city, before.refresh_token)).code == "UNAUTHENTICATED"
    assert refused(city.log_in).code == "UNAUTHENTICATED"
    assert TokenCheck(city.store).caller_of(city.log_in(password=OTHER).tokens.access_token)


@pytest.mark.parametrize("poor", ["short-1", "aaaaaaaaaaaaaaaa", "my-admin-password", "x" * 129, PASSWORD])
def test_change_password_refuses_a_poor_one_without_saying_it(city: SmallCity, poor: str) -> None:
    fields: dict[str, Any] = {"tenant_id": CITY, "login": "admin", "password": PASSWORD, "new_password": poor}
    heard = refused(lambda: city.ask_unknown("Session.ChangePassword", **fields))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "new_password")
    assert poor not in heard.message
    assert city.log_in()


def test_change_password_counts_failures_like_a_log_in(city: SmallCity) -> None:
    fields: dict[str, Any] = {"tenant_id": CITY, "login": "admin", "password": "wrong-password-1", "new_password": OTHER}
    for _ in range(5):
        assert refused(lambda: city.ask_unknown("Session.ChangePassword", **fields)).code == "UNAUTHENTICATED"
    assert refused(city.log_in).code == "PERMISSION_DENIED"


def test_a_first_password_only_serves_to_set_another(city: SmallCity) -> None:
    roles = ["ROLE_HANDLER"]
    city.ask("Person.AddPerson", unit_id="water", login="Zhang.San", name="张三", roles=roles, password=PASSWORD)
    heard = refused(lambda: city.log_in("zhang.san"))
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "17")
    city.ask_unknown("Session.ChangePassword", tenant_id=CITY, login="zhang.san", password=PASSWORD, new_password=OTHER)
    assert city.log_in("Zhang.San", OTHER).person.name == "张三"


def test_a_password_hashed_cheaply_is_hashed_anew_at_the_next_log_in(city: SmallCity) -> None:
    cheap = Credential(city.admin_ids[CITY], PasswordHasher(1, 64, 1).hash(PASSWORD), must_change=False)
    city.store.write(city.admin, lambda tx: session_store.save_credential(tx, cheap))
    city.log_in()
    stored = city.store.read(city.admin, lambda tx: session_store.load_credential(tx, city.admin_ids[CITY]))
    assert stored is not None
    assert "m=19456,t=2,p=1" in stored.hash
    assert city.log_in()


def test_rotate_signing_key_never_leaves_a_token_unread(city: SmallCity, later: list[timedelta]) -> None:
    before = city.log_in().tokens.access_token
    city.store.write(city.admin, signing.rotate_signing_key)
    during = city.log_in().tokens.access_token
    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, during)]
    assert kids[0] == kids[1], "a new key signs only once everybody has heard of it"
    assert len(json.loads(city.ask_unknown("Session.GetSigningKeys").jwks)["keys"]) == 2
    later.append(timedelta(seconds=61))
    after = city.log_in().tokens.access_token
    assert jwt.get_unverified_header(after)["kid"] != kids[0]
    for token in (before, during, after):
        assert TokenCheck(city.store).caller_of(token)
    later.append(timedelta(minutes=8))
    assert len(json.loads(city.ask_unknown("Session.GetSigningKeys").jwks)["keys"]) == 1
    told = [(each["keyId"], each["version"], "retiredAt" in each) for each in city.told("SigningKeyPublished")]
    assert [(version, retired) for _, version, retired in told] == [("1", False), ("2", True), ("1", False)]


def test_sweep_forgets_what_is_long_over_and_keeps_the_journal(city: SmallCity, later: list[timedelta]) -> None:
    city.log_in()
    refused(lambda: city.log_in("nobody"))
    assert city.store.across(session_store.sweep) == 0
    later.append(timedelta(days=31, hours=1))
    assert city.store.across(session_store.sweep) == 3
    assert [entry["verb"] for entry in city.journal(city.admin_ids[CITY])] == ["add_person", "log_in"]
