"""What a service has parked, as its administrators see it: listed without a payload, sent again, or dropped with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func

from chassis import journal
from chassis.clock import real_now
from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import Page

RECORD = "10"
AT_ONCE = 1_000
NOWHERE = "没有您可处理的搁置消息：可能已重新处理或已放弃，请刷新后再看"


def list_parked(tx: Tx, page: Page, type_name: str) -> tuple[list[Mapping[Any, Any]], str]:
    """A page of what is parked of the tenants that the caller reads, the longest parked first."""
    rows, token = tx.page(_parked(tx, tx.by.reads, type_name), _longest_first(tx), page)
    return list(rows), token


def count_waiting(tx: Tx) -> int:
    """How many of those tenants' failed and are tried again by themselves."""
    table = tx.store.tables["retries"]
    found = tx.select(table, func.count()).where(table.c.next_at.is_not(None), _of_tenants(tx, tx.by.reads))
    return int(tx.connection.execute(found).scalar_one())


def send_again(tx: Tx, event_id: str) -> None:
    """Let a parked message of the caller's tenant be tried anew from now. Raises Missing where it is not parked."""
    _send(tx, [_one(tx, event_id)])


def send_all_again(tx: Tx, type_name: str) -> int:
    """The same for all, or all of a type, so many at once; answers how many."""
    wanted = _parked(tx, (tx.by.tenant_id,), type_name).order_by(*_longest_first(tx)).limit(AT_ONCE)
    found = tx.all(wanted.with_for_update(skip_locked=True))
    _send(tx, found)
    return len(found)


def drop(tx: Tx, event_id: str, reason: str) -> None:
    """Give a parked message of the caller's tenant up for good: it counts as handled. Raises Missing where it is not parked."""
    row = _one(tx, event_id)
    tx.insert_missing(tx.store.tables["inbox"], ("event_id",), [{"event_id": event_id, "handled_at": tx.now}])
    tx.drop(tx.store.tables["retries"], event_id=event_id)
    journal.append(tx, subject_of(row), "drop_parked_message", RECORD, {**_facts(row), "reason": reason})


def subject_of(row: Mapping[Any, Any]) -> str:
    """Under what a parked message's steps stand in the journal."""
    return f"parked:{row['event_id']}"


def _send(tx: Tx, rows: Sequence[Mapping[Any, Any]]) -> None:
    values = {"tries": 0, "next_at": real_now(), "parked_at": None}
    tx.change_among(tx.store.tables["retries"], "event_id", [row["event_id"] for row in rows], values)
    journal.append_all(tx, [journal.Step(subject_of(row), "send_parked_again", RECORD, _facts(row)) for row in rows])


def _one(tx: Tx, event_id: str) -> Mapping[Any, Any]:
    """Locked: whoever else sends or drops it waits, and then does not find it."""
    event = tx.store.tables["retries"].c.event_id
    row = tx.one(_parked(tx, (tx.by.tenant_id,)).where(event == event_id).with_for_update())
    if row is None:
        raise Missing(NOWHERE)
    return row


def _parked(tx: Tx, tenants: Sequence[str], type_name: str = "") -> Select[Any]:
    table = tx.store.tables["retries"]
    wanted = tx.select(table).where(table.c.parked_at.is_not(None), _of_tenants(tx, tenants))
    return wanted.where(table.c.type == type_name) if type_name else wanted


def _longest_first(tx: Tx) -> tuple[ColumnElement[Any], ...]:
    table = tx.store.tables["retries"]
    return table.c.parked_at, table.c.event_id


def _of_tenants(tx: Tx, tenants: Sequence[str]) -> ColumnElement[bool]:
    """The table is plumbing, which no tenant's predicate limits."""
    return tx.store.tables["retries"].c.tenant_id.in_(tenants)


def _facts(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {"type": row["type"], "source": row["source"], "tries": row["tries"], "error": row["error"]}
