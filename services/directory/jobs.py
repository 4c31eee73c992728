"""Directory's jobs: `python -m chassis.job directory first_start|rotate_signing_key|reseal`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.caller import Caller
from chassis.errors import Unusable
from chassis.sealing import Unsealable
from chassis.settings import Settings
from chassis.store import Store
from services.directory.actions import starting
from services.directory.actions.resealing import reseal_contacts, reseal_second_factors, reseal_signing_keys
from services.directory.actions.signing import rotate_signing_key as rotate
from services.directory.actions.starting import Login
from services.directory.logins import entry, write_logins
from services.directory.rules.people import PROVINCIAL_PEER
from services.directory.seeds import Seed, read_seeds
from services.directory.store.tenants import tenant_ids

ADMINS, DEMO = "admin-credentials.json", "demo-credentials.json"
OTHER_KEYS = (
    "数据库中的数据是用另一套密钥加密的，{keys} 中的密钥打不开：请用首次启动时的数据目录（DATA）或密钥目录（KEYS），"
    "或把 DATABASE_URL 指向一个空数据库；若更换过 directory 的密钥，请先运行 python -m chassis.job directory reseal 旧私钥文件"
)


def first_start(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Seed what is missing; safe to run at every start.

    Passwords go to a file of mode 0600 before the people are registered, so that nobody exists whose password nobody has;
    where `FIRST_PASSWORDS` is set, services.directory.logins tells them instead.
    Raises Unusable on a database that was filled with the keys of another data folder.
    """
    seeds = read_seeds()
    for seed in seeds:
        try:
            store.write(_by(seed), partial(starting.start_tenant, seed=seed))
        except Unsealable:
            raise Unusable(OTHER_KEYS.format(keys=settings.keys_folder)) from None
    lacking = [seed for seed in seeds if store.read(_by(seed), starting.lacks_people)]
    logins = [starting.admin_of(settings, seed) for seed in lacking]
    if logins and not settings.first_passwords:
        write_logins(settings.data / ADMINS, [entry(login) for login in logins])
    if logins and settings.profile == "demo":
        logins += _demo_logins(store, settings, lacking, logins)
    for seed in lacking:
        mine = [login for login in logins if login.person.tenant_id == seed.tenant.tenant_id]
        store.write(_by(seed), partial(starting.start_people, logins=mine, must_change=settings.profile == "production"))
    return 0


def rotate_signing_key(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """A new key to sign tokens with; those before it count until the last token they signed is over."""
    key = store.write(_by(read_seeds()[0]), rotate)
    sys.stdout.write(f"新的签名密钥 {key.key_id} 已发布，一分钟后启用\n")
    return 0


def reseal(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """After the service's key was replaced: `reseal FILE`, where FILE holds the key of before. Safe to repeat.

    Raises Unusable without such a file, and when something opens with neither key; then that tenant's rows are as before.
    """
    old = _key_of(argv)
    try:
        count = store.write(_by(read_seeds()[0]), partial(reseal_signing_keys, old=old))
        for row in store.read(Caller.nobody(), tenant_ids):
            count += store.write(_tenant(row), partial(reseal_contacts, old=old))
            count += store.write(_tenant(row), partial(reseal_second_factors, old=old))
    except Unsealable:
        raise Unusable("有内容用这把旧密钥也打不开：请确认旧密钥文件，已处理的部分可以重复执行") from None
    sys.stdout.write(f"已用新密钥重新加密 {count} 项\n")
    return 0


def _demo_logins(store: Store, settings: Settings, lacking: list[Seed], admins: list[Login]) -> list[Login]:
    staff = [login for seed in lacking for login in starting.staff_of(settings, seed)]
    entries = [entry(login) for login in (*admins, *staff)]
    write_logins(settings.data / DEMO, entries + _provincial_entries(store, lacking))
    return staff


def _provincial_entries(store: Store, lacking: list[Seed]) -> list[dict[str, Any]]:
    cities = [seed for seed in lacking if seed.tenant.is_city]
    keys = [(seed, store.write(_by(seed), partial(starting.start_provincial_system, seed=seed))) for seed in cities]
    return [
        {"tenant_id": seed.tenant.tenant_id, "unit_id": seed.hub_id, "key": key, "roles": [PROVINCIAL_PEER]} for seed, key in keys if key
    ]


def _key_of(argv: list[str]) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(Path(*argv[:1]).read_bytes(), None)
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unusable("用法：python -m chassis.job directory reseal 旧私钥文件（Ed25519，PEM）")
    return key


def _tenant(tenant_id: str) -> Caller:
    return Caller.timer("directory", tenant_id)


def _by(seed: Seed) -> Caller:
    return _tenant(seed.tenant.tenant_id)
