"""One transaction, as an action sees it: rows of the caller's tenant, one instant, and events told with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from sqlalchemy import Column, ColumnElement, Connection, Delete, Executable, RowMapping, Select, Table, Update, and_, literal, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import DBAPIError
from uuid_utils import uuid7

from chassis.caller import Caller
from chassis.declared import command_of
from chassis.errors import Denied
from chassis.store.kept import Row
from chassis.store.paging import Page, next_token, paged, size_of
from chassis.store.pipe import let_go, taken_back
from chassis.store.shapes import AMONG, EQUAL, READS, TENANT, seen, worked_on
from chassis.telemetry import here

if TYPE_CHECKING:
    from chassis.settings import Settings
    from chassis.store.store import Store

T = TypeVar("T")
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


@dataclass(frozen=True)
class Telling:
    """A message on its way out: of which aggregate, at which version (a command's is 0), of whose row (empty: the caller's)."""

    message: Message
    aggregate: str
    version: int
    tenant_id: str = ""


class Tx:
    """One transaction. Whatever is done through it is done together, or not at all.

    With `everybody` it is a relay's or a tick's, and no tenant limits it; without `writes` it can only look, and nothing is to be locked.

    What answers nothing (`insert`, `change`, `drop`, `tell` and their like) may leave only with what is asked next or with the
    commit, and what the database refuses of it is raised there; `settle` sends it now.
    """

    def __init__(
        self,
        store: Store,
        connection: Connection,
        by: Caller,
        now: datetime,
        told: Told | None = None,
        *,
        everybody: bool = False,
        writes: bool = True,
        after: list[Callable[[], None]] | None = None,
    ) -> None:
        self.store = store
        self.connection = connection
        self.by = by
        self._writes = writes
        self.now = now
        self.told = told
        self._everybody = everybody
        self._after = after

    @property
    def settings(self) -> Settings:
        """What the process was told from outside."""
        return self.store.settings

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Rows of a table that the caller may see."""
        statement = select(*columns).select_from(table) if columns else select(table)
        return statement.where(seen(table, self.by.tenant_id, self.by.reads)) if self._limits(table) else statement

    def insert(self, table: Table, **values: Any) -> None:
        """A new row; its owner is the caller's tenant unless told otherwise. Raises Denied when that neither owns nor handles it."""
        self.insert_many(table, [values])

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, all of the same columns, in one journey."""
        owned = [self._owned(table, row) for row in rows]
        if owned:
            self.store.shapes.insert_each(table, self.connection, owned)

    def add(self, table: Table, keys: Sequence[str], amounts: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, one for each of these keys and all of the same columns; where there is one, the amounts are added to it.

        In the order of their keys, so that two processes never wait for one another.
        """
        owned = [self._owned(table, row) for row in sorted(rows, key=lambda row: tuple(row[name] for name in keys if name in row))]
        if owned:
            self.store.shapes.add_each(table, keys, amounts, self.connection, owned)

    def insert_new(self, table: Table, keys: Sequence[str], values: Mapping[str, Any]) -> bool:
        """Insert unless a row with these keys is there; answers whether it was inserted."""
        row = self._owned(table, values)
        return bool(self.store.shapes.inserted_new(table, keys, tuple(row)).rows(self.connection, row))

    def put(self, table: Table, keys: Sequence[str], values: Mapping[str, Any], newer: str = "") -> bool:
        """Insert, or update the row with these keys; with `newer`, only where that column of the row is smaller.

        Answers whether anything was written. A row of these keys that is another tenant's is an error: on SQLite Denied,
        on PostgreSQL row security's own.
        """
        row, limited = self._owned(table, values), self._limits(table)
        written = bool(self.store.shapes.put(table, keys, tuple(row), newer, limited=limited).rows(self.connection, self._with_me(row)))
        if not written and limited:
            self._refuse_another_tenants(table, {name: row[name] for name in keys})
        return written

    def put_newer(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]], newer: str) -> list[Any]:
        """As `put`, rows of one key column and all of the same columns, in a few journeys; answers the keys of those written, sorted.

        Raises IntegrityError where another transaction put one of them first: done again, it is known.
        """
        of_key = {row[key]: row for row in sorted(rows, key=lambda row: (row[key], row[newer]))}
        known = {row[key]: row[newer] for row in self.rows_among(table, key, of_key, order=key, lock=True)}
        fresh = [row for of, row in of_key.items() if of not in known]
        changed = [row for of, row in of_key.items() if of in known and known[of] < row[newer]]
        self.insert_many(table, fresh)
        self.change_many(table, key, changed)
        return sorted(row[key] for row in (*fresh, *changed))

    def rows(self, table: Table, *, order: str = "", limit: int = 0, lock: bool = False, **equal: Any) -> list[Row]:
        """Rows that the caller may see, or with `lock` may change, whose columns are these (None: null).

        In the order of a column (`-column`: descending). For hot paths: written once for each shape; else `select`.
        """
        self._demand_writes(lock=lock)
        nulls = tuple(name for name, value in equal.items() if value is None)
        given = {name: value for name, value in equal.items() if value is not None}
        reads = len(self.by.reads) if self._limits(table) else 0
        shape = self.store.shapes.found(table, tuple(given), nulls, order, limit, reads, lock=lock)
        return shape.rows(self.connection, self._with_me(_equal(given)))

    def row(self, table: Table, *, order: str = "", lock: bool = False, **equal: Any) -> Row | None:
        """The first of such rows, if there is one."""
        found = self.rows(table, order=order, limit=1, lock=lock, **equal)
        return found[0] if found else None

    def rows_among(
        self, table: Table, column: str, values: Iterable[Any], *, order: str = "", lock: bool = False, skip_locked: bool = False
    ) -> list[Row]:
        """As `rows`, those whose column is one of the values; `skip_locked`: but for those another transaction has locked."""
        self._demand_writes(lock=lock)
        wanted = list(values)
        if not wanted:
            return []
        reads = len(self.by.reads) if self._limits(table) else 0
        shape = self.store.shapes.among(table, column, order, reads, lock=lock, skip=skip_locked)
        return shape.rows(self.connection, self._with_me({AMONG: wanted}))

    def kept(self, name: str, write: Callable[[], Select[Any]], **values: Any) -> list[Row]:
        """All rows of a statement that is written once, the first time it is asked by this name; no tenant limits it."""
        return self.store.shapes.written(name, write).rows(self.connection, values)

    def kept_among(self, name: str, write: Callable[[], Select[Any]], column: Column[Any], values: Iterable[Any]) -> list[Row]:
        """As `kept`, of rows that the caller may see those whose column is one of the values."""
        reads = len(self.by.reads) if self._limits(column.table) else 0
        shape = self.store.shapes.written_among(name, write, column, reads)
        return shape.rows(self.connection, self._with_me({AMONG: list(values)}))

    def change(self, table: Table, equal: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """New values for the rows, of those the caller's tenant owns or handles, whose columns are these."""
        shape = self.store.shapes.changed(table, tuple(equal), tuple(values), limited=self._limits(table))
        shape.soon(self.connection, self._with_me({**_equal(equal), **values}))

    def changed(self, table: Table, equal: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """As `change`, at once; answers how many."""
        shape = self.store.shapes.changed(table, tuple(equal), tuple(values), limited=self._limits(table))
        return shape.run(self.connection, self._with_me({**_equal(equal), **values}))

    def change_many(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """New values for one row each, found by its key, all of the same columns, in one journey."""
        if rows:
            shape = self.store.shapes.changed(table, (key,), tuple(rows[0]), limited=self._limits(table))
            shape.each_soon(self.connection, [self._with_me({**row, f"{EQUAL}{key}": row[key]}) for row in rows])

    def change_among(self, table: Table, column: str, wanted: Sequence[Any], values: Mapping[str, Any]) -> None:
        """As `change`, for the rows whose column is one of those wanted."""
        shape = self.store.shapes.changed_among(table, column, tuple(values), limited=self._limits(table))
        shape.soon(self.connection, self._with_me({AMONG: list(wanted), **values}))

    def drop(self, table: Table, **equal: Any) -> None:
        """Delete the rows, of those the caller's tenant owns or handles, whose columns are these."""
        shape = self.store.shapes.deleted(table, tuple(equal), limited=self._limits(table))
        shape.soon(self.connection, self._with_me(_equal(equal)))

    def update(self, table: Table) -> Update:
        """An update of rows that the caller's tenant owns or handles."""
        statement = sql_update(table)
        return statement.where(worked_on(table, self.by.tenant_id)) if self._limits(table) else statement

    def delete(self, table: Table) -> Delete:
        """A deletion of rows that the caller's tenant owns or handles."""
        statement = sql_delete(table)
        return statement.where(worked_on(table, self.by.tenant_id)) if self._limits(table) else statement

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
        self._put_out([Telling(event, aggregate, version, tenant_id or "")])

    def tell_all(self, facts: Sequence[Telling]) -> None:
        """Tell facts in this order, in one journey."""
        self._put_out(facts)

    def order(self, command: Message, aggregate: str, tenant_id: str | None = None) -> None:
        """Order the one receiver of a command to do it: it leaves as an event does, and until it is taken it waits here.

        Raises ValueError for a message that this service may not order.
        """
        declared = command_of(command.DESCRIPTOR.GetOptions())
        if declared is None or self.store.service not in declared.callers:
            raise ValueError(f"{command.DESCRIPTOR.full_name} is no command of {self.store.service}'s to order")
        self._put_out([Telling(command, aggregate, 0, tenant_id or "")])

    def _put_out(self, facts: Sequence[Telling]) -> None:
        trace = here()
        self.insert_many(self.store.tables["outbox"], [self._letter(each, trace) for each in facts])

    def _letter(self, told: Telling, trace: str) -> dict[str, Any]:
        owner, name = told.tenant_id or self.by.tenant_id, told.message.DESCRIPTOR.full_name
        if not owner:
            raise ValueError(f"{name} is told of no tenant")
        return {
            "event_id": self.new_id(),
            "tenant_id": owner,
            "type": name,
            "aggregate": told.aggregate,
            "version": told.version,
            "payload": MessageToJson(told.message, indent=None, ensure_ascii=False),
            "trace": trace,
            "told_at": self.now,
        }

    def settle(self) -> None:
        """Send what still waits to be written. Raises DBAPIError, a constraint's IntegrityError, where it is refused."""
        if not self.store.is_sqlite:
            let_go(self.connection)

    def undone(self, act: Callable[[], T]) -> T:
        """Act and take back what it wrote; what it raises takes the whole transaction back."""
        if not self.store.is_sqlite:
            with taken_back(self.connection):
                return act()
        part = self.connection.begin_nested()
        try:
            return act()
        finally:
            part.rollback()

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do it once this transaction has committed, and never where it has not. What must not be lost in a crash is told instead.

        Raises ValueError in a transaction that only reads.
        """
        if self._after is None:
            raise ValueError("nothing is committed by a transaction that reads")
        self._after.append(act)

    def new_id(self) -> str:
        """A fresh id, in the order of time (RFC 9562, version 7)."""
        return str(uuid7())

    @contextmanager
    def acting_for(self, tenant_id: str) -> Iterator[Tx]:
        """The same transaction on another tenant's rows, for what is one act in two tenants (an inner order).

        Inside, only what is handed out is used: row security lets no rows of the caller's own tenant pass meanwhile.
        """
        other = self._as(replace(self.by, tenant_id=tenant_id, reads=(tenant_id,)), self.told)
        if other.by == self.by:
            yield other
            return
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

    def in_name_of(self, by: Caller) -> Tx:
        """The same transaction for what somebody of the same tenant asked for earlier, and what now comes of it.

        Raises ValueError for another tenant's caller.
        """
        if by.tenant_id != self.by.tenant_id:
            raise ValueError("a transaction in the name of another tenant's caller")
        return self._as(replace(by, reads=self.by.reads), self.told)

    def hearing(self, told: Told) -> Tx:
        """The same transaction for the handler of an event or command."""
        return self._as(self.by, told)

    def _as(self, by: Caller, told: Told | None) -> Tx:
        return Tx(self.store, self.connection, by, self.now, told, writes=self._writes, after=self._after)

    def _demand_writes(self, *, lock: bool) -> None:
        # PostgreSQL alone would refuse it.
        if lock and not self._writes:
            raise ValueError("a row is to be locked by what only looks")

    def _with_me(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with those of the tenants' predicates."""
        return {**values, TENANT: self.by.tenant_id, **{f"{READS}{number}": read for number, read in enumerate(self.by.reads)}}

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
        if self.one(select(literal(1)).where(same, worked_on(table, self.by.tenant_id))) is None:
            raise Denied(NOT_YOURS)


def _equal(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{EQUAL}{name}": value for name, value in values.items()}
