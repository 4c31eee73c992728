"""What every proof stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers.fixtures import own_database, own_vhost, uri_of


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.servers)])
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where an instance keeps its data and its queues: its own, since each begins with keys of its own."""
    with ExitStack() as stack:
        if request.param == "servers":
            uri, management = request.getfixturevalue("rabbitmq")
            monkeypatch.setenv("DATABASE_URL", stack.enter_context(own_database(request.getfixturevalue("postgres"))))
            monkeypatch.setenv("AMQP_URI", uri_of(uri, stack.enter_context(own_vhost(management))))
        yield
