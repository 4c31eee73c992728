"""What a database error means for whoever must go on: it was away, or two transactions stood in each other's way."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

READ_ONLY = "25006"
# Serialization failure, deadlock: the database says itself that the same again will do.
COLLISIONS = {"40001", "40P01"}
# SQLite calls a mistake in a statement an OperationalError too; these are the ones that pass by themselves.
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
PRIMARY = 0xFF


def is_away(error: BaseException) -> bool:
    """Whether the database failed rather than what was asked of it: away, locked, full, a deadlock, a serialization failure."""
    if isinstance(error, PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = sqlite_code(error)
    if code is not None:
        return code in PASSING
    return isinstance(error, OperationalError | InterfaceError) or getattr(error.orig, "sqlstate", None) == READ_ONLY


def is_collision(error: BaseException) -> bool:
    """Whether nothing is wrong but that another transaction came in between."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in COLLISIONS


def sqlite_code(error: BaseException) -> int | None:
    """SQLite's primary result code, whether the driver's error comes wrapped or bare."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return None if code is None else code & PRIMARY


def told_by_sqlalchemy(connection: Connection, text: str, error: Any) -> DBAPIError:
    """A driver's error as SQLAlchemy tells it, without values; a connection that is gone is not used again."""
    dialect: Any = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if gone:
        connection.invalidate(error)
    told: DBAPIError = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    )
    return told
