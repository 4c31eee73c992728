"""What a transaction finds: rows of the caller's tenant, and of those it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, Table, TextualSelect, select

from chassis.caller import Caller
from chassis.store.foreseen import Foreseen
from chassis.store.kept import Kept, Row
from chassis.store.paging import Page, next_token, paged, size_of
from chassis.store.shapes import AMONG, EQUAL, READS, TENANT, seen

if TYPE_CHECKING:
    from chassis.settings import Settings
    from chassis.store.store import Store


class Looking:
    """The questions of one transaction, at one instant, for one caller.

    With `everybody` they are a relay's or a tick's, and no tenant limits them; without `writes` nothing is to be locked.
    """

    def __init__(
        self, store: Store, connection: Connection, by: Caller, now: datetime, foreseen: Foreseen, *, everybody: bool, writes: bool
    ) -> None:
        self.store = store
        self.connection = connection
        self.by = by
        self.now = now
        self._foreseen = foreseen
        self._everybody = everybody
        self._writes = writes

    @property
    def settings(self) -> Settings:
        """What the process was told from outside."""
        return self.store.settings

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Rows of a table that the caller may see."""
        statement = select(*columns).select_from(table) if columns else select(table)
        return statement.where(seen(table, self.by.tenant_id, self.by.reads)) if self._limits(table) else statement

    def rows(self, table: Table, *, order: str = "", limit: int = 0, lock: bool = False, **equal: Any) -> list[Row]:
        """Rows that the caller may see, or with `lock` may change, whose columns are these (None: null).

        In the order of a column (`-column`: descending). For hot paths: written once for each shape; else `select`.
        """
        self._demand_writes(lock=lock)
        nulls = tuple(name for name, value in equal.items() if value is None)
        given = {name: value for name, value in equal.items() if value is not None}
        reads = len(self.by.reads) if self._limits(table) else 0
        shape = self.store.shapes.found(table, tuple(given), nulls, order, limit, reads, lock=lock)
        return self._found(table, shape, self._with_me(equal_to(given)))

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
        return self._found(table, shape, self._with_me({AMONG: wanted}))

    def kept(self, name: str, write: Callable[[], Select[Any] | TextualSelect], **values: Any) -> list[Row]:
        """All rows of a statement that is written once, the first time it is asked by this name; no tenant limits it."""
        return self._found(None, self.store.shapes.written(name, write), values)

    def kept_among(
        self, name: str, write: Callable[[], Select[Any]], column: Column[Any], among: Iterable[Any], **values: Any
    ) -> list[Row]:
        """As `kept`, of rows that the caller may see those whose column is one of these."""
        reads = len(self.by.reads) if self._limits(column.table) else 0
        shape = self.store.shapes.written_among(name, write, column, reads)
        return self._found(column.table, shape, self._with_me({AMONG: list(among), **values}))

    def one(self, statement: Select[Any]) -> RowMapping | None:
        """The first row, if there is one."""
        return self.connection.execute(statement).mappings().first()

    def all(self, statement: Select[Any]) -> list[RowMapping]:
        """All rows; for lists that cannot grow without bound."""
        return list(self.connection.execute(statement).mappings())

    def page(self, statement: Select[Any], order: Sequence[ColumnElement[Any]], page: Page) -> tuple[list[RowMapping], str]:
        """One page of a list, and the token of the next; the token of the last is empty.

        Raises Invalid for a token that is none of ours.
        """
        rows = self.all(paged(statement, order, page))
        size = size_of(page)
        return rows[:size], next_token(rows[size - 1], order) if len(rows) > size else ""

    def _found(self, _table: Table | None, shape: Kept, values: Mapping[str, Any]) -> list[Row]:
        said = self._foreseen.take(shape, values)
        return shape.heard(self.connection, said) if said else shape.rows(self.connection, values)

    def _demand_writes(self, *, lock: bool) -> None:
        # PostgreSQL alone would refuse it.
        if lock and not self._writes:
            raise ValueError("a row is to be locked by what only looks")

    def _with_me(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with those of the tenants' predicates."""
        return {**values, TENANT: self.by.tenant_id, **{f"{READS}{number}": read for number, read in enumerate(self.by.reads)}}

    def _limits(self, table: Table) -> bool:
        return not (self._everybody or table.info.get("shared"))


class Ahead(Looking):
    """What is asked through it by kept statements is sent with what its transaction asks next. It finds nothing itself."""

    def _found(self, table: Table | None, shape: Kept, values: Mapping[str, Any]) -> list[Row]:
        self._foreseen.ask(table, shape, values, self.connection)
        return []


def equal_to(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the names that a kept statement compares them by."""
    return {f"{EQUAL}{name}": value for name, value in values.items()}
