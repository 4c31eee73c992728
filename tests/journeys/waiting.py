"""What one service tells another takes a moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
# A busy machine may take its time; a healthy hotline takes a tenth of a second.
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.05


def until(ask: Callable[[], T], good: Callable[[T], bool]) -> T:
    """What is answered once it is good, or else when patience is over: then the caller's assertion fails on it."""
    over = monotonic() + PATIENCE_SECONDS
    while not good(answer := ask()) and monotonic() < over:
        Event().wait(PAUSE_SECONDS)
    return answer


def becomes(ask: Callable[[], object], expected: object) -> None:
    """Asserts that the answer is, within patience, what is expected."""
    answer = until(ask, lambda answer: answer == expected)
    assert answer == expected
