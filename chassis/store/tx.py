"""One transaction, as an action sees it: rows of the caller's tenant, one instant, and events told with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from sqlalchemy import ColumnElement, Connection, Delete, Executable, RowMapping, Select, Table, Update, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy import update as sql_update
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils import uuid7

from chassis.caller import Caller
from chassis.store.paging import Page, next_token, paged, size_of
from chassis.telemetry import here

if TYPE_CHECKING:
    from chassis.settings import Settings
    from chassis.store.store import Store

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Told:
    """The envelope of an event that is being handled."""

    event_id: str
    source: str
    aggregate: str
    version: int
    tenant_id: str
    at: datetime


class Tx:
    """One transaction. Whatever is done through it is done together, or not at all."""

    def __init__(self, store: Store, connection: Connection, by: Caller, now: datetime, told: Told | None = None) -> None:
        self.store = store
        self.connection = connection
        self.by = by
        self.now = now
        self.told = told

    @property
    def settings(self) -> Settings:
        """What the process was told from outside."""
        return self.store.settings

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Rows of a table that the caller may see."""
        statement = select(*columns).select_from(table) if columns else select(table)
        return statement if _shared(table) else statement.where(_seen(table, self.by))

    def insert(self, table: Table, **values: Any) -> None:
        """A new row; its owner is the caller's tenant unless told otherwise."""
        self.insert_many(table, [values])

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows in one statement."""
        if rows:
            # Inline: asking for the new row's number back would need the right to read the outbox.
            self.connection.execute(sql_insert(table).inline(), [self._owned(table, row) for row in rows])

    def insert_new(self, table: Table, keys: Sequence[str], values: Mapping[str, Any]) -> bool:
        """Insert unless a row with these keys is there; answers whether it was inserted."""
        statement: Any = _INSERT[self.connection.dialect.name](table).values(self._owned(table, values))
        statement = statement.on_conflict_do_nothing(index_elements=list(keys)).returning(table.c[keys[0]])
        return self.connection.execute(statement).first() is not None

    def put(self, table: Table, keys: Sequence[str], values: Mapping[str, Any], newer: str | None = None) -> bool:
        """Insert, or update the row with these keys; with `newer`, only where that column of the row is smaller.

        Answers whether anything was written.
        """
        row = self._owned(table, values)
        statement: Any = _INSERT[self.connection.dialect.name](table).values(row)
        rest = {name: statement.excluded[name] for name in row if name not in keys}
        where = table.c[newer] < statement.excluded[newer] if newer else None
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=rest, where=where)
        return self.connection.execute(statement.returning(table.c[keys[0]])).first() is not None

    def update(self, table: Table) -> Update:
        """An update of rows that the caller's tenant owns or handles."""
        statement = sql_update(table)
        return statement if _shared(table) else statement.where(_worked_on(table, self.by))

    def delete(self, table: Table) -> Delete:
        """A deletion of rows that the caller's tenant owns or handles."""
        statement = sql_delete(table)
        return statement if _shared(table) else statement.where(_worked_on(table, self.by))

    def one(self, statement: Select[Any]) -> RowMapping | None:
        """The first row, if there is one."""
        return self.connection.execute(statement).mappings().first()

    def all(self, statement: Select[Any]) -> list[RowMapping]:
        """All rows; for lists that cannot grow without bound."""
        return list(self.connection.execute(statement).mappings())

    def run(self, statement: Executable) -> int:
        """Run an update, deletion or insert; answers how many rows it touched."""
        return int(self.connection.execute(statement).rowcount)

    def page(self, statement: Select[Any], order: Sequence[ColumnElement[Any]], page: Page) -> tuple[list[RowMapping], str]:
        """One page of a list, and the token of the next; the token of the last is empty.

        Raises Invalid for a token that is none of ours.
        """
        rows = self.all(paged(statement, order, page))
        size = size_of(page)
        return rows[:size], next_token(rows[size - 1], order) if len(rows) > size else ""

    def tell(self, event: Message, aggregate: str, version: int, tenant_id: str | None = None) -> None:
        """Tell a fact to whom it concerns: it leaves if, and only if, this transaction commits."""
        self.insert(
            self.store.tables["outbox"],
            event_id=self.new_id(),
            tenant_id=tenant_id or self.by.tenant_id,
            type=event.DESCRIPTOR.full_name,
            aggregate=aggregate,
            version=version,
            payload=MessageToJson(event, indent=None, ensure_ascii=False),
            trace=here(),
            told_at=self.now,
        )

    def new_id(self) -> str:
        """A fresh id, in the order of time (RFC 9562, version 7)."""
        return str(uuid7())

    @contextmanager
    def acting_for(self, tenant_id: str) -> Iterator[Tx]:
        """The same transaction on another tenant's rows, for what is one act in two tenants (an inner order)."""
        other = Tx(self.store, self.connection, replace(self.by, tenant_id=tenant_id, reads=(tenant_id,)), self.now, self.told)
        self.store.limit(self.connection, other.by)
        try:
            yield other
        finally:
            self.store.limit(self.connection, self.by)

    def _owned(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"tenant_id": self.by.tenant_id, **row} if "tenant_id" in table.c else dict(row)


def _shared(table: Table) -> bool:
    return bool(table.info.get("shared"))


def _seen(table: Table, by: Caller) -> ColumnElement[bool]:
    owned = table.c.tenant_id == by.tenant_id if len(by.reads) == 1 else table.c.tenant_id.in_(by.reads)
    return _or_handled(table, by, owned)


def _worked_on(table: Table, by: Caller) -> ColumnElement[bool]:
    return _or_handled(table, by, table.c.tenant_id == by.tenant_id)


def _or_handled(table: Table, by: Caller, owned: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(owned, table.c.handling_tenant_id == by.tenant_id) if "handling_tenant_id" in table.c else owned
