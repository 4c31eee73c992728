"""A journal that is only ever appended to: who did what, when and by which article.

Entries of one subject are chained by hashes (over no identity and no ciphertext, so that keys can be rotated). The head of
each day is signed with the service's own key, whose fingerprint it names, and told to another service, which keeps it as a
witness: who owns this store and the key can forge both, and is found out there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from google.protobuf.message import Message
from sqlalchemy import func, select

from chassis.auth import SigningKey, fingerprint, own_keys, peer_key
from chassis.clock import LOCAL

if TYPE_CHECKING:
    from chassis.store import Store, Tx
    from chassis.store.paging import Page

M = TypeVar("M", bound=Message)
BEGINNING = "0" * 64
# A transaction that began before midnight may commit a little later.
GRACE = timedelta(minutes=10)
ROWS_AT_ONCE = 1_000
Day = tuple[str, str]
"""A tenant and a local date."""


@dataclass(frozen=True)
class Entry:
    """A step: `number` counts within the subject from 1; `detail` is JSON text."""

    subject: str
    number: int
    at: datetime
    by_kind: str
    by_id: str
    unit_id: str
    verb: str
    article: str
    detail: str
    previous: str
    hash: str


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


def append(
    tx: Tx,
    subject: str,
    verb: str,
    article: str,
    detail: dict[str, Any] | None = None,
    *,
    tenant_id: str | None = None,
    handling_tenant_id: str | None = None,
) -> None:
    """Append a step by the transaction's caller at its instant."""
    journal, heads = tx.store.tables["journal"], tx.store.tables["journal_heads"]
    head = _locked_head(tx, subject)
    facts: dict[str, Any] = {
        "subject": subject,
        "number": head["number"] + 1,
        "at": tx.now,
        "by_kind": tx.by.kind,
        "by_id": tx.by.id,
        "unit_id": tx.by.unit_id,
        "verb": verb,
        "article": article,
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
        "previous": head["hash"],
    }
    hashed = _hash(facts)
    tx.insert(
        journal,
        **facts,
        hash=hashed,
        tenant_id=tenant_id or tx.by.tenant_id,
        **({"handling_tenant_id": handling_tenant_id} if handling_tenant_id else {}),
    )
    tx.change(heads, {"subject": subject}, {"number": facts["number"], "hash": hashed})


def entries(tx: Tx, subject: str, page: Page) -> tuple[list[Entry], str]:
    """A page of a subject's steps, oldest first, and the token of the next page."""
    journal = tx.store.tables["journal"]
    rows, token = tx.page(tx.select(journal).where(journal.c.subject == subject), (journal.c.number,), page)
    return [_entry(row) for row in rows], token


def shown(entry: Entry, message: Callable[..., M]) -> M:
    """A step as it is answered, in a message whose fields are named as here (`by` for `by_id`)."""
    names = ("number", "at", "unit_id", "verb", "article", "detail", "hash")
    return message(by=entry.by_id, **{name: getattr(entry, name) for name in names})


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


def verify(store: Store, witnesses: tuple[Store, ...] = (), progress: Callable[[int], None] = lambda _: None) -> list[Break]:
    """Recompute every chain and every daily head, and hold the heads against those the witnesses kept."""
    # Before our own: what is sealed meanwhile is here before it is there.
    witnessed = {witness.service: _by_day(witness, store.service) for witness in witnesses}
    breaks = store.read_across(lambda tx: [*_broken_chains(tx, progress), *_broken_seals(tx)])
    own = _by_day(store, store.service)
    for witness, kept in witnessed.items():
        breaks += [Break(" ".join(day), f"与 {witness} 保存的日签名摘要不一致") for day in kept if own.get(day) != kept[day]]
        breaks += [Break(" ".join(day), f"{witness} 没有收到这一日的日签名摘要") for day in _passed_over(own, kept)]
    return breaks


def _locked_head(tx: Tx, subject: str) -> Mapping[Any, Any]:
    """The end of a subject's chain, which nobody else lengthens meanwhile; made where there is none."""
    heads = tx.store.tables["journal_heads"]
    head = tx.row(heads, lock=True, subject=subject)
    if head is None:
        first = {"subject": subject, "number": 0, "hash": BEGINNING}
        # Whoever else begins this chain now is waited for here.
        head = first if tx.insert_new(heads, ("subject",), first) else tx.row(heads, lock=True, subject=subject)
    if head is None:
        raise LookupError(f"the head of {subject} vanished")
    return head


def _broken_chains(tx: Tx, progress: Callable[[int], None]) -> Iterator[Break]:
    journal, heads = tx.store.tables["journal"], tx.store.tables["journal_heads"]
    ends = {row["subject"]: (row["number"], row["hash"]) for row in tx.all(select(heads))}
    last: dict[str, tuple[int, str]] = {}
    steps = select(journal).order_by(journal.c.subject, journal.c.number)
    rows = tx.connection.execute(steps, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
    for count, row in enumerate(rows, 1):
        number, previous = last.get(row["subject"], (0, BEGINNING))
        if row["number"] != number + 1 or row["previous"] != previous:
            yield Break(row["subject"], f"第 {number + 1} 步缺失或次序被改动")
        if _hash(dict(row)) != row["hash"]:
            yield Break(row["subject"], f"第 {row['number']} 步内容被改动")
        last[row["subject"]] = (row["number"], row["hash"])
        progress(count)
    for subject in ends.keys() | last.keys():
        if ends.get(subject) != last.get(subject):
            yield Break(subject, "末尾的步骤缺失")


def _broken_seals(tx: Tx) -> Iterator[Break]:
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


def _signed_by(key: Ed25519PublicKey, seal: Seal) -> bool:
    try:
        key.verify(base64.b64decode(seal.signature), _signed(seal.tenant_id, seal.day, seal.head))
    except (InvalidSignature, ValueError):
        return False
    return True


def _passed_over(own: Iterable[Day], kept: Iterable[Day]) -> list[Day]:
    """Days a witness was not told of though it was told of later ones; what is on its way yet is none."""
    told = set(kept)
    newest = {tenant_id: max(day for tenant, day in told if tenant == tenant_id) for tenant_id, _ in told}
    return [(tenant_id, day) for tenant_id, day in own if (tenant_id, day) not in told and day < newest.get(tenant_id, "")]


def _by_day(store: Store, service: str) -> dict[Day, Seal]:
    return {(seal.tenant_id, seal.day): seal for seal in store.read_across(lambda tx: _seals(tx, service))}


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


def _hash(facts: dict[str, Any]) -> str:
    kept = {name: facts[name] for name in Entry.__dataclass_fields__ if name != "hash"}
    kept["at"] = kept["at"].isoformat()
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _entry(row: Any) -> Entry:
    return Entry(*(row[name] for name in Entry.__dataclass_fields__))


def _sign(key: SigningKey, tenant_id: str, day: date, head: str) -> str:
    return base64.b64encode(key.private.sign(_signed(tenant_id, day.isoformat(), head))).decode()


def _signed(tenant_id: str, day: str, head: str) -> bytes:
    return f"{tenant_id}\n{day}\n{head}".encode()
