"""Logging in, by password or key, and out; and what keeps a session alive. In real time.

A refusal that counts something (a failed attempt, a refresh token used twice) is returned, not raised: it stands with
what it wrote. Whoever guesses hears the same words for a wrong name, a wrong password and a person who is not active.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from chassis import journal
from chassis.auth import sign_token
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Invalid, Refusal, Unknown
from chassis.store import Tx
from regulation.articles import Article, NotAllowed
from services.directory.actions.second_factors import Begun, begin_second_factor, has_second_factor, takes_code
from services.directory.actions.signing import signing_key
from services.directory.actions.telling import revoke_tokens
from services.directory.passwords import new_secret, passwords_for, secret_hash, tenant_of
from services.directory.rules.credentials import (
    ACCESS_LIFE,
    SESSION_LIFE,
    Session,
    check_password,
    count_failure,
    refresh_ends,
    refuse_locked,
)
from services.directory.rules.people import Person, reads
from services.directory.rules.second_factors import is_demanded
from services.directory.store import sessions as store
from services.directory.store.people import find_person, load_person
from services.directory.store.tenants import districts_of, load_tenant

ARTICLE = Article(17).code
REFRESH = "refresh"


@dataclass(frozen=True)
class Granted:
    """What a log-in gives."""

    access_token: str
    access_expires_at: datetime
    person: Person | None = None
    refresh_token: str = ""
    refresh_expires_at: datetime | None = None


def log_in(tx: Tx, tenant_id: str, login: str, password: str, code: str) -> Granted | Refusal:
    """A session for whoever knows the password, and the code where a second factor stands.

    Raises Denied while the name is locked, NotAllowed with a first password or without a second factor that is demanded.
    """
    with tx.acting_for(tenant_id) as own:
        person = _proven(own, login.lower(), password, code)
        if isinstance(person, Refusal):
            return person
        credential = _lasting(own, person)
        if is_demanded(own.settings.profile, person.roles) and not has_second_factor(own, person.person_id):
            raise NotAllowed(Article(17), "您的岗位可以查看诉求人信息，须先启用动态口令再登录")
        if credential and passwords_for(own.settings).outdated(credential.hash):
            store.save_credential(own, replace(credential, hash=passwords_for(own.settings).hashed(password)))
        now = real_now()
        session = Session(own.new_id(), tenant_id, person.person_id, now, now + SESSION_LIFE)
        store.save_session(own, session)
        journal.append(own, person.person_id, "log_in", ARTICLE, {"session_id": session.session_id})
        return _granted(own, session, person)


def begin_session(own: Tx, person: Person, session_id: str) -> Granted | None:
    """A session under an id that may begin one only once; nothing where it did before."""
    now = real_now()
    session = Session(session_id, person.tenant_id, person.person_id, now, now + SESSION_LIFE)
    return _granted(own, session, person) if store.add_session(own, session) else None


def renew_token(tx: Tx, refresh_token: str) -> Granted | Refusal:
    """New tokens for a refresh token that was not used before; one that was ends its whole session."""
    with _of_token(tx, refresh_token) as (own, token, session):
        person = load_person(own, session.person_id)
        if person is None or not person.active:
            raise _unknown_token()
        if token.used_at:
            own.by = _caller(own, person)
            _end(own, session, "reused")
            revoke_tokens(own, person.person_id)
            return Unknown("登录凭证被重复使用，为安全起见已退出登录，请重新登录")
        if token.expires_at <= real_now():
            raise _unknown_token()
        store.spend_refresh_token(own, token.hash)
        return _granted(own, session, person)


def log_out(tx: Tx, refresh_token: str, *, everywhere: bool) -> None:
    """The session's end, or that of all sessions and tokens of the person."""
    with _of_token(tx, refresh_token) as (own, _, session):
        person = load_person(own, session.person_id)
        if person is not None:
            own.by = _caller(own, person)
        _end(own, session, "everywhere" if everywhere else "log_out")
        if everywhere:
            store.end_sessions(own, session.person_id)
            revoke_tokens(own, session.person_id)


