"""What intake's tests stand on."""

import pytest

from tests.services.intake.desk import Desk, Serve


@pytest.fixture
def desk(served: Serve) -> Desk:
    """A served intake that knows its units."""
    return Desk(served("intake"))
