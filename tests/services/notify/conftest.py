"""What notify's tests stand on."""

import pytest

from chassis.clock import SetClock
from tests.harness import OpenStore
from tests.services.notify.office import Office, Serve


@pytest.fixture
def office(store_for: OpenStore, clock: SetClock) -> Office:
    """notify's worker on a store of its own, at ten in the morning."""
    return Office(store_for("notify"), clock)


@pytest.fixture
def served_office(served: Serve, clock: SetClock) -> Office:
    """The same with its doors open."""
    running = served("notify")
    return Office(running.store, clock, running)
