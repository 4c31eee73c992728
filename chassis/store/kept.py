"""Statements that are written once: SQLAlchemy says what they are, and from then on only their values travel.

Building a statement, finding it in the cache and wrapping its rows costs SQLAlchemy several times what the driver needs to
run it. What a hot path asks again and again in the same shape is compiled once for each shape and handed to the driver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Row = dict[str, Any]


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
        self._ins = {name: _going_in(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        told = statement.selected_columns if statement.is_select else statement.exported_columns
        self._outs = [(column.key, _coming_out(column.type, dialect)) for column in told]

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Its rows for these values. Raises DBAPIError as any statement does."""
        found = _run(connection, self._text, self._given(values)).fetchall()
        return [{name: out(cell) if out else cell for (name, out), cell in zip(self._outs, row, strict=True)} for row in found]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched with these values. Raises DBAPIError as any statement does."""
        return int(_run(connection, self._text, self._given(values)).rowcount)

    def run_gathered(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Run it once with, under each name, the list of what these have. Raises ValueError as `run_each`."""
        _demand_alike(values)
        self.run(connection, {name: [each[name] for each in values] for name in values[0]})

    def run_each(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of these, at least one, in one journey. Raises ValueError where they differ in what they give values to."""
        _demand_alike(values)
        if len(values) == 1:
            self.run(connection, values[0])
        else:
            _run(connection, self._text, [self._given(each) for each in values])

    def _given(self, values: Mapping[str, Any]) -> Any:
        given = {name: go(values[name]) if go else values[name] for name, go in self._ins.items() if name in values}
        given = {**self._fixed, **given}
        return given if self._names is None else tuple(given[name] for name in self._names)


def _demand_alike(values: Sequence[Mapping[str, Any]]) -> None:
    if any(each.keys() != values[0].keys() for each in values):
        raise ValueError("rows of one journey must have the same columns")


def _run(connection: Connection, text: str, given: Any) -> Any:
    driver: Any = connection.connection.dbapi_connection
    cursor = driver.cursor()
    many = isinstance(given, list)
    for watch in connection.engine.dispatch.before_cursor_execute:
        watch(connection, cursor, text, given, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, given)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, text, error, driver, cursor) from error
    return cursor


def _wrapped(connection: Connection, text: str, error: Any, driver: Any, cursor: Any) -> Any:
    """The error as SQLAlchemy tells it, without values; a connection that is gone is not used again."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, driver, cursor)
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    )


def _going_in(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _coming_out(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
