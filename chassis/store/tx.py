"""One transaction, as an action sees it: rows of the caller's tenant, one instant, and events told with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from sqlalchemy import Connection, Delete, Executable, Table, Update, and_, literal, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.exc import DBAPIError
from uuid_utils import uuid7

from chassis.caller import Caller
from chassis.declared import command_of
from chassis.errors import Denied
from chassis.store.foreseen import Foreseen
from chassis.store.kept import Kept
from chassis.store.looking import Ahead, Looking, equal_to
from chassis.store.pipe import let_go, taken_back
from chassis.store.shapes import AMONG, EQUAL, Shapes, worked_on
from chassis.store.telling import Telling, Told
from chassis.telemetry import here

if TYPE_CHECKING:
    from chassis.store.store import Store

T = TypeVar("T")
NOT_YOURS = "这是其他租户的数据，不能写入"


class Tx(Looking):
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
        foreseen: Foreseen | None = None,
    ) -> None:
        super().__init__(store, connection, by, now, Foreseen() if foreseen is None else foreseen, everybody=everybody, writes=writes)
        self.told = told
        self._after = after

    @property
    def ahead(self) -> Ahead:
        """Asks what will be asked: it travels with the next question, and whoever asks the same then finds the answer there."""
        return Ahead(self.store, self.connection, self.by, self.now, self._foreseen, everybody=self._everybody, writes=self._writes)

    def insert(self, table: Table, **values: Any) -> None:
        """A new row; its owner is the caller's tenant unless told otherwise. Raises Denied when that neither owns nor handles it."""
        self.insert_many(table, [values])

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, all of the same columns, in one journey."""
        owned = [self._owned(table, row) for row in rows]
        if owned:
            self._writing(table).insert_each(table, self.connection, owned)

    def add(self, table: Table, keys: Sequence[str], amounts: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, one for each of these keys and all of the same columns; where there is one, the amounts are added to it.

        In the order of their keys, so that two processes never wait for one another.
        """
        owned = sorted((self._owned(table, row) for row in rows), key=lambda row: tuple(row[name] for name in keys))
        if owned:
            self._writing(table).add_each(table, keys, amounts, self.connection, owned)

    def insert_new(self, table: Table, keys: Sequence[str], values: Mapping[str, Any]) -> bool:
        """Insert unless a row with these keys is there; answers whether it was inserted."""
        row = self._owned(table, values)
        return bool(self._writing(table).inserted_new(table, keys, tuple(row)).rows(self.connection, row))

    def insert_missing(self, table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, all of the same columns, but for those whose keys are there: each of those stays as it is."""
        owned = [self._owned(table, row) for row in rows]
        if owned:
            self._writing(table).inserted_new(table, keys, tuple(owned[0])).each_soon(self.connection, owned)

    def insert_unless(self, table: Table, keys: Sequence[str], values: Mapping[str, Any], otherwise: Exception) -> None:
        """Insert; where a row with these keys is there, raise this: here, or from what is asked next, or instead of the commit.

        Until then nothing that was found may be acted upon but through this transaction, which is to be taken back.
        """
        row = self._owned(table, values)
        self._writing(table).inserted_new(table, keys, tuple(row)).ahead(self.connection, row, unless=otherwise)

    def put(self, table: Table, keys: Sequence[str], values: Mapping[str, Any], newer: str = "") -> bool:
        """Insert, or update the row with these keys; with `newer`, only where that column of the row is smaller.

        Answers whether anything was written. A row of these keys that is another tenant's is an error: on SQLite Denied,
        on PostgreSQL row security's own.
        """
        row, limited = self._owned(table, values), self._limits(table)
        written = bool(self._writing(table).put(table, keys, tuple(row), newer, limited=limited).rows(self.connection, self._with_me(row)))
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

    def change(self, table: Table, equal: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """New values for the rows, of those the caller's tenant owns or handles, whose columns are these."""
        shape, given = self._change(table, equal, values)
        shape.soon(self.connection, given)

    def changed(self, table: Table, equal: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """As `change`, at once; answers how many."""
        shape, given = self._change(table, equal, values)
        return shape.run(self.connection, given)

    def _change(self, table: Table, equal: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Kept, dict[str, Any]]:
        shape = self._writing(table).changed(table, tuple(equal), tuple(values), limited=self._limits(table))
        return shape, self._with_me({**equal_to(equal), **values})

    def change_many(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """New values for one row each, found by its key, all of the same columns, in one journey."""
        if rows:
            shape = self._writing(table).changed(table, (key,), tuple(rows[0]), limited=self._limits(table))
            shape.each_soon(self.connection, [self._with_me({**row, f"{EQUAL}{key}": row[key]}) for row in rows])

    def change_among(self, table: Table, column: str, wanted: Sequence[Any], values: Mapping[str, Any]) -> None:
        """As `change`, for the rows whose column is one of those wanted."""
        shape = self._writing(table).changed_among(table, column, tuple(values), limited=self._limits(table))
        shape.soon(self.connection, self._with_me({AMONG: list(wanted), **values}))

    def drop(self, table: Table, **equal: Any) -> None:
        """Delete the rows, of those the caller's tenant owns or handles, whose columns are these."""
        shape = self._writing(table).deleted(table, tuple(equal), limited=self._limits(table))
        shape.soon(self.connection, self._with_me(equal_to(equal)))

    def update(self, table: Table) -> Update:
        """An update of rows that the caller's tenant owns or handles."""
        self._writing(table)
        statement = sql_update(table)
        return statement.where(worked_on(table, self.by.tenant_id)) if self._limits(table) else statement

    def delete(self, table: Table) -> Delete:
        """A deletion of rows that the caller's tenant owns or handles."""
        self._writing(table)
        statement = sql_delete(table)
        return statement.where(worked_on(table, self.by.tenant_id)) if self._limits(table) else statement

    def run(self, statement: Executable) -> int:
        """Run an update, deletion or insert; answers how many rows it touched."""
        return int(self.connection.execute(statement).rowcount)

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
        return Tx(self.store, self.connection, by, self.now, told, writes=self._writes, after=self._after, foreseen=self._foreseen)

    def _writing(self, table: Table) -> Shapes:
        """The shapes of statements, for one that writes to a table: what was asked of it ahead is no longer true."""
        self._foreseen.forget(table)
        return self.store.shapes

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
