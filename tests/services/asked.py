"""What a store is asked, and how it would answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from chassis.store import Store

Asked = tuple[str, Any]
# What the tenant and the token ask of the store is the door's.
NOT_THE_LISTS = ("set_config", "token_keys", "revocations")
KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def statements(store: Store) -> Iterator[list[Asked]]:
    """Statements and their values, by whichever role, but for what the door asks."""
    asked: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.upper().startswith(KINDS) and not any(name in statement for name in NOT_THE_LISTS):
            asked.append((statement, parameters))

    engines = {store.engine, store._across}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def plan(store: Store, asked: Asked) -> str:
    """How SQLite would answer it."""
    with store.engine.connect() as connection:
        return " | ".join(row[-1] for row in connection.exec_driver_sql(f"explain query plan {asked[0]}", asked[1]))
