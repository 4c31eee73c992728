"""What a transaction asked before it was needed, so that many questions make one journey."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from sqlalchemy import Connection, Table

from chassis.store.kept import Kept
from chassis.store.pipe import Said

Key = tuple[Hashable, ...]


class Foreseen:
    """Of one transaction: each answer is taken once, and none of a table that was written to since it was asked."""

    def __init__(self) -> None:
        self._said: dict[Key, tuple[Table | None, Said]] = {}

    def ask(self, table: Table | None, shape: Kept, values: Mapping[str, Any], connection: Connection) -> None:
        """Ask it with whatever is asked next, unless it was; without a table, of any. Does nothing where a question costs no journey."""
        key = _key(shape, values)
        if key not in self._said and (said := shape.ahead(connection, values)):
            self._said[key] = table, said

    def take(self, shape: Kept, values: Mapping[str, Any]) -> Said | None:
        """What was asked by this shape with these values."""
        return self._said.pop(_key(shape, values), (None, None))[1] if self._said else None

    def forget(self, written: Table) -> None:
        """A table is written to."""
        if self._said:
            self._said = {key: each for key, each in self._said.items() if each[0] is not None and each[0] is not written}


def _key(shape: Kept, values: Mapping[str, Any]) -> Key:
    return shape, *(tuple(value) if isinstance(value, list) else value for value in values.values())
