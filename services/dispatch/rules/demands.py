"""What a clause demands to be said. A gap is Invalid, with the field and the clause."""

from __future__ import annotations

import datetime as dt

from chassis.errors import Invalid
from regulation.articles import Article


def said(field: str, text: str, what: str, article: Article) -> str:
    """The text without surrounding blanks. Raises Invalid when nothing is left."""
    stripped = text.strip()
    if not stripped:
        raise Invalid(field, f"请填写{what}", article.code)
    return stripped


def past(field: str, instant: dt.datetime | None, what: str, article: Article, *, since: dt.datetime, now: dt.datetime) -> dt.datetime:
    """An instant between two others, both included. Raises Invalid when it is missing or lies outside."""
    if instant is None:
        raise Invalid(field, f"请填写{what}", article.code)
    if not since <= instant <= now:
        raise Invalid(field, f"{what}应在工单形成之后、现在之前，请核对", article.code)
    return instant
