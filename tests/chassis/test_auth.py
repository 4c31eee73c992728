import base64
import hashlib
import hmac
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from chassis import auth
from chassis.auth import (
    LONGEST_LIFE,
    SigningKey,
    TokenCheck,
    fingerprint,
    keep_key,
    keep_revocation,
    own_keys,
    peer_key,
    peer_token,
    sign_token,
)
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Unknown, Unusable
from chassis.settings import Settings
from chassis.store import Store
from tests.chassis.probe import OPERATOR, SERVICE

MINUTES = timedelta(minutes=5)
DIRECTORY = Caller.peer("directory", "zibo")


@pytest.fixture
def probe_settings(tmp_path: Path) -> Settings:
    """Which database keeps the keys makes no difference here."""
    return Settings(SERVICE, data=tmp_path)


@pytest.fixture(autouse=True)
def _reread_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "REFRESH_SECONDS", 0.0)


@pytest.fixture
def issuer(probe: Store) -> SigningKey:
    return peer_key(Settings("directory", data=probe.settings.data))


@pytest.fixture
def check(probe: Store) -> TokenCheck:
    return TokenCheck(probe)


def _refused(check: TokenCheck, token: str) -> str:
    with pytest.raises(Unknown) as refused:
        check.caller_of(token)
    return refused.value.message


def _told_key(probe: Store, key_id: str, *, retired_in: timedelta | None = None, version: int = 1) -> SigningKey:
    """A signing key that directory published."""
    key = SigningKey(key_id, Ed25519PrivateKey.generate())
    _tell(probe, key, retired_in, version)
    return key


def _tell(probe: Store, key: SigningKey, retired_in: timedelta | None, version: int) -> None:
    retired_at = real_now() + retired_in if retired_in is not None else None
    probe.write(DIRECTORY, lambda tx: keep_key(tx, key.key_id, key.public_text, retired_at, version))


def test_a_token_says_who_calls(check: TokenCheck, issuer: SigningKey) -> None:
    caller = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_A", "ROLE_B"}), ("zhangdian", "linzi"))
    assert check.caller_of(sign_token(issuer, caller, MINUTES)) == caller


def test_a_key_that_directory_published_signs_for_anybody(probe: Store, check: TokenCheck) -> None:
    assert check.caller_of(sign_token(_told_key(probe, "k-1"), OPERATOR, MINUTES)) == OPERATOR


def test_a_token_that_is_over_is_refused_also_when_it_was_seen_before(check: TokenCheck, issuer: SigningKey) -> None:
    assert "过期" in _refused(check, sign_token(issuer, OPERATOR, timedelta(seconds=-1)))
    assert "过期" in _refused(check, sign_token(issuer, OPERATOR, timedelta(hours=-1)))
    token = sign_token(issuer, OPERATOR, timedelta(seconds=0.3))
    assert check.caller_of(token) == OPERATOR
    threading.Event().wait(0.4)
    assert "过期" in _refused(check, token)


def test_a_token_of_a_key_nobody_published_is_refused(check: TokenCheck) -> None:
    for key_id in ("k-unknown", "", "peer:", "peer:nobody", "peer:../directory", "peer:directory/../directory", "peer:directory\0"):
        key = SigningKey(key_id, Ed25519PrivateKey.generate())
        assert "无效" in _refused(check, sign_token(key, OPERATOR, MINUTES))


def test_a_token_that_names_a_key_and_is_signed_with_another_is_refused(check: TokenCheck, issuer: SigningKey) -> None:
    forged = SigningKey(issuer.key_id, Ed25519PrivateKey.generate())
    assert "无效" in _refused(check, sign_token(forged, OPERATOR, MINUTES))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 3, "é.é.é", "a" * 100_000])
def test_what_is_no_token_is_refused(check: TokenCheck, token: str) -> None:
    assert "无效" in _refused(check, token)


def test_a_changed_token_is_refused(check: TokenCheck, issuer: SigningKey) -> None:
    head, body, signature = sign_token(issuer, OPERATOR, MINUTES).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["rol"] = ["ROLE_TENANT_ADMIN"]
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert "无效" in _refused(check, f"{head}.{changed}.{signature}")


def test_no_other_way_of_signing_is_taken(check: TokenCheck, issuer: SigningKey) -> None:
    claims = {"sub": "p-1", "kind": "person", "ten": "zibo", "uni": "", "rol": [], "reads": [], "iat": 0, "exp": 2e9}
    unsigned = jwt.encode(claims, "", "none", {"kid": issuer.key_id})
    # The public half as if it were a shared secret, past the library's own refusal to sign so.
    head, body, _ = jwt.encode(claims, "s" * 32, "HS256", {"kid": issuer.key_id}).split(".")
    stamp = hmac.digest(issuer.public_text.encode(), f"{head}.{body}".encode(), "sha256")
    with_public = f"{head}.{body}.{base64.urlsafe_b64encode(stamp).decode().rstrip('=')}"
    with_rsa = jwt.encode(claims, generate_private_key(65537, 2048), "RS256", {"kid": issuer.key_id})
    for token in (unsigned, with_public, with_rsa):
        assert "无效" in _refused(check, token)


