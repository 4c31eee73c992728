"""What a store of sla holds, what it told, and what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from google.protobuf.json_format import Parse
from sqlalchemy import Connection, RowMapping, Table, event, select

from chassis.caller import Caller
from chassis.store import Store
from hotline.sla.v1 import events_pb2 as events
from services.sla.store import turns

EVENTS = {each.DESCRIPTOR.full_name: each for each in (events.LightTurned, events.UrgingIssued, events.UrgingVoided)}


def rows_of(store: Store, table: Table) -> list[RowMapping]:
    """The rows of the city."""
    return store.read(Caller.timer("sla", "zibo"), lambda tx: tx.all(tx.select(table)))


def told(store: Store) -> list[Any]:
    """Every event, in the order told."""
    outbox = store.tables["outbox"]
    found = store.read_across(lambda tx: tx.all(select(outbox).order_by(outbox.c.seq)))
    return [Parse(row["payload"], EVENTS[row["type"]]()) for row in found]


def lit(store: Store) -> list[tuple[str, str, datetime]]:
    """Every light that went up and stands."""
    found = [row for row in rows_of(store, turns) if row["lit"] and row["voided_at"] is None]
    return sorted((row["order_id"], row["light"], row["at"]) for row in found)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What the store is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            asked.append(statement)

    engines = {store.engine, store._across}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
