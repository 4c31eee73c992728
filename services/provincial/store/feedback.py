"""What the province is to be told, as rows: once for each fact, in order for each of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, tuple_

from chassis.clock import real_now
from chassis.store import Tx
from chassis.store.paging import Page
from services.provincial.lifecycle import FeedbackKind, FeedbackState
from services.provincial.rules.delivery import CLAIM, Next
from services.provincial.store.tables import WAITING, feedback

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Fact:
    """Something that happened to a ticket, for the province: `content` in our words, masked; `key` says which fact it is."""

    key: str
    kind: FeedbackKind
    ticket_id: str
    at: datetime
    content: Mapping[str, Any]


def add(tx: Tx, fact: Fact, province: str = "", number: str = "") -> str:
    """Keep a fact once for each key, to be told once its number is known; answers its id, or nothing where it was there."""
    row = {
        "feedback_id": tx.new_id(), "key": fact.key, "province": province, "number": number, "ticket_id": fact.ticket_id,
        "kind": fact.kind.value, "content": dict(fact.content), "at": fact.at, "state": FeedbackState.QUEUED.value, "tries": 0,
        "reason": "", "queued_at": tx.now, "retry_at": real_now(), "ended_at": None,
    }  # fmt: skip
    return str(row["feedback_id"]) if tx.insert_new(feedback, ("tenant_id", "key"), row) else ""


def newest(tx: Tx, ticket_id: str, kind: FeedbackKind) -> Row | None:
    """What of a kind was kept last of a ticket, told or not told yet."""
    return tx.row(feedback, order="-at", tenant_id=tx.by.tenant_id, ticket_id=ticket_id, kind=kind.value)


def adopt(tx: Tx, ticket_id: str, province: str, number: str) -> None:
    """What waited to hear whose ticket it is about may go."""
    own = feedback.c
    waits = (own.tenant_id == tx.by.tenant_id) & (own.ticket_id == ticket_id) & (own.number == "")
    tx.run(tx.update(feedback).where(waits).values(province=province, number=number))


def discard(tx: Tx, ticket_id: str) -> None:
    """Nobody is to be told of a ticket that no link brought."""
    own = feedback.c
    tx.run(tx.delete(feedback).where(own.tenant_id == tx.by.tenant_id, own.ticket_id == ticket_id, own.number == ""))


def claim(tx: Tx, province: str, limit: int) -> list[Row]:
    """What may be told now, of each number the oldest alone, and not if another has it in hand."""
    own, earlier = feedback.c, feedback.alias("earlier")
    before = tuple_(earlier.c.at, earlier.c.feedback_id) < tuple_(own.at, own.feedback_id)
    same = (earlier.c.tenant_id == own.tenant_id) & (earlier.c.number == own.number) & (earlier.c.state == FeedbackState.QUEUED.value)
    due = tx.select(feedback).where(WAITING, own.tenant_id == tx.by.tenant_id, own.province == province, own.retry_at <= real_now())
    first = due.where(~exists().where(same, before)).order_by(own.retry_at, own.feedback_id).limit(limit)
    rows: list[Row] = list(tx.all(first.with_for_update(skip_locked=True, of=feedback)))
    tx.change_among(feedback, "feedback_id", [row["feedback_id"] for row in rows], {"retry_at": real_now() + CLAIM})
    return rows


def end(tx: Tx, row: Row, following: Next, reason: str) -> bool:
    """Note what came of a try; answers whether it was still waiting."""
    ended = following.state is not FeedbackState.QUEUED
    values = {
        "state": following.state.value, "tries": row["tries"] + 1, "reason": reason, "retry_at": real_now() + following.pause,
        "ended_at": tx.now if ended else None,
    }  # fmt: skip
    own = feedback.c
    mine = (own.tenant_id == tx.by.tenant_id) & (own.feedback_id == row["feedback_id"]) & (own.state == FeedbackState.QUEUED.value)
    return tx.run(tx.update(feedback).where(mine).values(values)) > 0


def measure(tx: Tx, province: str = "") -> tuple[int, datetime | None]:
    """How much waits for the province (empty: for any), and since when the oldest does."""
    own = feedback.c
    waits = tx.select(feedback, func.count().label("depth"), func.min(own.queued_at).label("oldest"))
    waits = waits.where(WAITING, own.tenant_id == tx.by.tenant_id)
    row = tx.one(waits.where(own.province == province) if province else waits)
    return (row["depth"], row["oldest"]) if row else (0, None)


def page_of(tx: Tx, page: Page, state: FeedbackState | None, ticket_id: str) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, the newest first."""
    own = feedback.c
    found = tx.select(feedback).where(own.tenant_id == tx.by.tenant_id)
    if state is not None:
        found = found.where(own.state == state.value)
    if ticket_id:
        found = found.where(own.ticket_id == ticket_id)
    rows, token = tx.page(found, (own.at.desc(), own.feedback_id.desc()), page)
    return list(rows), token


def taken_between(tx: Tx, province: str, begin_at: datetime, end_at: datetime) -> Iterable[Row]:
    """What a province has taken of what happened from one instant to before another."""
    own = feedback.c
    mine = tx.select(feedback).where(own.tenant_id == tx.by.tenant_id, own.province == province)
    return tx.all(mine.where(own.state == FeedbackState.TAKEN.value, own.at >= begin_at, own.at < end_at))
