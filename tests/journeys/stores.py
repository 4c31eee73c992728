"""Reads what lies in a hotline's stores, past its services: every row of every table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from chassis.bus.routes import consumers_by_type
from chassis.settings import worker_names

TABLES = """
select table_schema, table_name from information_schema.tables
where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2
"""
IS_SECURED = "select relrowsecurity from pg_class where oid = to_regclass(%s)"

# A transaction may commit after one that took its numbers later.
LATE = 100


class Cell(NamedTuple):
    """A value, and where it lies."""

    service: str
    table: str
    column: str
    value: Any


@dataclass
class Stores:
    """The SQLite files of a folder, or the schemas of a database where there is one."""

    folder: Path
    database_url: str = ""
    _rested: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Up to which row of each outbox all was heard."""

    def cells(self) -> Iterator[Cell]:
        """Every value that is stored."""
        for service, table in self._tables():
            for row in self.rows(service, table):
                yield from (Cell(service, table, column, value) for column, value in row.items())

    def rows(self, service: str, table: str) -> list[dict[str, Any]]:
        """Every row of a table, of whichever tenant."""
        if self.database_url:
            with self._as_owner(service, table) as connection:
                return _dicts(connection.execute(sql.SQL("select * from {}").format(sql.Identifier(service, table))))
        return self.asked(service, f'select * from "{table}"')  # noqa: S608 - a table's own name

    def asked(self, service: str, statement: str) -> list[dict[str, Any]]:
        """What a query finds that row security does not bind."""
        if self.database_url:
            with closing(self._connect()) as connection:
                return _dicts(connection.execute(statement.encode()))
        with closing(self._open(service)) as file:
            return _dicts(file.execute(statement))

    def change(self, service: str, table: str, statement: str, *values: Any) -> None:
        """Do to a table what nobody may; `?` marks a value."""
        if self.database_url:
            with self._as_owner(service, table) as connection:
                connection.execute(statement.replace("?", "%s").encode(), values or None)
                _bind_owner(connection, service, table, bound=True)
                connection.commit()
            return
        with closing(self._open(service, "rw")) as file, file:
            file.execute(statement, values)

    @contextmanager
    def refusing(self, service: str, table: str) -> Iterator[None]:
        """While inside nobody can add to a table: what is told about it must wait."""
        if self.database_url:
            raising = f"create or replace function {service}.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$"
            self.change(service, table, raising)
            made = f"create trigger refusing before insert on {service}.{table} for each row execute function {service}.refuse()"
            gone = f"drop trigger refusing on {service}.{table}"
        else:
            made = f"create trigger refusing before insert on {table} begin select raise(abort, 'no'); end"
            gone = "drop trigger refusing"
        self.change(service, table, made)
        yield
        self.change(service, table, gone)

    def unheard(self) -> set[tuple[str, str]]:
        """What was told and not handled yet: the event's id, and who has not heard it."""
        told = {name: self._told(name) for name in worker_names()}
        waiting: dict[str, set[str]] = {name: set() for name in told}
        for source, rows in told.items():
            for _, event_id, kind in rows:
                for listener in consumers_by_type(source)[kind]:
                    waiting.get(listener, set()).add(event_id)
        missing = {(event_id, name) for name, ids in waiting.items() for event_id in ids - self._handled(name, ids)}
        if not missing:
            self._rested.update({name: rows[-1][0] - LATE for name, rows in told.items() if rows})
        return missing

    def _told(self, service: str) -> list[tuple[Any, ...]]:
        """The number, id and type of what was told since all was at rest."""
        return self._free_rows(
            service, "select seq, event_id, type from {}outbox where seq > %s order by seq", self._rested.get(service, 0)
        )

    def _handled(self, service: str, ids: set[str]) -> set[str]:
        """Those of the ids that are handled."""
        if not ids:
            return set()
        wanted = ", ".join(f"'{each}'" for each in ids)
        return {event_id for (event_id,) in self._free_rows(service, f"select event_id from {{}}inbox where event_id in ({wanted})")}  # noqa: S608 - our own ids

    def _free_rows(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Of a table without row security; `{}` marks its schema, `%s` a value."""
        if self.database_url:
            return self._steady.execute(statement.format(f"{service}.").encode(), values or None).fetchall()
        with closing(self._open(service)) as file:
            return file.execute(statement.format("").replace("%s", "?"), values).fetchall()

    @cached_property
    def _steady(self) -> psycopg.Connection[tuple[Any, ...]]:
        """One for what is asked often: to connect takes longer than to ask."""
        connection = self._connect()
        connection.autocommit = True
        return connection

    def close(self) -> None:
        """Hang up."""
        if "_steady" in self.__dict__:
            self._steady.close()

    def _tables(self) -> list[tuple[str, str]]:
        if self.database_url:
            with closing(self._connect()) as connection:
                return connection.execute(TABLES).fetchall()
        names = "select name from sqlite_schema where type = 'table' order by 1"
        found = []
        for file in sorted(self.folder.glob("*.db")):
            with closing(self._open(file.stem)) as connection:
                found += [(file.stem, table) for (table,) in connection.execute(names)]
        return found

    def _open(self, service: str, mode: str = "ro") -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.folder / service}.db?mode={mode}", uri=True, timeout=30)

    @contextmanager
    def _as_owner(self, schema: str, table: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Row security binds the owner too, but not here: for one table, in a transaction that is taken back at its end."""
        with closing(self._connect()) as connection:
            connection.execute(sql.SQL("set search_path to {}").format(sql.Identifier(schema)))
            _bind_owner(connection, schema, table, bound=False)
            yield connection

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(urlsplit(self.database_url)._replace(scheme="postgresql").geturl())


def _dicts(found: Any) -> list[dict[str, Any]]:
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _bind_owner(connection: psycopg.Connection[tuple[Any, ...]], schema: str, table: str, *, bound: bool) -> None:
    if connection.execute(IS_SECURED, [f"{schema}.{table}"]).fetchone() == (True,):
        how = "force" if bound else "no force"
        connection.execute(sql.SQL("alter table {} " + how + " row level security").format(sql.Identifier(schema, table)))
