"""Messages of the province's and its orders, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.store import Tx
from chassis.store.paging import Page
from services.provincial.lifecycle import MessageKind
from services.provincial.rules.receiving import Known
from services.provincial.store.tables import messages, orders

Row = Mapping[Any, Any]


def known(tx: Tx, number: str, version: int) -> Known | None:
    """What is kept of a number and version of the transaction's tenant."""
    row = tx.row(messages, tenant_id=tx.by.tenant_id, number=number, version=version)
    return Known(row["digest"], row["taken_at"] is not None) if row else None


def begin(tx: Tx, province: str, number: str, version: int, kind: MessageKind, digest: bytes, sent_at: datetime) -> None:
    """Keep that it came, before anybody is asked to take it; one that was begun before stays as it is."""
    row = {
        "number": number, "version": version, "province": province, "kind": kind.value, "digest": digest, "sent_at": sent_at,
        "received_at": tx.now, "taken_at": None, "warnings": [],
    }  # fmt: skip
    tx.insert_missing(messages, ("tenant_id", "number", "version"), [row])


def note_taken(tx: Tx, number: str, version: int, warnings: Sequence[Mapping[str, str]]) -> bool:
    """It was taken; answers whether this is the first to say so."""
    own = messages.c
    mine = (own.tenant_id == tx.by.tenant_id) & (own.number == number) & (own.version == version)
    return tx.run(tx.update(messages).where(mine, own.taken_at.is_(None)).values(taken_at=tx.now, warnings=list(warnings))) > 0


def forget(tx: Tx, number: str, version: int) -> None:
    """As if it had never come: nobody took it."""
    own = messages.c
    tx.run(
        tx.delete(messages).where(
            own.tenant_id == tx.by.tenant_id, own.number == number, own.version == version, own.taken_at.is_(None)
        )
    )  # fmt: skip


def page_of(tx: Tx, page: Page, number: str) -> tuple[list[Row], str]:
    """A page of the transaction's tenant's, or of one number's, the newest first, with their tickets."""
    own = messages.c
    at = (orders.c.tenant_id == own.tenant_id) & (orders.c.number == own.number)
    found = tx.select(messages, *own, orders.c.ticket_id).outerjoin(orders, at).where(own.tenant_id == tx.by.tenant_id)
    if number:
        rows, token = tx.page(found.where(own.number == number), (own.version.desc(),), page)
    else:
        rows, token = tx.page(found, (own.received_at.desc(), own.number.desc(), own.version.desc()), page)
    return list(rows), token


def sent_between(tx: Tx, province: str, begin_at: datetime, end_at: datetime) -> dict[tuple[str, str], str]:
    """What of a province's was taken, by number and version, of those it says it sent from one instant to before another."""
    own = messages.c
    mine = tx.select(messages).where(own.tenant_id == tx.by.tenant_id, own.province == province, own.taken_at.is_not(None))
    rows = tx.all(mine.where(own.sent_at >= begin_at, own.sent_at < end_at))
    return {(row["number"], str(row["version"])): row["kind"] for row in rows}


def any_of(tx: Tx, number: str) -> bool:
    """Whether any message of a number is kept."""
    return tx.row(messages, tenant_id=tx.by.tenant_id, number=number) is not None
