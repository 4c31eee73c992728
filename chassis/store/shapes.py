"""The shapes of statements that a transaction asks for by equality: rows found, rows changed, rows put, each written once.

The predicates of tenants stand in every shape, as they do in `chassis.store.security`; their values are `TENANT` and `READS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    String,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from chassis.store.kept import Kept

TENANT, READS, EQUAL, AMONG = "by_tenant", "by_reads_", "is_", "among"
_INSERT: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Shapes:
    """The kept statements of one store, made when they are first asked for."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._insert = _INSERT[dialect.name]
        self._kept: dict[tuple[Any, ...], Kept] = {}

    def found(self, table: Table, equal: Sequence[str], nulls: Sequence[str], order: str, limit: int, reads: int, *, lock: bool) -> Kept:
        """Rows with these columns equal to values and those null, in the order of a column (`-column`: descending).

        `reads`: how many tenants the caller reads; 0: no tenant limits it. Rows that are locked are those it works on.
        """
        key = ("found", table.name, *equal, None, *nulls, None, order, limit, reads, lock)
        return self._kept.get(key) or self._keep(key, _found(table, equal, nulls, order, limit, reads, lock=lock))

    def among(self, table: Table, column: str, order: str, reads: int, *, lock: bool, skip: bool) -> Kept:
        """Rows whose column is one of `AMONG`; `skip`: but for those that another transaction has locked."""
        key = ("among", table.name, column, order, reads, lock, skip)
        return self._kept.get(key) or self._keep(key, _among(self._dialect.name, table, column, order, reads, lock=lock, skip=skip))

    def changed_among(self, table: Table, column: str, columns: Sequence[str], *, limited: bool) -> Kept:
        """Rows whose column is one of `AMONG` get new values in those."""
        key = ("changed_among", table.name, column, None, *columns, None, limited)
        change = update(table).where(_one_of(self._dialect.name, table.c[column]), *_mine(table, limited=limited))
        return self._kept.get(key) or self._keep(key, change, columns)

    def written(self, name: str, write: Callable[[], Any]) -> Kept:
        """A statement of another shape, under its name."""
        key = ("written", name)
        return self._kept.get(key) or self._keep(key, write())

    def written_among(self, name: str, write: Callable[[], Select[Any]], column: Column[Any], reads: int) -> Kept:
        """Of a statement under its name the rows whose column is one of `AMONG`, of those that `reads` tenants see."""
        key = ("written_among", name, reads)
        return self._kept.get(key) or self._keep(key, write().where(_one_of(self._dialect.name, column), *_readable(column.table, reads)))

    def inserted(self, table: Table, columns: Sequence[str]) -> Kept:
        """A new row. Inline: asking for its number back would need the right to read the outbox."""
        key = ("inserted", table.name, *columns)
        return self._kept.get(key) or self._keep(key, insert(table).inline(), columns)

    def insert_each(self, table: Table, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows, at least one, all of the same columns; on PostgreSQL several are one statement of lists.

        A column that holds a list itself is no part of one: what is unnested comes apart to the last value.
        """
        columns = tuple(rows[0])
        if len(rows) > 1 and self._gathers(table, columns):
            key = ("inserted_gathered", table.name, *columns)
            kept = self._kept.get(key) or self._keep(key, _gathered(insert(table).inline(), table, columns))
            kept.gathered_soon(connection, rows)
        else:
            self.inserted(table, columns).each_soon(connection, rows)

    def add_each(
        self, table: Table, keys: Sequence[str], amounts: Sequence[str], connection: Connection, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """As `insert_each`, but what these columns amount to is added to the row of the same keys where there is one."""
        columns = tuple(rows[0])
        gathers = self._gathers(table, columns)
        key = ("added", table.name, *keys, None, *amounts, None, *columns)
        kept = self._kept.get(key)
        if kept is None:
            into = _gathered(self._insert(table).inline(), table, columns) if gathers else self._insert(table).inline()
            more = {name: table.c[name] + into.excluded[name] for name in amounts}
            kept = self._keep(key, into.on_conflict_do_update(index_elements=list(keys), set_=more), None if gathers else columns)
        (kept.gathered_soon if gathers else kept.each_soon)(connection, rows)

    def _gathers(self, table: Table, columns: Sequence[str]) -> bool:
        return self._dialect.name == "postgresql" and not any(self._is_list(table.c[name]) for name in columns)

    def _is_list(self, column: Column[Any]) -> bool:
        kind = column.type
        return isinstance(kind.load_dialect_impl(self._dialect) if isinstance(kind, TypeDecorator) else kind, postgresql.ARRAY)

    def inserted_new(self, table: Table, keys: Sequence[str], columns: Sequence[str]) -> Kept:
        """A new row unless one with these keys is there; its first key where it was inserted."""
        key = ("inserted_new", table.name, *keys, None, *columns)
        return self._kept.get(key) or self._keep(key, _inserted_new(self._insert(table), table, keys), columns)

    def put(self, table: Table, keys: Sequence[str], columns: Sequence[str], newer: str, *, limited: bool) -> Kept:
        """A new row, or the row of these keys changed where it is older by `newer`; its first key where it was written."""
        key = ("put", table.name, *keys, None, *columns, None, newer, limited)
        return self._kept.get(key) or self._keep(key, _put(self._insert(table), table, keys, columns, newer, limited=limited), columns)

    def changed(self, table: Table, equal: Sequence[str], columns: Sequence[str], *, limited: bool) -> Kept:
        """Rows with these columns equal to values get new values in those."""
        key = ("changed", table.name, *equal, None, *columns, None, limited)
        return self._kept.get(key) or self._keep(key, _changed(table, equal, limited=limited), columns)

    def deleted(self, table: Table, equal: Sequence[str], *, limited: bool) -> Kept:
        """Rows with these columns equal to values are no more."""
        key = ("deleted", table.name, *equal, None, limited)
        return self._kept.get(key) or self._keep(key, delete(table).where(*_equal(table, equal), *_mine(table, limited=limited)))

    def _keep(self, key: tuple[Any, ...], statement: Any, columns: Sequence[str] | None = None) -> Kept:
        return self._kept.setdefault(key, Kept(statement, self._dialect, columns))


def worked_on(table: Table, tenant: Any) -> ColumnElement[bool]:
    """Rows that a tenant owns or handles."""
    return _or_handled(table, tenant, table.c.tenant_id == tenant)


def seen(table: Table, tenant: Any, reads: Sequence[Any]) -> ColumnElement[bool]:
    """Rows whose owner is among those a caller reads, or that its tenant handles."""
    return _or_handled(table, tenant, table.c.tenant_id == reads[0] if len(reads) == 1 else table.c.tenant_id.in_(reads))


def _or_handled(table: Table, tenant: Any, owned: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(owned, table.c.handling_tenant_id == tenant) if "handling_tenant_id" in table.c else owned


def _found(table: Table, equal: Sequence[str], nulls: Sequence[str], order: str, limit: int, reads: int, *, lock: bool) -> Any:
    statement = _read(table, order, reads, lock=lock).where(*_equal(table, equal), *(table.c[name].is_(None) for name in nulls))
    if limit:
        statement = statement.limit(limit)
    return statement.with_for_update() if lock else statement


def _among(dialect: str, table: Table, column: str, order: str, reads: int, *, lock: bool, skip: bool) -> Any:
    statement = _read(table, order, reads, lock=lock).where(_one_of(dialect, table.c[column]))
    return statement.with_for_update(skip_locked=skip) if lock else statement


def _read(table: Table, order: str, reads: int, *, lock: bool) -> Any:
    statement = select(table)
    if reads:
        statement = statement.where(worked_on(table, bindparam(TENANT))) if lock else statement.where(*_readable(table, reads))
    if order:
        column = table.c[order.removeprefix("-")]
        statement = statement.order_by(column.desc() if order.startswith("-") else column)
    return statement


def _readable(table: Table, reads: int) -> list[ColumnElement[bool]]:
    owners: list[Any] = [bindparam(f"{READS}{number}") for number in range(reads)]
    return [seen(table, bindparam(TENANT), owners)] if reads else []


def _one_of(dialect: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """One parameter however many values, so that the statement stays the same."""
    if dialect == "postgresql":
        return column == any_(bindparam(AMONG, type_=postgresql.ARRAY(column.type)))
    values = func.json_each(bindparam(AMONG, type_=JSON())).table_valued("value")
    return column.in_(select(values.c.value))


def _gathered(into: Any, table: Table, columns: Sequence[str]) -> Any:
    lists = [
        func.unnest(bindparam(name, type_=postgresql.ARRAY(_unbounded(table.c[name].type), dimensions=1))).label(name) for name in columns
    ]
    return into.from_select(list(columns), select(*lists))


def _unbounded(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A cast to a bounded text cuts it off, where the column refuses it."""
    return Text() if isinstance(kind, String) else kind


def _inserted_new(into: Any, table: Table, keys: Sequence[str]) -> Any:
    return into.on_conflict_do_nothing(index_elements=list(keys)).returning(table.c[keys[0]])


def _put(into: Any, table: Table, keys: Sequence[str], columns: Sequence[str], newer: str, *, limited: bool) -> Any:
    where = _mine(table, limited=limited)
    if newer:
        where.append(table.c[newer] < into.excluded[newer])
    rest = {name: into.excluded[name] for name in columns if name not in keys}
    changed = into.on_conflict_do_update(index_elements=list(keys), set_=rest, where=and_(*where) if where else None)
    return changed.returning(table.c[keys[0]])


def _changed(table: Table, equal: Sequence[str], *, limited: bool) -> Any:
    return update(table).where(*_equal(table, equal), *_mine(table, limited=limited))


def _mine(table: Table, *, limited: bool) -> list[ColumnElement[bool]]:
    return [worked_on(table, bindparam(TENANT))] if limited else []


def _equal(table: Table, names: Sequence[str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"{EQUAL}{name}") for name in names]
