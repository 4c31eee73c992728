"""Fixtures for tests inside one process: a clock that stands, a service's store on both databases, its real gRPC server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest
from google.protobuf.message import Message
from sqlalchemy import MetaData, text

from chassis.auth import SigningKey, peer_key, sign_token
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.grpc import Client, GrpcServer
from chassis.grpc.doors import doors_of
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.store import Store, open_store
from chassis.store.engine import postgres_engine

M = TypeVar("M", bound=Message)
MORNING = datetime.fromisoformat("2025-01-06T08:00:00+08:00")
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)]

# Tables that have pages, and those with a sequence, as the outbox has: there is always one.
FILLED = text(
    "select relname from pg_class where relnamespace = to_regnamespace(:schema) and relkind = 'r' and (pg_relation_size(oid) > 0"
    " or exists (select from pg_depend where refobjid = pg_class.oid and deptype = 'a' and objid in"
    " (select oid from pg_class where relkind = 'S')))"
)

OpenStore = Callable[[str], Store]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MORNING)


@pytest.fixture(params=DATABASES)
def store_for(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, clock: SetClock
) -> Iterator[OpenStore]:
    """Opens a service's store, migrated and empty, on SQLite and on PostgreSQL: which of them when, `tests.turns.halve` says."""
    templates = tmp_path_factory.getbasetemp() / "migrated"
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with ExitStack() as stack:

        def opened(service: str) -> Store:
            settings = Settings(service, data=tmp_path, database_url=url)
            metadata: MetaData = import_module(f"services.{service}.store").metadata
            if url:
                _upgrade_once(service, url)
                _empty(settings, metadata)
            else:
                _copy_migrated(templates, settings)
            store = open_store(settings, metadata, clock)
            stack.callback(store.close)
            return store

        yield opened


class Served:
    """A service that answers on a free port, and whoever one likes to be there."""

    def __init__(self, service: str, store: Store) -> None:
        self.store = store
        self.service = service
        store.group_commits()
        self._server = GrpcServer(store, doors_of(service), "127.0.0.1:0")
        self._server.start()
        self.port = self._server.port
        self.client = Client(f"127.0.0.1:{self.port}")
        issuer = peer_key(Settings("directory", data=store.settings.data))
        self._key = SigningKey("peer:directory", issuer.private)

    def token(self, by: Caller, lives: timedelta = timedelta(minutes=5)) -> str:
        """A token directory might have given."""
        return sign_token(self._key, by, lives)

    def ask(self, method: str, request: Message, answer: type[M], by: Caller | None) -> M:
        """Call `Service/Method` of the service's own package."""
        token = self.token(by) if by else ""
        return self.client.ask(f"hotline.{self.service}.v1.{method}", request, answer, token)

    def stop(self) -> None:
        self.client.close()
        self._server.stop()


@pytest.fixture
def served(store_for: OpenStore) -> Iterator[Callable[[str], Served]]:
    """Starts a service's real gRPC server on a free port."""
    with ExitStack() as stack:

        def start(service: str) -> Served:
            running = Served(service, store_for(service))
            stack.callback(running.stop)
            return running

        yield start


@cache
def _upgrade_once(service: str, url: str) -> None:
    upgrade(Settings(service, database_url=url))


def _copy_migrated(templates: Path, settings: Settings) -> None:
    """Migrating takes longer than most tests: each service's file is migrated once and copied."""
    file = templates / f"{settings.service}.db"
    if not file.exists():
        upgrade(replace(settings, data=templates))
    settings.data.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, settings.data / file.name)


def _empty(settings: Settings, metadata: MetaData) -> None:
    """Truncating costs as much for a table without rows: of those, only what counts its rows is begun anew."""
    engine = postgres_engine(settings)
    with engine.begin() as connection:
        filled = set(connection.execute(FILLED, {"schema": settings.service}).scalars())
        names = ", ".join(table.name for table in metadata.tables.values() if table.name in filled)
        connection.execute(text(f"truncate {names} restart identity"))
    engine.dispose()


__all__ = ["Served", "clock", "served", "store_for"]
