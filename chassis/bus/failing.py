"""What went wrong with an event: whether to wait for the database, and what may be said about it."""

from __future__ import annotations

import sqlite3
import traceback

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from chassis.errors import Refusal
from chassis.redact import redact
from regulation.articles import NotAllowed

LONGEST = 500
READ_ONLY = "25006"
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
    """Whether the database failed rather than the event: away, locked, full, a deadlock, a serialization failure."""
    if isinstance(error, PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & PRIMARY in PASSING
    return isinstance(error, OperationalError | InterfaceError) or getattr(error.orig, "sqlstate", None) == READ_ONLY


def said_of(error: BaseException) -> str:
    """What an operator may read of a failure: its kind and place, and the words only of a refusal, which hold no payload.

    Messages of drivers and libraries quote values, so they are left out.
    """
    if isinstance(error, Refusal):
        said = f"{type(error).__name__}：{redact(error.message)}"
    elif isinstance(error, NotAllowed):
        said = f"NotAllowed：{redact(str(error))}"
    else:
        said = _kind(error)
    return f"{said}（{_place(error)}）"[:LONGEST]


def _kind(error: BaseException) -> str:
    if not isinstance(error, DBAPIError):
        return type(error).__name__
    detail = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return " ".join(part for part in (type(error.orig).__name__, detail, constraint) if part)


def _place(error: BaseException) -> str:
    """The innermost line of a service, else of anything."""
    frames = [(frame.f_globals.get("__name__", ""), line, frame.f_code.co_name) for frame, line in traceback.walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if frame[0].startswith("services.")] or frames
    if not ours:
        return "?"
    module, line, function = ours[-1]
    return f"{module}:{line} {function}"
