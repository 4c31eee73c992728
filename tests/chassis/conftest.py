"""The probe's store on both databases, and its server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.clock import SetClock
from chassis.settings import Settings
from chassis.store import Store
from tests.chassis.probe import SERVICE, ServedProbe, open_probe
from tests.harness import DATABASES


@pytest.fixture(params=DATABASES)
def probe_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of a service of our own, on SQLite and on PostgreSQL."""
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    return Settings(SERVICE, data=tmp_path, database_url=url)


@pytest.fixture
def probe(probe_settings: Settings, clock: SetClock) -> Iterator[Store]:
    """Its empty store."""
    store = open_probe(probe_settings, clock)
    yield store
    store.close()


@pytest.fixture
def probe_server(probe: Store) -> Iterator[ServedProbe]:
    """It, served."""
    served = ServedProbe(probe)
    yield served
    served.stop()
