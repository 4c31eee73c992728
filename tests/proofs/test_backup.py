"""A city's data is dumped, lost and restored: every row is there, bound by row security as before, and the journal proves itself.

As docs/operations.md tells it. A dump is made by a superuser: to whoever row security binds, the owner too, it would show nothing.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from chassis import job
from chassis.caller import Caller
from chassis.migrate import upgrade
from chassis.opening import open_service
from chassis.proving import prove
from chassis.settings import Settings, service_names
from services.directory.actions.sessions import log_in
from services.directory.logins import logins
from tests.servers.fixtures import own_database
from tests.servers.postgres import OWNER

pytestmark = [pytest.mark.proof, pytest.mark.servers]
NOT_OURS = ("pg_catalog", "information_schema")


def test_what_was_dumped_is_restored_and_proves_itself(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_database(postgres) as first, own_database(postgres) as second:
        _fill(tmp_path, first, monkeypatch)
        before = _counts(first)
        started = time.monotonic()
        _run("pg_dump", "--format=custom", f"--file={tmp_path}/city.dump", _by_superuser(first))
        dumped = time.monotonic()
        with _emptied(first):
            _run("pg_restore", "--exit-on-error", f"--dbname={_by_superuser(second)}", f"{tmp_path}/city.dump")
            restored = time.monotonic()
            assert _counts(second) == before
            settings = Settings("directory", data=tmp_path, database_url=second, first_passwords="a seed")
            store = open_service(settings)
            assert prove(store) == []
            who = logins(settings)[0]
            granted = store.write(Caller.nobody(), lambda tx: log_in(tx, who["tenant_id"], who["login"], who["password"], ""))
            assert granted
            # Bound as before: to another tenant nothing is there.
            assert store.read(Caller.timer("directory", "elsewhere"), lambda tx: tx.all(tx.select(store.tables["people"]))) == []
            store.close()
            # The version that is installed goes on from there.
            upgrade(settings)
        print(f"{sum(before.values())} rows: dumped in {dumped - started:.1f} s, restored in {restored - dumped:.1f} s")


def test_a_dump_by_the_owner_is_refused_and_not_empty(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_database(postgres) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        upgrade(Settings("kb", data=tmp_path, database_url=url))
        done = subprocess.run([_program("pg_dump"), url], capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert "row-level security" in done.stderr


def _fill(data: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DATA": str(data), "DATABASE_URL": url, "AMQP_URI": "", "FIRST_PASSWORDS": "a seed"}.items():
        monkeypatch.setenv(name, value)
    for service in service_names():
        upgrade(Settings.from_env(service))
    assert job.run("directory", "first_start", []) == 0


@contextmanager
def _emptied(url: str) -> Iterator[None]:
    """What was there is gone, so that nothing is read from it."""
    with psycopg.connect(url, autocommit=True) as connection:
        for service in service_names():
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(service)))
    yield


def _counts(url: str) -> dict[str, int]:
    with psycopg.connect(_by_superuser(url)) as connection:
        found = connection.execute("select schemaname, tablename from pg_tables where schemaname <> all(%s)", [list(NOT_OURS)]).fetchall()
        count = sql.SQL("select count(*) from {}")
        return {f"{schema}.{table}": _one(connection, count.format(sql.Identifier(schema, table))) for schema, table in found}


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: sql.Composed) -> int:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(str(row[0]))


def _by_superuser(url: str) -> str:
    """A private server's superuser has the owner's password."""
    return url.replace(f"//{OWNER}:", "//postgres:")


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([_program(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _program(name: str) -> str:
    """Debian's newest, as the server's."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return str(found[-1]) if found else name
