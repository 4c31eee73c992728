"""A store of an earlier release, with rows in it, is brought to today's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from chassis.migrate import _alembic, upgrade
from chassis.opening import open_service, tables_of
from chassis.settings import Settings, service_names
from chassis.store.engine import postgres_engine, sqlite_engine
from chassis.store.group import begin_write

SEAL = (
    "insert into seals (service, tenant_id, day, entries, head, signature, sealed_at)"
    " values ('x', 'zibo', '2025-01-06', 3, 'h', 's', '2025-01-07 00:10:00')"
)
CALENDAR = (
    "insert into calendars (tenant_id, version, revision, days, noticed_years, applied)"
    " values ('zibo', 1, 'zibo-1', '[]', '[2027]', {truth})"
)
OLDER = [
    *((service, "0001", SEAL, "select head, key_id from seals", [("h", "")]) for service in service_names()),
    ("dispatch", "0003", CALENDAR, "select tenant_id, version, revision from calendars", [("zibo", 1, "zibo-1")]),
]


def _at_revision(settings: Settings, revision: str, statement: str) -> None:
    """An empty store as it was at a revision, and a row."""
    engine = postgres_engine(settings) if settings.database_url else sqlite_engine(settings)
    with begin_write(engine) as connection:
        if settings.database_url:
            connection.execute(text(f"drop schema if exists {settings.service} cascade"))
            connection.execute(text(f"create schema {settings.service}"))
        command.upgrade(_alembic(settings.service, connection, tables_of(settings.service)), revision)
        connection.execute(text(statement.format(truth="true" if settings.database_url else 1)))
    engine.dispose()


@pytest.mark.parametrize(("service", "revision", "statement", "asked", "rows"), OLDER)
def test_rows_of_an_older_store_stay(probe_settings: Settings, service: str, revision: str, statement: str, asked: str, rows: Any) -> None:
    settings = replace(probe_settings, service=service)
    _at_revision(settings, revision, statement)
    upgrade(settings)
    store = open_service(settings)
    found = store.read_across(lambda tx: [tuple(row) for row in tx.connection.execute(text(asked))])
    store.close()
    assert found == rows
