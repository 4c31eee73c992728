"""What went wrong with an event: whether to wait for the database, and what may be said about it."""

from __future__ import annotations

import traceback

from sqlalchemy.exc import DBAPIError

from chassis.errors import Refusal
from chassis.redact import redact
from chassis.store import failing
from chassis.store.group import Lost
from regulation.articles import NotAllowed

LONGEST = 500


def is_away(error: BaseException) -> bool:
    """Whether the database failed rather than the event: the same event may well be handled later."""
    return isinstance(error, Lost) or failing.is_away(error)


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
