"""What a store of sla holds, what it told, and what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from google.protobuf.json_format import Parse
from sqlalchemy import Connection, RowMapping, Table, event, select

from chassis.caller import Caller
from chassis.store import Store
from hotline.sla.v1 import events_pb2 as events
from services.sla.store import turns

EVENTS = {each.DESCRIPTOR.full_name: each for each in (events.LightTurned, events.UrgingIssued, events.UrgingVoided)}


def rows_of(store: Store, table: Table) -> list[RowMapping]:
    """The rows of the city, by their key."""
    return store.read(Caller.timer("sla", "zibo"), lambda tx: tx.all(tx.select(table).order_by(*table.primary_key)))


def told(store: Store) -> list[Any]:
    """Every event, in the order told."""
    outbox = store.tables["outbox"]
    found = store.read_across(lambda tx: tx.all(select(outbox).order_by(outbox.c.seq)))
    return [Parse(row["payload"], EVENTS[row["type"]]()) for row in found]


def lit(store: Store) -> list[tuple[str, str, datetime]]:
    """Every light that went up and stands."""
    found = [row for row in rows_of(store, turns) if row["lit"] and row["voided_at"] is None]
    return sorted((row["order_id"], row["light"], row["at"]) for row in found)


class Asked(NamedTuple):
    """A statement as the database got it."""

    text: str
    parameters: Any


@contextmanager
def statements(store: Store) -> Iterator[list[Asked]]:
    """What the store is asked meanwhile."""
    asked: list[Asked] = []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            asked.append(Asked(statement, parameters))

    engines = {store.engine, store._across}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def plan(store: Store, asked: Asked) -> list[str]:
    """How SQLite would answer it."""
    with store.engine.connect() as connection:
        return [row[-1] for row in connection.exec_driver_sql(f"explain query plan {asked.text}", asked.parameters)]