@pytest.mark.parametrize("missing", ["sub", "kind", "ten", "uni", "rol", "reads", "iat", "exp"])
def test_a_token_that_leaves_something_out_is_refused(check: TokenCheck, issuer: SigningKey, missing: str) -> None:
    now = real_now().timestamp()
    claims = {"sub": "p-1", "kind": "person", "ten": "zibo", "uni": "", "rol": [], "reads": [], "iat": now, "exp": now + 60}
    claims.pop(missing)
    assert "无效" in _refused(check, jwt.encode(claims, issuer.private, "EdDSA", {"kid": issuer.key_id}))


def test_a_token_that_lives_too_long_or_comes_from_the_future_is_refused(check: TokenCheck, issuer: SigningKey) -> None:
    assert "无效" in _refused(check, sign_token(issuer, OPERATOR, LONGEST_LIFE + timedelta(seconds=1)))
    now = real_now().timestamp() + 3600
    claims = {"sub": "p-1", "kind": "person", "ten": "zibo", "uni": "", "rol": [], "reads": [], "iat": now, "exp": now + 60}
    assert "无效" in _refused(check, jwt.encode(claims, issuer.private, "EdDSA", {"kid": issuer.key_id}))


def test_a_machine_whose_clock_is_a_little_behind_takes_a_fresh_token(check: TokenCheck, issuer: SigningKey) -> None:
    now = real_now().timestamp() + 5
    claims = {"sub": "p-1", "kind": "person", "ten": "zibo", "uni": "", "rol": [], "reads": [], "iat": now, "exp": now + 60}
    assert check.caller_of(jwt.encode(claims, issuer.private, "EdDSA", {"kid": issuer.key_id})).id == "p-1"


def test_a_service_may_speak_for_itself_alone(probe: Store, check: TokenCheck) -> None:
    friend = Settings("friend", data=probe.settings.data)
    assert check.caller_of(peer_token(friend, "zibo")) == Caller.peer("friend", "zibo")
    key = peer_key(friend)
    for caller in (OPERATOR, Caller.peer("other", "zibo"), Caller("person", "friend", "zibo"), Caller("system", "friend", "zibo")):
        assert "只能以自己的名义" in _refused(check, sign_token(key, caller, MINUTES))
    for caller in (OPERATOR, Caller.peer("other", "zibo")):
        assert check.caller_of(sign_token(peer_key(Settings("directory", data=probe.settings.data)), caller, MINUTES)) == caller


def test_a_service_in_another_place_speaks_for_it_by_a_key_of_its_own_until_that_is_taken_away(probe: Store, check: TokenCheck) -> None:
    here = Settings("friend", data=probe.settings.data)
    there = replace(here, signs_as="friend_zichuan", keys=probe.settings.data / "theirs")
    peer_key(there)
    known = here.keys_folder / "friend_zichuan.pub"
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_bytes((there.keys_folder / "friend.pub").read_bytes())
    assert check.caller_of(peer_token(there, "zibo")) == Caller.peer("friend", "zibo")
    assert check.caller_of(peer_token(here, "zibo")) == Caller.peer("friend", "zibo")
    assert peer_key(there).private.private_bytes_raw() != peer_key(here).private.private_bytes_raw()
    for caller in (OPERATOR, Caller.peer("other", "zibo"), Caller.peer("friend_zichuan", "zibo"), Caller("system", "friend", "zibo")):
        assert "只能以自己的名义" in _refused(check, sign_token(peer_key(there), caller, MINUTES))
    known.unlink()
    assert "无效" in _refused(check, peer_token(there, "zibo"))
    assert check.caller_of(peer_token(here, "zibo")) == Caller.peer("friend", "zibo")


def test_what_was_given_before_a_revocation_is_refused_and_what_after_taken(probe: Store, check: TokenCheck, issuer: SigningKey) -> None:
    before = sign_token(issuer, OPERATOR, MINUTES)
    colleague = sign_token(issuer, Caller("person", "p-9", "zibo"), MINUTES)
    assert check.caller_of(before) == OPERATOR
    probe.write(DIRECTORY, lambda tx: keep_revocation(tx, OPERATOR.id, real_now(), 1))
    after = sign_token(issuer, OPERATOR, MINUTES)
    assert "失效" in _refused(check, before)
    assert check.caller_of(after) == OPERATOR
    assert check.caller_of(colleague).id == "p-9"