def begin_factor(tx: Tx, tenant_id: str, login: str, password: str) -> Begun | Refusal:
    """For whoever knows the password and has no second factor yet. Raises NotAllowed with a first password."""
    with tx.acting_for(tenant_id) as own:
        person = _proven(own, login.lower(), password, "")
        if isinstance(person, Refusal):
            return person
        _lasting(own, person)
        return begin_second_factor(own, person)


def change_password(tx: Tx, tenant_id: str, login: str, *, password: str, new_password: str, code: str) -> Refusal | None:
    """Another password; every session and token of the person ends."""
    check_password("new_password", new_password, login)
    if new_password == password:
        raise Invalid("new_password", "新密码不能与原密码相同")
    with tx.acting_for(tenant_id) as own:
        person = _proven(own, login.lower(), password, code)
        if isinstance(person, Refusal):
            return person
        hashed = passwords_for(own.settings).hashed(new_password)
        store.save_credential(own, store.Credential(person.person_id, hashed, must_change=False))
        store.end_sessions(own, person.person_id)
        revoke_tokens(own, person.person_id)
        journal.append(own, person.person_id, "change_password", ARTICLE)
        return None


def _lasting(own: Tx, person: Person) -> store.Credential | None:
    credential = store.load_credential(own, person.person_id)
    if credential and credential.must_change:
        raise NotAllowed(Article(17), "初始密码只能用来设置新密码，请先修改密码再登录")
    return credential


def _proven(own: Tx, login: str, password: str, code: str) -> Person | Refusal:
    if load_tenant(own, own.by.tenant_id) is None:
        passwords_for(own.settings).matches(None, password)
        return _wrong()
    attempts = store.lock_attempts(own, login)
    refuse_locked(attempts, real_now())
    person = find_person(own, login)
    credential = store.load_credential(own, person.person_id) if person else None
    known = passwords_for(own.settings).matches(credential.hash if credential else None, password)
    if not known or person is None or not person.active or not takes_code(own, person.person_id, code):
        counted = count_failure(attempts, real_now())
        store.save_attempts(own, login, counted)
        if person and counted.locked_until:
            journal.append(own, person.person_id, "lock_log_in", ARTICLE, {"failures": counted.failures})
        return _wrong()
    store.clear_attempts(own, login)
    own.by = _caller(own, person)
    return person


@contextmanager
def _of_token(tx: Tx, refresh_token: str) -> Iterator[tuple[Tx, store.RefreshToken, Session]]:
    tenant_id = tenant_of(REFRESH, refresh_token)
    if not tenant_id:
        raise _unknown_token()
    with tx.acting_for(tenant_id) as own:
        token = store.lock_refresh_token(own, secret_hash(refresh_token))
        session = store.load_session(own, token.session_id) if token else None
        if token is None or session is None or session.ended_at or session.ends_at <= real_now():
            raise _unknown_token()
        yield own, token, session


def _granted(own: Tx, session: Session, person: Person) -> Granted:
    now = real_now()
    refresh_token, ends = new_secret(REFRESH, own.by.tenant_id), refresh_ends(session, now)
    store.add_refresh_token(own, secret_hash(refresh_token), session.session_id, ends)
    access_token = sign_token(signing_key(own), _caller(own, person), ACCESS_LIFE)
    return Granted(access_token, now + ACCESS_LIFE, person, refresh_token, ends)


def _caller(own: Tx, person: Person) -> Caller:
    seen = reads(person.roles, person.tenant_id, districts_of(own, person.tenant_id))
    return Caller("person", person.person_id, person.tenant_id, person.unit_id, person.roles, seen)


def _end(own: Tx, session: Session, why: str) -> None:
    store.save_session(own, replace(session, ended_at=real_now()))
    journal.append(own, session.person_id, "log_out", ARTICLE, {"session_id": session.session_id, "why": why})


def _wrong() -> Unknown:
    return Unknown("登录名、密码或动态口令有误，请核对后重试；已启用动态口令的须一并填写，忘记密码或更换手机请联系本单位的租户管理员")


def _unknown_token() -> Unknown:
    return Unknown("登录已失效，请重新登录")
