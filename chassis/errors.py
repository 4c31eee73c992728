"""What an action may raise when it refuses; the doors turn these into answers.

`regulation.articles.NotAllowed` is one more: a refusal that rests on an article.
"""

from __future__ import annotations

import errno


class Refusal(Exception):
    """A refusal the caller can do something about. Its message is for people, in Chinese."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Refusal):
    """A request that is not well formed: `field` says where, `article` (a code such as "11-6") by which clause."""

    def __init__(self, field: str, message: str, article: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.article = article


class Missing(Refusal):
    """Nothing by that id that the caller may see."""


class Stale(Refusal):
    """The version the caller saw is no longer the newest; the message says what changed."""


class Reused(Refusal):
    """A request id that was spent on another request."""


class Denied(Refusal):
    """The caller is known and may not do this."""


class Unknown(Refusal):
    """Nobody knows who is calling: no token, or one that is no longer taken."""


class Unusable(Exception):
    """The process cannot start as it was set up; the message is one line that says what to do."""


def kind_of(error: BaseException) -> str:
    """What a log may say of an error: its kind; a database's code and constraint; a system's error number.

    Not its message: those of drivers and libraries quote values, and a value may be a person's.
    """
    if isinstance(error, Refusal):
        return f"{type(error).__name__}: {error.message}"
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    number = errno.errorcode.get(cause.errno or 0) if isinstance(cause, OSError) else None
    return " ".join(part for part in (type(cause).__name__, code, constraint, number) if part)
