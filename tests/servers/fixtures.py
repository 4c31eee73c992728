"""The servers as pytest sees them. Every worker of pytest-xdist starts its own, when the first of its tests asks."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.servers.management import Management

MANAGEMENT_PORT = 15672


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a role that may create roles and databases: TEST_DATABASE_URL, else a private server's."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with _private("postgres", 1) as addresses:
            yield addresses["DATABASE_URL"]


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[tuple[str, Management]]:
    """The URI and management API of an administrator: TEST_AMQP_URI and TEST_AMQP_MANAGEMENT_URL, else a private server's."""
    given = os.environ.get("TEST_AMQP_URI")
    if given:
        yield given, Management(os.environ.get("TEST_AMQP_MANAGEMENT_URL") or _beside(given))
    else:
        with _private("rabbitmq", 2) as addresses:
            yield addresses["AMQP_URI"], Management(addresses["AMQP_MANAGEMENT_URL"])


@pytest.fixture(scope="module")
def database_url(postgres: str) -> Iterator[str]:
    """The URL of an empty database of this module's own, gone at its end."""
    with own_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def vhost(rabbitmq: tuple[str, Management]) -> Iterator[str]:
    """The name of an empty virtual host of this module's own, gone at its end."""
    with own_vhost(rabbitmq[1]) as name:
        yield name


@pytest.fixture(scope="module")
def amqp_uri(rabbitmq: tuple[str, Management], vhost: str) -> str:
    """The URI of this module's virtual host."""
    return uri_of(rabbitmq[0], vhost)


@contextmanager
def own_database(postgres: str) -> Iterator[str]:
    """The URL of an empty database, which is gone at the end."""
    name = f"hotline_{secrets.token_hex(6)}"
    _execute(postgres, "create database {}", name)
    yield urlsplit(postgres)._replace(path=f"/{name}").geturl()
    _execute(postgres, "drop database {} with (force)", name)


@contextmanager
def own_vhost(management: Management) -> Iterator[str]:
    """The name of an empty virtual host, which is gone at the end."""
    name = f"hotline-{secrets.token_hex(6)}"
    management.make_vhost(name)
    yield name
    management.drop_vhost(name)


def uri_of(rabbitmq: str, vhost: str) -> str:
    """The URI of a virtual host."""
    return urlsplit(rabbitmq)._replace(path=f"/{vhost}").geturl()


@contextmanager
def private_servers() -> Iterator[dict[str, str]]:
    """The addresses of a private RabbitMQ and PostgreSQL, kept while inside."""
    with _private("postgres", 1) as database, _private("rabbitmq", 2) as broker:
        yield {**database, **broker}


@contextmanager
def _private(server: str, addresses: int) -> Iterator[dict[str, str]]:
    """Keep a private server while inside. It ends with this process, however that one ends."""
    command = [sys.executable, "-m", "tests.servers", "--until-eof", "--only", server]
    # A session of its own: Ctrl-C is for the tests, which still need their servers to clean up.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as keeper:
        assert keeper.stdout is not None
        lines = [keeper.stdout.readline().strip() for _ in range(addresses)]
        if not all(lines):
            pytest.fail(keeper.communicate()[1].strip(), pytrace=False)
        yield dict(line.split("=", 1) for line in lines)
        keeper.communicate()


def _beside(uri: str) -> str:
    parts = urlsplit(uri)
    return f"http://{parts.username}:{parts.password}@{parts.hostname}:{MANAGEMENT_PORT}"


def _execute(url: str, statement: str, database: str) -> None:
    plain = urlsplit(url)._replace(scheme="postgresql").geturl()
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
