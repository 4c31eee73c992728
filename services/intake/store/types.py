"""A column type of intake's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator, TypeEngine


class Tokens(TypeDecorator[list[int]]):
    """Whole numbers of 32 bits in no order: an array on PostgreSQL, on SQLite a text in which each stands between spaces."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in this database."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Integer))

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        """The numbers as they are kept."""
        if value is None or dialect.name != "sqlite":
            return value
        return f" {' '.join(map(str, value))} "

    def process_result_value(self, value: Any, dialect: Dialect) -> list[int] | None:
        """The numbers again."""
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]  # a list, by the column's type
        return [int(each) for each in value.split()]
