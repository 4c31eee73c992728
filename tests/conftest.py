"""What every test stands on."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from simulator import instance
from tests.harness import clock, served, store_for
from tests.servers.fixtures import amqp_uri, database_url, postgres, rabbitmq, vhost
from tests.servers.processes import PORTS
from tests.turns import demand_groups, halve, take_turns

__all__ = ["amqp_uri", "clock", "database_url", "postgres", "rabbitmq", "served", "store_for", "vhost"]

LOOPBACK = ("127.", "::1", "localhost")

# The same examples on every machine; a proof seeks new ones with --hypothesis-profile=search.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("same")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Asked by pytest before any test runs and before it leaves out the proofs: see `halve` and `take_turns`."""
    halve(items)
    take_turns(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Asked by pytest once it is known what runs: see `demand_groups`."""
    if session.config.getoption("loadgroup", default=False):
        demand_groups(session.items)


@pytest.fixture(scope="session", autouse=True)
def _keep_to_our_ports() -> Iterator[None]:
    """Instances of the simulator's are started on this process's share of ports, as all else is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "PORTS", PORTS)
        yield


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    """No test leaves this machine by a Python socket."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test may not leave this machine: {address!r}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_eventlet_here() -> Iterator[None]:
    """eventlet lives in worker processes alone: here it would warn at every fork, and gRPC would hang."""
    yield
    assert "eventlet" not in sys.modules, "a test of this process imports eventlet, perhaps by nameko"
