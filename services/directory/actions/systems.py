"""Verbs on tenants' systems and their keys. A key is shown once and kept only as a hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from chassis import journal
from chassis.auth import sign_token
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Invalid, Missing, Stale, Unknown
from chassis.store import Tx
from regulation.articles import Article, NotAllowed
from services.directory.actions.loading import open_unit, own_system, own_tenant
from services.directory.actions.sessions import Granted
from services.directory.actions.signing import signing_key
from services.directory.actions.telling import revoke_tokens
from services.directory.passwords import new_secret, secret_hash, tenant_of
from services.directory.rules import people as rules
from services.directory.rules.credentials import ACCESS_LIFE, KEY_OVERLAP_HOURS
from services.directory.rules.people import System
from services.directory.store.people import load_system, save_system, systems_of
from services.directory.store.tables import system_keys, systems
from services.directory.store.units import lock_tenant

ARTICLE = Article(17).code
KEY = "key"


@dataclass(frozen=True)
class SystemKey:
    """A key without its secret."""

    key_id: str
    system_id: str
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether it is taken."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def add_system(tx: Tx, unit_id: str, name: str, roles: Iterable[str]) -> tuple[System, str]:
    """A new system and its first key."""
    lock_tenant(tx)
    unit = open_unit(tx, unit_id)
    checked = rules.check_system_roles(roles, of_city=own_tenant(tx).is_city)
    if tx.one(tx.select(systems).where(systems.c.tenant_id == tx.by.tenant_id, systems.c.name == name)):
        raise Invalid("name", f"已有名为{name}的系统，请使用其他名称")
    system = System(tx.new_id(), tx.by.tenant_id, unit.unit_id, name, checked)
    save_system(tx, system)
    _, secret = _issue(tx, system.system_id)
    _record(tx, system, "add_system", {"unit_id": unit_id, "roles": sorted(checked)})
    return system, secret


def rotate_system_key(tx: Tx, system_id: str, overlap_hours: int) -> tuple[SystemKey, str]:
    """A new key; the ones before it count for the overlap and then no longer."""
    lock_tenant(tx)
    system = _active(own_system(tx, system_id))
    if overlap_hours > KEY_OVERLAP_HOURS:
        raise Invalid("overlap_hours", f"新旧密钥并用的时间最多{KEY_OVERLAP_HOURS}小时")
    until = real_now() + timedelta(hours=overlap_hours)
    lasting = system_keys.c.expires_at.is_(None) | (system_keys.c.expires_at > until)
    counting = (system_keys.c.system_id == system_id) & system_keys.c.revoked_at.is_(None) & lasting
    tx.run(tx.update(system_keys).where(counting).values(expires_at=until))
    key, secret = _issue(tx, system_id)
    _record(tx, system, "rotate_system_key", {"key_id": key.key_id, "overlap_hours": overlap_hours})
    return key, secret


def revoke_system_key(tx: Tx, key_id: str, reason: str) -> SystemKey:
    """Not taken any longer, nor any token of its system given before."""
    row = tx.one(tx.select(system_keys).where(system_keys.c.key_id == key_id))
    if row is None:
        raise Missing(f"没有编号为 {key_id} 的密钥，请核对后重试")
    system = own_system(tx, row["system_id"])
    key = replace(key_of(row), revoked_at=real_now())
    if row["revoked_at"]:
        raise NotAllowed(Article(17), "该密钥已吊销，无须再次吊销")
    tx.run(tx.update(system_keys).where(system_keys.c.key_id == key_id).values(revoked_at=key.revoked_at))
    revoke_tokens(tx, system.system_id)
    _record(tx, system, "revoke_system_key", {"key_id": key_id, "reason": reason})
    return key


def deactivate_system(tx: Tx, system_id: str, version: int, reason: str) -> System:
    """Without access from now on, with all its keys."""
    before = own_system(tx, system_id)
    if before.version != version:
        raise Stale(f"系统{before.name}在您查看之后已有变动（现为第{before.version}版），请刷新后重试")
    system = rules.deactivate_system(before)
    save_system(tx, system)
    counting = (system_keys.c.system_id == system_id) & system_keys.c.revoked_at.is_(None)
    tx.run(tx.update(system_keys).where(counting).values(revoked_at=real_now()))
    revoke_tokens(tx, system_id)
    _record(tx, system, "deactivate_system", {"reason": reason})
    return system


def log_in_by_key(tx: Tx, key: str) -> Granted:
    """An access token for whoever holds a key that counts. Raises Unknown."""
    with tx.acting_for(tenant_of(KEY, key)) as own:
        row = own.one(own.select(system_keys).where(system_keys.c.hash == secret_hash(key)))
        system = load_system(own, row["system_id"]) if row and key_of(row).counts(real_now()) else None
        if system is None or not system.active:
            raise Unknown("系统密钥无效或已停用，请向租户管理员索取新的密钥")
        caller = Caller("system", system.system_id, system.tenant_id, system.unit_id, system.roles)
        now = real_now()
        return Granted(sign_token(signing_key(own), caller, ACCESS_LIFE), now + ACCESS_LIFE)


def hand_over_systems(tx: Tx, unit_id: str, successor_id: str) -> None:
    """Every system of a merged unit acts for its successor."""
    for system in systems_of(tx, unit_id):
        moved = replace(system, unit_id=successor_id, version=system.version + 1)
        save_system(tx, moved)
        revoke_tokens(tx, system.system_id)
        _record(tx, moved, "move_system", {"unit_id": successor_id})


def key_of(row: RowMapping) -> SystemKey:
    """A row of `system_keys`, without the hash."""
    return SystemKey(row["key_id"], row["system_id"], row["issued_at"], row["expires_at"], row["revoked_at"])


def _issue(tx: Tx, system_id: str) -> tuple[SystemKey, str]:
    secret = new_secret(KEY, tx.by.tenant_id)
    key = SystemKey(tx.new_id(), system_id, real_now())
    tx.insert(system_keys, key_id=key.key_id, system_id=system_id, hash=secret_hash(secret), issued_at=key.issued_at)
    return key, secret


def _active(system: System) -> System:
    if not system.active:
        raise NotAllowed(Article(17), f"系统{system.name}已停用，不能再签发密钥")
    return system


def _record(tx: Tx, system: System, verb: str, detail: dict[str, object]) -> None:
    journal.append(tx, system.system_id, verb, ARTICLE, {"name": system.name, "version": system.version, **detail})
