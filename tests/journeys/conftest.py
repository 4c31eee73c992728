"""The cities that the stories are played in: one without servers and one on servers, each kept while its clock allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.journeys.cities import City
from tests.journeys.cities import city as city_in
from tests.journeys.dates import at
from tests.journeys.provinces import beside
from tests.journeys.receiver import Receiver, receiving
from tests.servers.fixtures import own_database, own_vhost, uri_of
from tests.servers.management import Management
from tests.servers.smsc import running_smsc
from tests.turns import begin_of


class Kept:
    """Starts a city when the first story asks, and anew for a story of a time that has passed there."""

    def __init__(self, start: Callable[[ExitStack], City]) -> None:
        self._start = start
        self._stack = ExitStack()
        self._city: City | None = None

    def at(self, begin: str) -> City:
        """The city, its clock moved to `2021-02-04 10:00`."""
        if self._city and self._city.now() > at(begin):
            self.close()
        if self._city is None:
            self._city = self._start(self._stack)
        self._city.clock(begin)
        return self._city

    def close(self) -> None:
        """Stop it."""
        self._city = None
        self._stack.close()


@contextmanager
def kept(start: Callable[[ExitStack], City]) -> Iterator[Kept]:
    """One that is stopped at the end."""
    cities = Kept(start)
    try:
        yield cities
    finally:
        cities.close()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Where every process sends its spans."""
    with receiving() as running:
        yield running


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Kept]:
    """One process for all apis, one for all workers."""
    with kept(lambda stack: _begun(stack, tmp_path_factory.mktemp("embedded"), receiver)) as cities:
        yield cities


@pytest.fixture(scope="package")
def on_servers(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver, postgres: str, rabbitmq: tuple[str, Management]
) -> Iterator[Kept]:
    """Each api and each worker a process of its own, on RabbitMQ and PostgreSQL."""
    uri, management = rabbitmq

    def start(stack: ExitStack) -> City:
        database_url, vhost = stack.enter_context(own_database(postgres)), stack.enter_context(own_vhost(management))
        servers = {"DATABASE_URL": database_url, "AMQP_URI": uri_of(uri, vhost)}
        return _begun(stack, tmp_path_factory.mktemp("servers"), receiver, **servers)

    with kept(start) as cities:
        yield cities


@pytest.fixture(params=["embedded", pytest.param("on_servers", marks=pytest.mark.servers)])
def city(request: pytest.FixtureRequest) -> City:
    """A city whose clock stands where the story begins, without servers and on them."""
    cities: Kept = request.getfixturevalue(request.param)
    return cities.at(begin_of(request.node))


def _begun(stack: ExitStack, folder: Path, receiver: Receiver, **servers: str) -> City:
    """A city whose spans are received and whose callers are written to by an SMSC of its own: receipts go to whoever is bound.

    Beside it runs the province it is linked to.
    """
    smsc = stack.enter_context(running_smsc(folder))
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "LOG_LEVEL": "DEBUG", "PROVIDERS": str(smsc.provider)}
    told |= stack.enter_context(beside(folder))
    return stack.enter_context(city_in(folder / "city", smsc, **servers, **told))