def test_an_older_revocation_that_comes_late_changes_nothing(probe: Store, check: TokenCheck, issuer: SigningKey) -> None:
    token = sign_token(issuer, OPERATOR, MINUTES)
    probe.write(DIRECTORY, lambda tx: keep_revocation(tx, OPERATOR.id, real_now(), 2))
    probe.write(DIRECTORY, lambda tx: keep_revocation(tx, OPERATOR.id, real_now() - timedelta(hours=1), 1))
    assert "失效" in _refused(check, token)


def test_a_rotated_key_is_taken_until_it_is_retired(probe: Store, check: TokenCheck) -> None:
    old = _told_key(probe, "k-1")
    token = sign_token(old, OPERATOR, MINUTES)
    assert check.caller_of(token) == OPERATOR
    new = _told_key(probe, "k-2")
    _tell(probe, old, timedelta(minutes=1), 2)
    assert check.caller_of(token) == check.caller_of(sign_token(new, OPERATOR, MINUTES)) == OPERATOR
    _tell(probe, old, timedelta(seconds=-1), 3)
    assert "无效" in _refused(check, token)
    assert "无效" in _refused(check, sign_token(old, OPERATOR, MINUTES))
    assert check.caller_of(sign_token(new, OPERATOR, MINUTES)) == OPERATOR


def test_an_older_word_of_a_key_that_comes_late_does_not_revive_it(probe: Store, check: TokenCheck) -> None:
    key = _told_key(probe, "k-1", retired_in=timedelta(seconds=-1), version=2)
    _tell(probe, key, None, 1)
    assert "无效" in _refused(check, sign_token(key, OPERATOR, MINUTES))


def test_many_threads_ask_at_the_same_time(check: TokenCheck, issuer: SigningKey) -> None:
    tokens = [sign_token(issuer, Caller("person", f"p-{n}", "zibo"), MINUTES) for n in range(20)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(check.caller_of, tokens * 20))
    assert [caller.id for caller in found] == [f"p-{n}" for n in range(20)] * 20


def test_what_is_remembered_is_bounded(check: TokenCheck, issuer: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MOST_CACHED", 5)
    for number in range(20):
        check.caller_of(sign_token(issuer, Caller("person", f"p-{number}", "zibo"), MINUTES))
    assert len(check._seen) <= 5


def test_a_key_is_made_once_whoever_comes_first(tmp_path: Path) -> None:
    settings = Settings("fresh", data=tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: peer_key(settings).private.private_bytes_raw(), range(8)))
    assert len(set(keys)) == 1
    file = settings.keys_folder / "fresh.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.keys_folder.stat().st_mode & 0o777 == 0o700
    assert (settings.keys_folder / "fresh.pub").read_text() == peer_key(settings).public_text


def test_a_key_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    settings = Settings("fresh", data=tmp_path)
    peer_key(settings)
    file = settings.keys_folder / "fresh.pem"
    rsa = generate_private_key(65537, 2048)
    plain = serialization.NoEncryption()
    of_another_kind = rsa.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    for content in (b"", b"not a key", of_another_kind):
        file.write_bytes(content)
        with pytest.raises(Unusable) as refused:
            peer_key(settings)
        assert str(file) in str(refused.value)
        assert len(str(refused.value).splitlines()) == 1


def test_production_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="缺少服务密钥"):
        peer_key(Settings("fresh", data=tmp_path, profile="production"))
    assert not (tmp_path / "keys").exists()


def test_a_public_half_of_before_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    settings = Settings("fresh", data=tmp_path)
    key = peer_key(settings)
    assert list(own_keys(settings)) == [fingerprint(key.private.public_key())]
    file = settings.keys_folder / "fresh.before.pub"
    for content in ("", "not a key"):
        file.write_text(content)
        with pytest.raises(Unusable) as refused:
            own_keys(settings)
        assert str(file) in str(refused.value)
        assert len(str(refused.value).splitlines()) == 1


def test_a_fingerprint_is_the_one_that_openssl_tells(tmp_path: Path) -> None:
    settings = Settings("fresh", data=tmp_path)
    key = peer_key(settings)
    der = base64.b64decode("".join((settings.keys_folder / "fresh.pub").read_text().splitlines()[1:-1]))
    assert fingerprint(key.private.public_key()) == hashlib.sha256(der).hexdigest()


def test_a_public_half_of_before_lets_nobody_in(check: TokenCheck, probe: Store) -> None:
    peer_key(probe.settings)
    key = SigningKey("peer:probe.before", Ed25519PrivateKey.generate())
    (probe.settings.keys_folder / "probe.before.pub").write_text(key.public_text)
    assert "无效" in _refused(check, sign_token(key, Caller.peer("probe.before", "zibo"), MINUTES))
