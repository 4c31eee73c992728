"""A private PostgreSQL, emptied by throwing it away."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.packages import find_or_install
from tests.servers.processes import LOOPBACK, START_SECONDS, CannotStart, child, free_port, wait_until

OWNER = "hotline_owner"
DATABASE = "hotline"
# Nothing here outlives the tests, so nothing need reach the disk.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "log_min_messages": "fatal",
}


@contextmanager
def running_postgres(folder: Path, tls: Path | None = None) -> Iterator[dict[str, str]]:
    """Yields `DATABASE_URL`, of a role that may create roles and databases; with `tls`, a folder as cert-manager's, by TLS too.

    Raises CannotStart.
    """
    programs = find_or_install(_programs, "postgresql", "TEST_DATABASE_URL")
    port, password, user = free_port(), secrets.token_hex(8), _user()
    data = folder / "data"
    _make_cluster(programs / "initdb", data, password, user)
    shown = _shown_by(data, tls, user) if tls else {}
    options = [f"--{name}={value}" for name, value in {**SETTINGS, **shown, "port": str(port)}.items()]
    log = folder / "postgres.log"
    with child([programs / "postgres", "-D", data, *options], log, stop=signal.SIGQUIT, user=user) as server:
        superuser = f"postgresql://postgres:{password}@{LOOPBACK}:{port}/postgres"
        wait_until(lambda: _connect(superuser).close(), server, log)
        _make_owner(superuser, password)
        yield {"DATABASE_URL": f"postgresql://{OWNER}:{password}@{LOOPBACK}:{port}/{DATABASE}"}


def _programs() -> Path | None:
    """The folder of initdb and postgres: Debian's newest, else the one on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _user() -> str | None:
    """PostgreSQL refuses root, so root lends it a system user."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    raise CannotStart("PostgreSQL does not run as root, and there is no user postgres: adduser --system --group postgres")


def _make_cluster(initdb: Path, data: Path, password: str, user: str | None) -> None:
    data.mkdir(mode=0o700)
    secret = data.with_name("password")
    secret.write_text(password)
    if user:
        shutil.chown(data, user)
        shutil.chown(secret, user)
    log = data.with_name("initdb.log")
    options = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    with child([initdb, "-D", data, *options], log, stop=signal.SIGKILL, user=user) as making:
        if making.wait(START_SECONDS) != 0:
            raise CannotStart(f"initdb failed: {' '.join(log.read_text().split())[-600:]}")
    secret.unlink()


def _shown_by(data: Path, tls: Path, user: str | None) -> dict[str, str]:
    """It reads its key only where nobody else can."""
    for name in ("tls.crt", "tls.key"):
        shutil.copy(tls / name, data / name)
        (data / name).chmod(0o600)
        if user:
            shutil.chown(data / name, user)
    return {"ssl": "on", "ssl_cert_file": str(data / "tls.crt"), "ssl_key_file": str(data / "tls.key")}


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as failure:
        raise ConnectionError(str(failure)) from failure


def _make_owner(superuser: str, password: str) -> None:
    with _connect(superuser) as connection:
        role = sql.Identifier(OWNER)
        connection.execute(sql.SQL("create role {} login createrole createdb password {}").format(role, password))
        # Dropping a database ends the sessions of the services' roles in it.
        connection.execute(sql.SQL("grant pg_signal_backend to {}").format(role))
        connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), role))
