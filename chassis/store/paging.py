"""Lists by keyset: a page's token holds the last row's key, opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, UnaryExpression, literal, tuple_
from sqlalchemy.sql.operators import desc_op

from chassis.errors import Invalid
from chassis.store.types import Instant

USUAL = 50
MOST = 200


class Page(Protocol):
    """hotline.ticket.v1.Page, or anything like it."""

    size: int
    token: str


def paged(statement: Select[Any], order: Sequence[ColumnElement[Any]], page: Page) -> Select[Any]:
    """The statement for one page and one row more. `order` must be unique together, all ascending or all descending."""
    columns = [_column(part) for part in order]
    if page.token:
        last = tuple_(*(_bound(column, value) for column, value in zip(columns, _read(page.token, len(columns)), strict=True)))
        here = tuple_(*columns)
        statement = statement.where(here < last if _descends(order[0]) else here > last)
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


def _bound(column: ColumnElement[Any], value: Any) -> ColumnElement[Any]:
    if isinstance(value, str) and isinstance(column.type, Instant):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _refused() from None
    return literal(value, column.type)


def _read(token: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError):
        raise _refused() from None
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str | int) for v in values):
        raise _refused()
    return values


def _refused() -> Invalid:
    return Invalid("page.token", "翻页标记无效：请从第一页重新查询")
