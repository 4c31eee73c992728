"""Log-ins by what an identity provider said: proven outside a transaction, sealed, and good for one session (Art. 17)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chassis import journal
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Denied, Missing, Unknown
from chassis.identity_provider import IdentityProvider, identity_provider_of
from chassis.sealing import Unsealable
from chassis.settings import Settings
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.loading import open_unit
from services.directory.actions.people import admit_person, set_roles
from services.directory.actions.sessions import Granted, begin_session
from services.directory.rules.identities import Identity, demand_second_factor, refuse_stale, roles_of
from services.directory.rules.people import Person
from services.directory.sealed import sealed, unsealed
from services.directory.store.people import find_person

ARTICLE = Article(17).code
PROOF = "proof"


def provider_of(settings: Settings) -> IdentityProvider:
    """The one that is set up. Raises Missing where none is."""
    provider = identity_provider_of(settings)
    if provider is None:
        raise Missing("本系统没有接入统一身份认证：请用登录名和密码登录")
    return provider


def proof_of(settings: Settings, identity: Identity) -> str:
    """The identity as only directory can write and read it."""
    plain = json.dumps({**asdict(identity), "proven_at": identity.proven_at.isoformat()}, ensure_ascii=False)
    return base64.urlsafe_b64encode(sealed(settings, plain.encode(), PROOF)).decode()


def log_in_by_proof(tx: Tx, proof: str) -> Granted:
    """A session for whom the provider named.

    Raises Unknown for a proof that is stale, spent or not ours; Denied for whoever has no place here; NotAllowed without a second
    factor that is demanded.
    """
    provider = provider_of(tx.settings)
    identity = _identity_in(tx.settings, proof)
    refuse_stale(identity, real_now())
    with tx.acting_for(provider.tenant) as own:
        # The provider's word, which no person here gave.
        own.by = Caller.peer("identity_provider", provider.tenant)
        found = find_person(own, identity.login)
        if found is not None and not found.active:
            raise Denied(f"{found.name}在本系统已停用：请联系租户管理员")
        roles = roles_of(provider, identity, found.roles if found else ())
        person = _kept(own, found, roles) if found else _admitted(own, provider, identity, roles)
        demand_second_factor(own.settings.profile, identity, person.roles)
        granted = begin_session(own, person, identity.token_hash)
        if granted is None:
            raise Unknown("这次统一身份认证的结果已经用过：请返回登录页重新登录")
        journal.append(own, person.person_id, "log_in_by_proof", ARTICLE, {"issuer": provider.issuer})
        return granted


def _kept(own: Tx, person: Person, roles: frozenset[str]) -> Person:
    return person if roles == person.roles else set_roles(own, person.person_id, person.version, roles)


def _admitted(own: Tx, provider: IdentityProvider, identity: Identity, roles: frozenset[str]) -> Person:
    if not provider.unit_claim or not roles:
        raise Denied(f"本系统没有登录名为 {identity.login} 的人员：请联系租户管理员添加")
    try:
        unit = open_unit(own, identity.unit_id)
    except Missing:
        raise Denied(f"统一身份认证所说的单位（{identity.unit_id}）在本系统没有登记：请联系租户管理员核对") from None
    person = Person(own.new_id(), provider.tenant, unit.unit_id, identity.login, identity.name or identity.login, roles)
    return admit_person(own, person)


def _identity_in(settings: Settings, proof: str) -> Identity:
    try:
        told: dict[str, Any] = json.loads(unsealed(settings, base64.urlsafe_b64decode(proof), PROOF))
    except (Unsealable, ValueError, binascii.Error):
        raise Unknown("统一身份认证的结果无法识别：请返回登录页重新登录") from None
    identity = Identity(**told)
    return replace(identity, groups=tuple(identity.groups), proven_at=datetime.fromisoformat(told["proven_at"]))
