"""What provincial's tests stand on."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import SetClock
from services.provincial.rules import delivery
from tests.harness import Served
from tests.services.intake.desk import Desk
from tests.services.provincial.board import Board


@pytest.fixture
def board(served: Callable[[str], Served], clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """The link at ten in the morning; the province pushes."""
    clock.set(clock.now() + timedelta(hours=2))
    monkeypatch.setattr(delivery, "FIRST_PAUSE", timedelta(seconds=0.05))
    return Board(served("provincial"), Desk(served("intake")), tmp_path)
