"""How the database finds rows, explained as it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from chassis.store.engine import postgres_engine
from tests.services.intake.desk import Desk


@contextmanager
def explained(desk: Desk, table: str) -> Iterator[list[str]]:
    """The plan of every query of a table while the block runs."""
    plans: list[str] = []
    explain, column = ("explain query plan", -1) if desk.store.is_sqlite else ("explain", 0)

    def note(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and table in statement:
            cursor.execute(f"{explain} {statement}", parameters)
            plans.append("\n".join(row[column] for row in cursor.fetchall()))

    event.listen(desk.store.engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", note)


def analyzed(desk: Desk) -> None:
    """Let PostgreSQL see what there is; SQLite plans the same for few rows and for many."""
    if desk.store.is_sqlite:
        return
    owner = postgres_engine(desk.store.settings)
    with owner.begin() as connection:
        connection.execute(text("analyze"))
    owner.dispose()
