"""A journal that is only ever appended to: who did what, when and by which article.

Entries of one subject are chained by hashes (over no identity and no ciphertext, so that keys can be rotated). The head of
each day is signed with the service's own key, whose fingerprint it names, and told to another service, which keeps it as a
witness: who owns this store and the key can forge both, and is found out there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.message import Message
from sqlalchemy import select

from chassis.seals import Break, broken_seals, by_day, passed_over

if TYPE_CHECKING:
    from chassis.store import Looking, Store, Tx
    from chassis.store.paging import Page

M = TypeVar("M", bound=Message)
BEGINNING = "0" * 64
ROWS_AT_ONCE = 1_000


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
class Step:
    """What is to be appended to a subject's chain; without `tenant_id` it is the transaction's own."""

    subject: str
    verb: str
    article: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    tenant_id: str = ""
    handling_tenant_id: str = ""
    begins: bool = False
    """Whether the subject is new, and so its chain."""


def append(
    tx: Tx,
    subject: str,
    verb: str,
    article: str,
    detail: dict[str, Any] | None = None,
    *,
    tenant_id: str | None = None,
    handling_tenant_id: str | None = None,
    begins: bool = False,
) -> None:
    """Append a step by the transaction's caller at its instant; `begins`: the subject is new, and so its chain."""
    append_all(tx, [Step(subject, verb, article, detail or {}, tenant_id or "", handling_tenant_id or "", begins)])


def ask_ahead(tx: Tx, subject: str) -> None:
    """A step of this subject will be appended: its chain is locked by what is asked next."""
    _heads_among(tx.ahead, [subject])


def append_all(tx: Tx, steps: Sequence[Step]) -> None:
    """Append steps, each behind the one before it of its subject, in a few statements however many they are."""
    begun = {step.subject for step in steps if step.begins}
    ends = {**dict.fromkeys(begun, (0, BEGINNING)), **_locked_heads(tx, {step.subject for step in steps} - begun)}
    rows = []
    for step in steps:
        row = _row(tx, step, *ends[step.subject])
        ends[step.subject] = row["number"], row["hash"]
        rows.append(row)
    tx.insert_many(tx.store.tables["journal"], rows)
    heads = tx.store.tables["journal_heads"]
    fresh = [{"subject": subject, "number": number, "hash": hashed} for subject, (number, hashed) in sorted(ends.items())]
    tx.insert_many(heads, [head for head in fresh if head["subject"] in begun])
    tx.change_many(heads, "subject", [head for head in fresh if head["subject"] not in begun])


def _row(tx: Tx, step: Step, last: int, previous: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "subject": step.subject,
        "number": last + 1,
        "at": tx.now,
        "by_kind": tx.by.kind,
        "by_id": tx.by.id,
        "unit_id": tx.by.unit_id,
        "verb": step.verb,
        "article": step.article,
        "detail": json.dumps(step.detail, ensure_ascii=False, sort_keys=True),
        "previous": previous,
    }
    owners: dict[str, str | None] = {"tenant_id": step.tenant_id or tx.by.tenant_id}
    if "handling_tenant_id" in tx.store.tables["journal"].c:
        owners["handling_tenant_id"] = step.handling_tenant_id or None
    return {**facts, **owners, "hash": _hash(facts)}


def entries(tx: Tx, subject: str, page: Page) -> tuple[list[Entry], str]:
    """A page of a subject's steps, oldest first, and the token of the next page."""
    journal = tx.store.tables["journal"]
    rows, token = tx.page(tx.select(journal).where(journal.c.subject == subject), (journal.c.number,), page)
    return [_entry(row) for row in rows], token


def shown(entry: Entry, message: Callable[..., M], **more: str) -> M:
    """A step as it is answered, in a message whose fields are named as here (`by` for `by_id`); `more`: what its service adds."""
    names = ("number", "at", "unit_id", "verb", "article", "detail", "hash")
    return message(by=entry.by_id, **{name: getattr(entry, name) for name in names}, **more)


def verify(store: Store, witnesses: tuple[Store, ...] = (), progress: Callable[[int], None] = lambda _: None) -> list[Break]:
    """Recompute every chain and every daily head, and hold the heads against those the witnesses kept."""
    # Before our own: what is sealed meanwhile is here before it is there.
    witnessed = {witness.service: by_day(witness, store.service) for witness in witnesses}
    breaks = store.read_across(lambda tx: [*_broken_chains(tx, progress), *broken_seals(tx)])
    own = by_day(store, store.service)
    for witness, kept in witnessed.items():
        breaks += [Break(" ".join(day), f"与 {witness} 保存的日签名摘要不一致") for day in kept if own.get(day) != kept[day]]
        breaks += [Break(" ".join(day), f"{witness} 没有收到这一日的日签名摘要") for day in passed_over(own, kept)]
    return breaks


def _locked_heads(tx: Tx, subjects: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Number and hash at the end of each subject's chain, which nobody else lengthens meanwhile; made where there is none."""
    wanted = sorted(subjects)
    found: dict[str, Mapping[str, Any]] = {row["subject"]: row for row in _heads_among(tx, wanted)}
    for subject in wanted:
        if subject not in found:
            found[subject] = _begun(tx, subject)
    return {subject: (row["number"], row["hash"]) for subject, row in found.items()}


def _heads_among(tx: Looking, subjects: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    heads = tx.store.tables["journal_heads"]
    # For one PostgreSQL keeps its plan, where it makes a new one for each list.
    one = subjects[0] if len(subjects) == 1 else None
    return tx.rows(heads, lock=True, subject=one) if one else tx.rows_among(heads, "subject", subjects, order="subject", lock=True)


def _begun(tx: Tx, subject: str) -> Mapping[str, Any]:
    heads = tx.store.tables["journal_heads"]
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


def _hash(facts: dict[str, Any]) -> str:
    kept = {name: facts[name] for name in Entry.__dataclass_fields__ if name != "hash"}
    kept["at"] = kept["at"].isoformat()
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _entry(row: Any) -> Entry:
    return Entry(*(row[name] for name in Entry.__dataclass_fields__))
