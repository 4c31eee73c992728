"""Lists by keyset: a page's token holds the last row's key, opaque to whoever carries it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, UnaryExpression, literal, tuple_
from sqlalchemy.sql.operators import desc_op

from chassis.errors import Invalid

USUAL = 50
MOST = 200
LARGEST = 2**63 - 1


class Page(Protocol):
    """hotline.ticket.v1.Page, or anything like it."""

    size: int
    token: str


def paged(statement: Select[Any], order: Sequence[ColumnElement[Any]], page: Page) -> Select[Any]:
    """The statement for one page and one row more.

    The columns of `order` must be unique together, hold no nulls, and all ascend or all descend.
    Raises Invalid for a token that is none of ours, ValueError for an order that goes both ways.
    """
    columns = [_column(part) for part in order]
    descends = {_descends(part) for part in order}
    if len(descends) != 1:
        raise ValueError("a list ascends or descends, not both")
    if page.token:
        last = tuple_(*(literal(value, column.type) for column, value in zip(columns, _read(page.token, columns), strict=True)))
        here = tuple_(*columns)
        statement = statement.where(here < last if descends == {True} else here > last)
    return statement.order_by(*order).limit(size_of(page) + 1)


def size_of(page: Page) -> int:
    """How many rows the page holds at most."""
    return min(page.size or USUAL, MOST)


def next_token(last: Mapping[Any, Any], order: Sequence[ColumnElement[Any]]) -> str:
    """The token of the page that begins behind this row."""
    values = [last[_column(part)] for part in order]
    text = json.dumps([v.isoformat() if isinstance(v, datetime) else v for v in values], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _descends(part: ColumnElement[Any]) -> bool:
    return isinstance(part, UnaryExpression) and part.modifier is desc_op


def _column(part: ColumnElement[Any]) -> ColumnElement[Any]:
    return part.element if isinstance(part, UnaryExpression) else part


def _read(token: str, columns: Sequence[ColumnElement[Any]]) -> list[Any]:
    """What a token holds, as values of these columns. It is not signed: a forged one only begins the list elsewhere."""
    try:
        values = json.loads(base64.b64decode(token.encode(), b"-_", validate=True))
        if len(values) != len(columns):
            raise _refused()
        return [_value(value, column) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _refused() from None


def _value(value: Any, column: ColumnElement[Any]) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if type(value) is not kind or (kind is int and not -LARGEST <= value <= LARGEST):
        raise TypeError
    if kind is str and b"\0" in value.encode():
        raise ValueError
    return value


def _refused() -> Invalid:
    return Invalid("page.token", "翻页标记无效：请从第一页重新查询")
