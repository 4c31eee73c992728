"""What kb's tests stand on."""

import pytest

from chassis.clock import SetClock
from tests.services.kb.shelves import Library, Serve


@pytest.fixture
def library(served: Serve, clock: SetClock) -> Library:
    """A served kb that knows its tenants and units."""
    return Library(served("kb"), clock)
