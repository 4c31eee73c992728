"""A town for each test: embedded, and on the servers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chassis.bus.town.folk import Town
from tests.servers.management import Management

SERVERS = pytest.param("servers", marks=pytest.mark.servers)
MakeTown = Callable[..., Town]


@pytest.fixture
def embedded_town(tmp_path: Path) -> Iterator[MakeTown]:
    """Makes a town on SQLite and the queue inside one process."""
    with ExitStack() as stack:

        def make(**environment: str) -> Town:
            town = Town(tmp_path, **environment)
            stack.callback(town.stop)
            return town

        yield make


@pytest.fixture
def empty_vhost(rabbitmq: tuple[str, Management]) -> Iterator[str]:
    """The URI of a virtual host of this test's own."""
    uri, management = rabbitmq
    name = f"hotline-{secrets.token_hex(6)}"
    management.make_vhost(name)
    yield urlsplit(uri)._replace(path=f"/{name}").geturl()
    management.drop_vhost(name)


@pytest.fixture
def servers_town(tmp_path: Path, empty_vhost: str, database_url: str) -> Iterator[MakeTown]:
    """Makes a town on RabbitMQ and PostgreSQL; its workers may be sent there by another way."""
    with ExitStack() as stack:

        def make(**environment: str) -> Town:
            town = Town(tmp_path, empty_vhost, database_url, **environment)
            stack.callback(town.stop)
            return town

        yield make


@pytest.fixture(params=["embedded", SERVERS])
def make_town(request: pytest.FixtureRequest) -> MakeTown:
    """Makes a town of either kind."""
    make: MakeTown = request.getfixturevalue(f"{request.param}_town")
    return make


@pytest.fixture
def town(make_town: MakeTown) -> Town:
    """A town where nobody works yet."""
    return make_town()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def databases_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town without a queue, on either database."""
    town = Town(tmp_path, database_url=request.getfixturevalue("database_url") if request.param == "postgres" else "")
    yield town
    town.stop()
