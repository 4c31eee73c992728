"""Statements that are written once: SQLAlchemy says what they are, and from then on only their values travel.

Building a statement, finding it in the cache and wrapping its rows costs SQLAlchemy several times what the driver needs to
run it. What a hot path asks again and again in the same shape is compiled once for each shape and handed to the driver; on
PostgreSQL by the pipe of the connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from chassis.store.failing import told_by_sqlalchemy
from chassis.store.pipe import Found, Said, Words, pipe_of

Row = dict[str, Any]
_NUMBERS = count(1)


class Kept:
    """A statement in the words of one database, with how its values go in and how its rows come out."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None = None) -> None:
        """`columns`: those that an insert or update gives values to, under their own names.

        Raises ValueError for a list in the statement: what is kept has one text, however long a list is.
        """
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        if any(bind.expanding for bind in compiled.binds.values()):
            raise ValueError(f"{compiled} has a list: compare with each value, or ask for rows among them")
        self._text = str(compiled)
        self._names: Sequence[str] | None = compiled.positiontup
        self._words: Words | None = None
        if dialect.name == "postgresql":
            numbered: Any = statement.compile(dialect=_with_numbers(), column_keys=columns)
            self._words, self._order = Words(b"kept_%d" % next(_NUMBERS), str(numbered)), numbered.positiontup
        self._ins = {name: _going_in(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        told = statement.selected_columns if statement.is_select else statement.exported_columns
        self._outs = [(column.key, _coming_out(column.type, dialect)) for column in told]

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Its rows for these values. Raises DBAPIError as any statement does."""
        return self._read(self._asked(connection, values))

    def ahead(self, connection: Connection, values: Mapping[str, Any], *, unless: Exception | None = None) -> Said | None:
        """Ask it with whatever is asked next; `unless` is raised there where it finds no row. None where asking costs no journey."""
        if self._words is None:
            if unless is not None and not self.rows(connection, values):
                raise unless
            return None
        given = self._watched(connection, values)
        return pipe_of(connection).say(self._words, [given[name] for name in self._order], unless=unless)

    def heard(self, connection: Connection, said: Said) -> list[Row]:
        """The rows of what was asked ahead. Raises DBAPIError as any statement does."""
        return self._read(pipe_of(connection).hear(connection, said))

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched with these values. Raises DBAPIError as any statement does."""
        return self._asked(connection, values).touched

    def soon(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it before anything else is asked. What the database refuses of it is told by what is asked next, or by the commit."""
        if self.ahead(connection, values) is None:
            self.run(connection, values)

    def gathered_soon(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """As `soon`, with, under each name, the list of what these have. Raises ValueError as `each_soon`."""
        _demand_alike(values)
        self.soon(connection, {name: [each[name] for each in values] for name in values[0]})

    def each_soon(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """As `soon`, for each of these, at least one. Raises ValueError where they differ in what they give values to."""
        _demand_alike(values)
        if self._words is None and len(values) > 1:
            self._by_cursor(connection, [self._positioned(self._given(each)) for each in values])
            return
        for each in values:
            self.soon(connection, each)

    def _asked(self, connection: Connection, values: Mapping[str, Any]) -> Found:
        if self._words is None:
            cursor = self._by_cursor(connection, self._positioned(self._given(values)))
            return Found(cursor.fetchall(), cursor.rowcount)
        given, pipe = self._watched(connection, values), pipe_of(connection)
        return pipe.hear(connection, pipe.say(self._words, [given[name] for name in self._order]))

    def _read(self, found: Found) -> list[Row]:
        return [{name: out(cell) if out else cell for (name, out), cell in zip(self._outs, row, strict=True)} for row in found.rows]

    def _by_cursor(self, connection: Connection, given: Any) -> Any:
        driver: Any = connection.connection.dbapi_connection
        cursor, many = driver.cursor(), isinstance(given, list)
        self._watch(connection, cursor, given, many=many)
        try:
            (cursor.executemany if many else cursor.execute)(self._text, given)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told_by_sqlalchemy(connection, self._text, error) from error
        return cursor

    def _watched(self, connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
        given = self._given(values)
        self._watch(connection, None, given, many=False)
        return given

    def _watch(self, connection: Connection, cursor: Any, given: Any, *, many: bool) -> None:
        """Whoever counts queries by SQLAlchemy's events counts these too."""
        for watch in connection.engine.dispatch.before_cursor_execute:
            watch(connection, cursor, self._text, given, None, many)

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: go(values[name]) if go else values[name] for name, go in self._ins.items() if name in values}
        return {**self._fixed, **given}

    def _positioned(self, given: dict[str, Any]) -> Any:
        return given if self._names is None else tuple(given[name] for name in self._names)


@cache
def _with_numbers() -> Dialect:
    """The dialect that numbers its values, as the server itself has them."""
    make: Any = PGDialect_psycopg
    numbering: Dialect = make(paramstyle="numeric_dollar")
    return numbering


def _demand_alike(values: Sequence[Mapping[str, Any]]) -> None:
    if any(each.keys() != values[0].keys() for each in values):
        raise ValueError("rows of one journey must have the same columns")


def _going_in(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _coming_out(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
