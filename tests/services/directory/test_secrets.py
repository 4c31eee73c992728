"""No password, key or token stands in the store, in an event, a log or an error."""

from __future__ import annotations

import logging

import pytest

from tests.services.directory.small_city import CITY, PASSWORD, Refused, SmallCity

FIRST, SECOND, THIRD = "first-password-1", "second-password-2", "third-password-3"


def test_secrets_lie_hashed_or_sealed(city: SmallCity, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = [PASSWORD, FIRST, SECOND, THIRD, "wrong-password-1"]
    heard: list[str] = []

    def refuse(method: str, **fields: object) -> None:
        with pytest.raises(Refused) as caught:
            city.ask_unknown(method, **fields)
        heard.append(repr(caught.value))

    person = city.ask("Person.AddPerson", unit_id="water", login="zhang", name="张三", roles=["ROLE_HANDLER"], password=FIRST).person
    who = {"tenant_id": CITY, "login": "zhang"}
    refuse("Session.LogIn", password="wrong-password-1", **who)
    refuse("Session.LogIn", password=FIRST, **who)
    refuse("Session.ChangePassword", password=FIRST, new_password="zhang-" + SECOND, **who)
    city.ask_unknown("Session.ChangePassword", password=FIRST, new_password=SECOND, **who)
    tokens = city.log_in("zhang", SECOND).tokens
    renewed = city.ask_unknown("Session.RenewToken", refresh_token=tokens.refresh_token).tokens
    refuse("Session.RenewToken", refresh_token=tokens.refresh_token)
    city.ask("Person.ResetPassword", person_id=person.person_id, password=THIRD, reason="忘记")
    system = city.ask("System.AddSystem", unit_id="water", name="水务平台", roles=["ROLE_HANDLER"])
    rotated = city.ask("System.RotateSystemKey", system_id=system.system.system_id, overlap_hours=1)
    by_key = city.ask_unknown("Session.LogInByKey", key=rotated.key).tokens
    refuse("Session.LogInByKey", key=rotated.key + "x")
    for each in (tokens, renewed, by_key):
        secrets += [each.access_token, each.refresh_token]
    secrets += [system.key, rotated.key]

    kept = repr(city.rows())
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in filter(None, secrets):
        for where, words in (("store", kept), ("logs", logged), ("errors", " ".join(heard))):
            assert secret not in words, where
            assert secret.rsplit(":", 1)[-1] not in words, where
    assert "$argon2id$" in kept
