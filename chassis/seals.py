"""Seals over the days of a journal: each day's head signed with the service's own key, told to another service, which keeps it.

Who owns a store and the key can forge both, and is found out by the witness.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from chassis.auth import SigningKey, fingerprint, own_keys, peer_key
from chassis.clock import LOCAL

if TYPE_CHECKING:
    from chassis.store import Store, Tx

# A transaction that began before midnight may commit a little later.
GRACE = timedelta(minutes=10)
Day = tuple[str, str]
"""A tenant and a local date."""


@dataclass(frozen=True)
class Seal:
    """A day's head: a hash over the last entry of every subject that day, its signature, and the fingerprint of the key."""

    service: str
    tenant_id: str
    day: str
    entries: int
    head: str
    signature: str
    key_id: str


@dataclass(frozen=True)
class Break:
    """Where a journal is not what it was."""

    subject: str
    what: str


class Sealing:
    """Seals the days that are over. A day is sealed only when an earlier call already found it over."""

    def __init__(self, store: Store, tell: Callable[[Tx, Seal], None]) -> None:
        self._store = store
        self._tell = tell
        self._over_until: date | None = None
        self._sealed_until: date | None = None

    def seal_days(self) -> int:
        """Seal what is due and tell each head; answers how many. Looks at the journal once a day."""
        today = (self._store.clock.now() - GRACE).astimezone(LOCAL).date()
        until, self._over_until = self._over_until, today
        if until is None or until == self._sealed_until:
            return 0
        sealed = sum(self._store.across(partial(self._seal_tenant, tenant, until)) for tenant in self._tenants())
        self._sealed_until = until
        return sealed

    def _tenants(self) -> list[str]:
        journal = self._store.tables["journal"]
        rows = self._store.read_across(lambda tx: tx.all(select(journal.c.tenant_id).distinct()))
        return [row["tenant_id"] for row in rows]

    def _seal_tenant(self, tenant_id: str, until: date, tx: Tx) -> int:
        key, sealed = peer_key(tx.settings), 0
        for day in _open_days(tx, tenant_id, until):
            count, head = _head(tx, tenant_id, day)
            signature, key_id = _sign(key, tenant_id, day, head), fingerprint(key.private.public_key())
            seal = Seal(self._store.service, tenant_id, day.isoformat(), count, head, signature, key_id)
            if keep(tx, seal):
                self._tell(tx, seal)
                sealed += 1
        return sealed


def keep(tx: Tx, seal: Seal) -> bool:
    """Keep a seal, own or told by another service. The first one told stays; answers whether this was it."""
    return tx.insert_new(tx.store.tables["seals"], ("service", "tenant_id", "day"), {**vars(seal), "sealed_at": tx.now})


def broken_seals(tx: Tx) -> Iterator[Break]:
    """Days whose entries are not those that were sealed, or whose seal nobody of ours signed."""
    keys = own_keys(tx.settings)
    for seal in _seals(tx, tx.store.service):
        where = f"{seal.tenant_id} {seal.day}"
        if _head(tx, seal.tenant_id, date.fromisoformat(seal.day)) != (seal.entries, seal.head):
            yield Break(where, "当日内容与日签名摘要不符")
        if seal.key_id and seal.key_id not in keys:
            yield Break(where, f"日签名摘要由未知的密钥 {seal.key_id} 签署")
        # Seals of before they named their key bear one of those that are known.
        elif not any(_signed_by(key, seal) for key in ([keys[seal.key_id]] if seal.key_id else keys.values())):
            yield Break(where, "日签名摘要的签名无效")


def by_day(store: Store, service: str) -> dict[Day, Seal]:
    """The seals of a service that a store keeps."""
    return {(seal.tenant_id, seal.day): seal for seal in store.read_across(lambda tx: _seals(tx, service))}


def passed_over(own: Iterable[Day], kept: Iterable[Day]) -> list[Day]:
    """Days a witness was not told of though it was told of later ones; what is on its way yet is none."""
    told = set(kept)
    newest = {tenant_id: max(day for tenant, day in told if tenant == tenant_id) for tenant_id, _ in told}
    return [(tenant_id, day) for tenant_id, day in own if (tenant_id, day) not in told and day < newest.get(tenant_id, "")]


def _signed_by(key: Ed25519PublicKey, seal: Seal) -> bool:
    try:
        key.verify(base64.b64decode(seal.signature), _signed(seal.tenant_id, seal.day, seal.head))
    except (InvalidSignature, ValueError):
        return False
    return True


def _seals(tx: Tx, service: str) -> list[Seal]:
    seals = tx.store.tables["seals"]
    rows = tx.all(select(seals).where(seals.c.service == service).order_by(seals.c.tenant_id, seals.c.day))
    return [Seal(*(row[name] for name in Seal.__dataclass_fields__)) for row in rows]


def _open_days(tx: Tx, tenant_id: str, until: date) -> Iterator[date]:
    """The days before `until` that have entries and lie behind the last one sealed."""
    journal, seals = tx.store.tables["journal"], tx.store.tables["seals"]
    mine = (seals.c.service == tx.store.service) & (seals.c.tenant_id == tenant_id)
    newest = tx.connection.execute(select(func.max(seals.c.day)).where(mine)).scalar()
    after = _bounds(date.fromisoformat(newest))[1] if newest else None
    while True:
        entries_left = select(func.min(journal.c.at)).where(journal.c.tenant_id == tenant_id)
        first = tx.connection.execute(entries_left.where(journal.c.at >= after) if after else entries_left).scalar()
        if first is None:
            return
        day = first.astimezone(LOCAL).date()
        if day >= until:
            return
        after = _bounds(day)[1]
        yield day


def _head(tx: Tx, tenant_id: str, day: date) -> tuple[int, str]:
    journal = tx.store.tables["journal"]
    begin, end = _bounds(day)
    that_day = (journal.c.tenant_id == tenant_id) & (journal.c.at >= begin) & (journal.c.at < end)
    columns = (journal.c.subject, journal.c.number, journal.c.hash)
    rows = tx.all(select(*columns).where(that_day).order_by(journal.c.subject, journal.c.number))
    lasts = {row["subject"]: f"{row['subject']}:{row['number']}:{row['hash']}" for row in rows}
    return len(rows), hashlib.sha256("\n".join(sorted(lasts.values())).encode()).hexdigest()


def _bounds(day: date) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time(), LOCAL)
    return midnight, midnight + timedelta(days=1)


def _sign(key: SigningKey, tenant_id: str, day: date, head: str) -> str:
    return base64.b64encode(key.private.sign(_signed(tenant_id, day.isoformat(), head))).decode()


def _signed(tenant_id: str, day: str, head: str) -> bytes:
    return f"{tenant_id}\n{day}\n{head}".encode()
