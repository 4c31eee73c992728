"""One transaction, as an action sees it: rows of the caller's tenant, one instant, and events told with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from sqlalchemy import ColumnElement, Connection, Delete, Executable, RowMapping, Select, Table, Update, and_, literal, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy import update as sql_update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from uuid_utils import uuid7

from chassis.caller import Caller
from chassis.declared import command_of
from chassis.errors import Denied
from chassis.store.paging import Page, next_token, paged, size_of
from chassis.telemetry import here

if TYPE_CHECKING:
    from chassis.settings import Settings
    from chassis.store.store import Store

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
NOT_YOURS = "这是其他租户的数据，不能写入"


@dataclass(frozen=True)
class Told:
    """The envelope of an event or command that is being handled; a command's version is 0."""

    event_id: str
    source: str
    aggregate: str
    version: int
    tenant_id: str
    at: datetime


class Tx:
    """One transaction. Whatever is done through it is done together, or not at all.

    With `everybody` it is a relay's or a tick's, and no tenant limits it.
    """

    def __init__(
        self, store: Store, connection: Connection, by: Caller, now: datetime, told: Told | None = None, *, everybody: bool = False
    ) -> None:
        self.store = store
        self.connection = connection
        self.by = by
        self.now = now
        self.told = told
        self._everybody = everybody

    @property
    def settings(self) -> Settings:
        """What the process was told from outside."""
        return self.store.settings

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Rows of a table that the caller may see."""
        statement = select(*columns).select_from(table) if columns else select(table)
        return statement.where(_seen(table, self.by)) if self._limits(table) else statement

    def insert(self, table: Table, **values: Any) -> None:
        """A new row; its owner is the caller's tenant unless told otherwise. Raises Denied when that neither owns nor handles it."""
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

        Answers whether anything was written. A row of these keys that is another tenant's is an error: on SQLite Denied,
        on PostgreSQL row security's own.
        """
        row = self._owned(table, values)
        statement: Any = _INSERT[self.connection.dialect.name](table).values(row)
        rest = {name: statement.excluded[name] for name in row if name not in keys}
        where = [_worked_on(table, self.by)] if self._limits(table) else []
        if newer:
            where.append(table.c[newer] < statement.excluded[newer])
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=rest, where=and_(*where) if where else None)
        written = self.connection.execute(statement.returning(table.c[keys[0]])).first() is not None
        if not written and self._limits(table):
            self._refuse_another_tenants(table, {name: row[name] for name in keys})
        return written

    def update(self, table: Table) -> Update:
        """An update of rows that the caller's tenant owns or handles."""
        statement = sql_update(table)
        return statement.where(_worked_on(table, self.by)) if self._limits(table) else statement

    def delete(self, table: Table) -> Delete:
        """A deletion of rows that the caller's tenant owns or handles."""
        statement = sql_delete(table)
        return statement.where(_worked_on(table, self.by)) if self._limits(table) else statement

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
        self._put_out(event, aggregate, version, tenant_id)

    def order(self, command: Message, aggregate: str, tenant_id: str | None = None) -> None:
        """Order the one receiver of a command to do it: it leaves as an event does, and until it is taken it waits here.

        Raises ValueError for a message that this service may not order.
        """
        declared = command_of(command.DESCRIPTOR.GetOptions())
        if declared is None or self.store.service not in declared.callers:
            raise ValueError(f"{command.DESCRIPTOR.full_name} is no command of {self.store.service}'s to order")
        self._put_out(command, aggregate, 0, tenant_id)

    def _put_out(self, message: Message, aggregate: str, version: int, tenant_id: str | None) -> None:
        owner = tenant_id or self.by.tenant_id
        if not owner:
            raise ValueError(f"{message.DESCRIPTOR.full_name} is told of no tenant")
        self.insert(
            self.store.tables["outbox"],
            event_id=self.new_id(),
            tenant_id=owner,
            type=message.DESCRIPTOR.full_name,
            aggregate=aggregate,
            version=version,
            payload=MessageToJson(message, indent=None, ensure_ascii=False),
            trace=here(),
            told_at=self.now,
        )

    def new_id(self) -> str:
        """A fresh id, in the order of time (RFC 9562, version 7)."""
        return str(uuid7())

    @contextmanager
    def acting_for(self, tenant_id: str) -> Iterator[Tx]:
        """The same transaction on another tenant's rows, for what is one act in two tenants (an inner order).

        Inside, only what is handed out is used: row security lets no rows of the caller's own tenant pass meanwhile.
        """
        other = Tx(self.store, self.connection, replace(self.by, tenant_id=tenant_id, reads=(tenant_id,)), self.now, self.told)
        self.store.limit(self.connection, other.by)
        try:
            yield other
        except DBAPIError:
            # PostgreSQL takes no further statement, and what rolls back takes the limit back too.
            raise
        except BaseException:
            self.store.limit(self.connection, self.by)
            raise
        self.store.limit(self.connection, self.by)

    def _limits(self, table: Table) -> bool:
        return not (self._everybody or table.info.get("shared"))

    def _owned(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with its owner, held against what row security demands."""
        if "tenant_id" not in table.c:
            return dict(row)
        owned = {"tenant_id": self.by.tenant_id, **row}
        if not table.info.get("shared") and not owned["tenant_id"]:
            raise ValueError(f"a row of {table.name} without an owner")
        if self._limits(table) and self.by.tenant_id not in (owned["tenant_id"], owned.get("handling_tenant_id")):
            raise Denied(NOT_YOURS)
        return owned

    def _refuse_another_tenants(self, table: Table, keys: Mapping[str, Any]) -> None:
        same = and_(*(table.c[name] == value for name, value in keys.items()))
        if self.one(select(literal(1)).where(same, _worked_on(table, self.by))) is None:
            raise Denied(NOT_YOURS)


def _seen(table: Table, by: Caller) -> ColumnElement[bool]:
    owned = table.c.tenant_id == by.tenant_id if len(by.reads) == 1 else table.c.tenant_id.in_(by.reads)
    return _or_handled(table, by, owned)


def _worked_on(table: Table, by: Caller) -> ColumnElement[bool]:
    return _or_handled(table, by, table.c.tenant_id == by.tenant_id)


def _or_handled(table: Table, by: Caller, owned: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(owned, table.c.handling_tenant_id == by.tenant_id) if "handling_tenant_id" in table.c else owned
