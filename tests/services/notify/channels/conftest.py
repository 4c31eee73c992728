"""The peers of the channels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.smsc import Smsc, running_smsc


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Smsc]:
    with running_smsc(tmp_path_factory.mktemp("smsc")) as smsc:
        yield smsc


@pytest.fixture
def smsc(running: Smsc) -> Smsc:
    """One that remembers nothing of the test before."""
    running.order(forget=True)
    return running
