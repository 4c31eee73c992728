"""What an action may raise when it refuses; the doors turn these into answers.

`regulation.articles.NotAllowed` is the fifth: a refusal that rests on an article.
"""

from __future__ import annotations


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
