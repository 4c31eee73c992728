"""动态口令: begun, confirmed, asked for at each log-in, good once, taken away; and demanded of whoever sees callers (Art. 17)."""

from __future__ import annotations

from base64 import b32decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from chassis.auth import peer_key
from chassis.declared import access_of, proto_modules
from hotline.options.v1 import options_pb2 as options
from services.directory import jobs
from services.directory.actions import second_factors, sessions
from services.directory.rules.second_factors import SEE_CALLERS, STEP_SECONDS, is_demanded, step_of
from tests.services.directory.small_city import CITY, PASSWORD, SmallCity, refused

WHO = {"tenant_id": CITY, "login": "admin", "password": PASSWORD}
# Appendix B of RFC 6238, the six last digits.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The instant that second factors and log-ins take for now: the last of these."""
    now = [NOON]
    for module in (second_factors, sessions):
        monkeypatch.setattr(module, "real_now", lambda: now[-1])
    return now


def code(secret: str, at: datetime) -> str:
    return TOTP(b32decode(secret), 6, SHA1(), STEP_SECONDS).generate(int(at.timestamp())).decode()  # noqa: S303 - what RFC 6238 has


def begun(city: SmallCity) -> Any:
    return city.ask_unknown("Session.BeginSecondFactor", **WHO)


def confirmed(city: SmallCity, now: datetime) -> str:
    """The secret of one that stands; the code of `now` is spent."""
    answer = begun(city)
    city.ask_unknown("Session.ConfirmSecondFactor", enrolment=answer.enrolment, code=code(answer.secret, now))
    return str(answer.secret)


@pytest.mark.parametrize(("seconds", "expected"), RFC_CODES.items())
def test_codes_are_those_of_the_rfc(seconds: int, expected: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, expected, now, 0) == seconds // STEP_SECONDS
    assert step_of(RFC_SECRET, expected, now, seconds // STEP_SECONDS) is None
    assert step_of(RFC_SECRET, expected, now + timedelta(seconds=3 * STEP_SECONDS), 0) is None
    assert step_of(RFC_SECRET, "", now, 0) is None
    assert step_of(RFC_SECRET, "二八七〇八二", now, 0) is None


def test_who_has_one_logs_in_by_password_and_code_each_good_once(city: SmallCity, at: list[datetime]) -> None:
    secret = confirmed(city, NOON)
    assert refused(lambda: city.ask_unknown("Session.LogIn", **WHO)).code == "UNAUTHENTICATED"
    assert refused(lambda: city.ask_unknown("Session.LogIn", code=code(secret, NOON), **WHO)).code == "UNAUTHENTICATED"
    at.append(NOON + timedelta(minutes=1))
    assert city.ask_unknown("Session.LogIn", code=code(secret, at[-1]), **WHO).tokens.access_token
    again = refused(lambda: city.ask_unknown("Session.LogIn", code=code(secret, at[-1]), **WHO))
    wrong = refused(lambda: city.ask_unknown("Session.LogIn", **{**WHO, "password": "wrong-password-1"}))
    assert (again.code, again.message) == (wrong.code, wrong.message)
    assert refused(lambda: city.ask_unknown("Session.ChangePassword", new_password="another-horse-9", **WHO)).code == "UNAUTHENTICATED"


def test_wrong_codes_lock_the_name_like_wrong_passwords(city: SmallCity, at: list[datetime]) -> None:
    confirmed(city, at[-1])
    for _ in range(5):
        assert refused(lambda: city.ask_unknown("Session.LogIn", code="000000", **WHO)).code == "UNAUTHENTICATED"
    assert refused(lambda: city.ask_unknown("Session.LogIn", code="000000", **WHO)).code == "PERMISSION_DENIED"


def test_one_that_was_not_confirmed_counts_for_nothing_and_one_that_stands_is_not_replaced(city: SmallCity, at: list[datetime]) -> None:
    answer = begun(city)
    assert city.log_in().tokens.access_token
    wrong = refused(lambda: city.ask_unknown("Session.ConfirmSecondFactor", enrolment=answer.enrolment, code="000000"))
    assert (wrong.code, wrong.field) == ("INVALID_ARGUMENT", "code")
    at.append(NOON + timedelta(minutes=61))
    late = {"enrolment": answer.enrolment, "code": code(answer.secret, at[-1])}
    assert refused(lambda: city.ask_unknown("Session.ConfirmSecondFactor", **late)).code == "NOT_FOUND"
    confirmed(city, at[-1])
    assert refused(lambda: begun(city)).code == "UNAUTHENTICATED"


def test_remove_second_factor_is_the_administrators_and_journalled(city: SmallCity, at: list[datetime]) -> None:
    secret = confirmed(city, at[-1])
    me = city.admin_ids[CITY]
    city.ask("Person.RemoveSecondFactor", person_id=me, reason="手机遗失")
    assert city.log_in().tokens.access_token
    assert refused(lambda: city.ask("Person.RemoveSecondFactor", person_id=me, reason="手机遗失")).code == "NOT_FOUND"
    verbs = [entry["verb"] for entry in city.journal(me)]
    assert [verb for verb in verbs if "factor" in verb] == ["begin_second_factor", "confirm_second_factor", "remove_second_factor"]
    assert secret not in repr(city.rows())


def test_whoever_sees_callers_must_have_one_where_callers_are_real() -> None:
    services = (service for module in proto_modules() for service in module.DESCRIPTOR.services_by_name.values())
    methods = [method for service in services if service.full_name.startswith("hotline.intake.") for method in service.methods]
    revealing = [access_of(method) for method in methods if access_of(method).reveals]
    assert {options.Role.Name(role) for access in revealing for role in access.roles} == SEE_CALLERS
    assert is_demanded("production", frozenset({"ROLE_OPERATOR"}))
    assert not is_demanded("production", frozenset({"ROLE_TENANT_ADMIN"}))
    assert not is_demanded("evaluation", frozenset({"ROLE_OPERATOR"}))


def test_log_in_of_who_must_have_one_and_has_none_says_what_to_do(
    city: SmallCity, at: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at
    monkeypatch.setattr(sessions, "is_demanded", lambda _profile, roles: is_demanded("production", roles | {"ROLE_OPERATOR"}))
    heard = refused(city.log_in)
    assert (heard.code, heard.article) == ("FAILED_PRECONDITION", "17")
    assert "启用动态口令" in heard.message
    secret = confirmed(city, NOON)
    at.append(NOON + timedelta(minutes=1))
    assert city.ask_unknown("Session.LogIn", code=code(secret, at[-1]), **WHO).tokens.access_token


def test_reseal_keeps_a_second_factor_under_a_new_key_of_the_service(city: SmallCity, at: list[datetime]) -> None:
    secret = confirmed(city, NOON)
    settings = city.store.settings
    current, before = settings.keys_folder / "directory.pem", settings.keys_folder / "before.pem"
    current.rename(before)
    peer_key(settings)
    assert jobs.reseal(city.store, settings, [str(before)]) == 0
    at.append(NOON + timedelta(minutes=1))
    assert city.ask_unknown("Session.LogIn", code=code(secret, at[-1]), **WHO).tokens.access_token
