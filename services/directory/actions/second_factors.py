"""Second factors (动态口令): begun with the password, standing once confirmed, taken away by the tenant's administrator (Art. 17)."""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass, replace

from chassis import journal
from chassis.clock import real_now
from chassis.errors import Invalid, Missing
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.loading import own_person
from services.directory.actions.telling import revoke_tokens
from services.directory.passwords import new_secret, secret_hash, tenant_of
from services.directory.rules.people import Person
from services.directory.rules.second_factors import ENROLMENT_LIFE, SecondFactor, address_of, step_of
from services.directory.store import second_factors as store
from services.directory.store.sessions import end_sessions

ARTICLE = Article(17).code
ENROLMENT = "enrolment"
# As long as what it is hashed with (RFC 4226, 4).
SECRET_BYTES = 20


@dataclass(frozen=True)
class Begun:
    """What an authenticator app is given, and by what it is confirmed."""

    enrolment: str
    secret: str
    address: str


def begin_second_factor(own: Tx, person: Person) -> Begun:
    """For a person who has proven the password and has none that stands; one begun before is replaced."""
    enrolment, secret = new_secret(ENROLMENT, own.by.tenant_id), secrets.token_bytes(SECRET_BYTES)
    store.add(own, SecondFactor(person.person_id, secret_hash(enrolment), real_now()), secret)
    journal.append(own, person.person_id, "begin_second_factor", ARTICLE)
    return Begun(enrolment, b32encode(secret).decode(), address_of(secret, person.login))


def confirm_second_factor(tx: Tx, enrolment: str, code: str) -> None:
    """It stands from now on. Raises Missing for one that was not begun within the hour or stands already, Invalid for a wrong code."""
    tenant_id = tenant_of(ENROLMENT, enrolment)
    if not tenant_id:
        raise _not_begun()
    with tx.acting_for(tenant_id) as own:
        found = store.lock_by_enrolment(own, secret_hash(enrolment))
        if found is None or found[0].confirmed_at or real_now() - found[0].begun_at > ENROLMENT_LIFE:
            raise _not_begun()
        factor, secret = found
        step = step_of(secret, code, real_now(), factor.last_step)
        if step is None:
            raise Invalid("code", "动态口令有误：请核对手机的时间，填写验证器现在显示的6位数字")
        store.update(own, replace(factor, confirmed_at=real_now(), last_step=step))
        journal.append(own, factor.person_id, "confirm_second_factor", ARTICLE)


def has_second_factor(own: Tx, person_id: str) -> bool:
    """Whether one stands."""
    found = store.lock_of(own, person_id)
    return found is not None and found[0].confirmed_at is not None


def takes_code(own: Tx, person_id: str, code: str) -> bool:
    """Whether a code is right for the one that stands, and then it is spent; true where none stands."""
    found = store.lock_of(own, person_id)
    if found is None or found[0].confirmed_at is None:
        return True
    factor, secret = found
    step = step_of(secret, code, real_now(), factor.last_step)
    if step is None:
        return False
    store.update(own, replace(factor, last_step=step))
    return True


def remove_second_factor(tx: Tx, person_id: str, reason: str) -> None:
    """Of an own person, whose sessions and tokens end. Raises Missing where there is none."""
    person = own_person(tx, person_id)
    if not store.remove(tx, person.person_id):
        raise Missing(f"{person.name}没有启用动态口令，请核对人员")
    end_sessions(tx, person_id)
    revoke_tokens(tx, person_id)
    journal.append(tx, person_id, "remove_second_factor", ARTICLE, {"reason": reason})


def _not_begun() -> Missing:
    return Missing("本次启用已超过一小时或已完成：请重新启用动态口令")
