"""What every proof stands on."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.servers)])
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the instance keeps its data and its queues."""
    if request.param == "servers":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("database_url"))
        monkeypatch.setenv("AMQP_URI", request.getfixturevalue("amqp_uri"))
