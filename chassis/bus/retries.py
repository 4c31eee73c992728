"""Events whose handling failed: rows of the listener's own store, tried again in real time, then parked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from chassis.bus.envelope import Envelope
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.store import Store, Tx

TRIES = 8
AT_ONCE = 64


@dataclass(frozen=True)
class Retry:
    """An event that waits to be tried again, or is parked."""

    source: str
    envelope: Envelope
    tries: int


class Retries:
    """The retries of one service. All times here are real: a failure does not pass sooner because a test's clock was moved."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = store.tables["retries"]
        self._by = Caller.timer(store.service, "")

    def add(self, tx: Tx, source: str, envelope: Envelope, error: str) -> bool:
        """Keep an event that failed for the first time; answers False when it is kept already."""
        values = {
            "event_id": envelope.event_id,
            "tenant_id": envelope.tenant_id,
            "source": source,
            "type": envelope.type,
            "told": envelope.as_json(),
            "tries": 1,
            "error": error,
            "next_at": real_now() + delay_after(1),
        }
        return tx.insert_new(self._table, ("event_id",), values)

    def due(self) -> list[Retry]:
        """What should be tried now."""
        now = real_now()
        rows = self._store.read(self._by, lambda tx: tx.kept("retries due", self._due, now=now))
        return [Retry(row["source"], Envelope.read(row["told"]), row["tries"]) for row in rows]

    def _due(self) -> Select[Any]:
        next_at = self._table.c.next_at
        return select(self._table).where(next_at <= bindparam("now", type_=next_at.type)).order_by(next_at).limit(AT_ONCE)

    def hold(self, tx: Tx, retry: Retry) -> bool:
        """Lock the row; False when another replica tries it now, or has."""
        return tx.one(select(self._table.c.tries).where(self._is(retry)).with_for_update(skip_locked=True)) is not None

    def drop(self, tx: Tx, retry: Retry) -> None:
        """It was handled."""
        tx.run(tx.delete(self._table).where(self._is(retry)))

    def failed_again(self, tx: Tx, retry: Retry, error: str) -> bool:
        """Wait twice as long, or park; answers whether it was parked."""
        tries, now = retry.tries + 1, real_now()
        parked = tries >= TRIES
        change = tx.update(self._table).where(self._is(retry))
        values = {"next_at": None, "parked_at": now} if parked else {"next_at": now + delay_after(tries)}
        return bool(tx.run(change.values(tries=tries, error=error, **values))) and parked

    def parked(self) -> list[Mapping[Any, Any]]:
        """What waits for an operator, oldest first, without its payload."""
        columns = [column for column in self._table.c if column.name != "told"]
        statement = select(*columns).where(self._table.c.parked_at.is_not(None)).order_by(self._table.c.parked_at)
        return list(self._store.read(self._by, lambda tx: tx.all(statement)))

    def send(self, event_id: str | None) -> int:
        """Let a parked event, or all of them, be tried anew from now; answers how many."""
        chosen: ColumnElement[bool] = self._table.c.parked_at.is_not(None)
        if event_id is not None:
            chosen = and_(chosen, self._table.c.event_id == event_id)
        values = {"tries": 0, "next_at": real_now(), "parked_at": None}
        return self._store.write(self._by, lambda tx: tx.run(tx.update(self._table).where(chosen).values(**values)))

    def counts(self) -> tuple[int, int]:
        """How many wait to be tried again, and how many are parked."""
        waiting = select(func.count(self._table.c.next_at), func.count(self._table.c.parked_at))
        row = self._store.read(self._by, lambda tx: tx.connection.execute(waiting).one())
        return int(row[0]), int(row[1])

    def _is(self, retry: Retry) -> ColumnElement[bool]:
        """The row as it was read: whoever tried it since has raised its tries."""
        table = self._table
        return and_(table.c.event_id == retry.envelope.event_id, table.c.tries == retry.tries, table.c.next_at.is_not(None))


def delay_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … seconds."""
    return timedelta(seconds=2 ** (tries - 1))
