"""The small city behind directory's real door, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness import Served
from tests.services.directory.small_city import SmallCity


@pytest.fixture
def city(served: Callable[[str], Served]) -> SmallCity:
    return SmallCity(served("directory"))
