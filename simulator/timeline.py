"""Plays courses over virtual time: each is a generator that yields the instant at which it wants to go on."""

from __future__ import annotations

import heapq
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Course = Generator[datetime, None, None]

THREADS = 8
# What falls within so much virtual time goes on side by side.
WINDOW = timedelta(minutes=15)
# With more the play is over: nobody learns from the rest.
MOST_ERRORS = 50
FRAMES = 8


@dataclass(order=True)
class _Step:
    at: datetime
    number: int
    course: Course = field(compare=False)


class Timeline:
    """Moves the clock from step to step and lets courses go on, those of one window side by side.

    `move_clock` moves the hotline's clock forward and answers the instant it is then; it never stands still.
    """

    def __init__(self, move_clock: Callable[[datetime], datetime], now: datetime) -> None:
        self._move_clock = move_clock
        self._steps: list[_Step] = []
        self.now = now
        self.errors: list[str] = []

    def add(self, number: int, at: datetime, course: Course) -> None:
        """A course that begins at an instant."""
        heapq.heappush(self._steps, _Step(at, number, course))

    def play(self, until: datetime, finished: Callable[[], None]) -> None:
        """Play every course to its end, or to the end of time; calls `finished` for each. What one raises is its own error."""
        with ThreadPoolExecutor(THREADS) as pool:
            while self._steps and self._steps[0].at <= until and len(self.errors) < MOST_ERRORS:
                window = self._next_window(until)
                self.now = self._move_clock(window[-1].at)
                for step, following in pool.map(self._go_on, window):
                    if following is None:
                        finished()
                    else:
                        self.add(step.number, following, step.course)
        for _ in self._steps:
            finished()
        self.now = self._move_clock(until)

    def _next_window(self, until: datetime) -> list[_Step]:
        end = min(self._steps[0].at + WINDOW, until)
        window = []
        while self._steps and self._steps[0].at <= end:
            window.append(heapq.heappop(self._steps))
        return window

    def _go_on(self, step: _Step) -> tuple[_Step, datetime | None]:
        try:
            return step, next(step.course)
        except StopIteration:
            return step, None
        except Exception:  # noqa: BLE001 - whatever it is, the others go on and the summary counts it
            self.errors.append(f"message {step.number}: {traceback.format_exc(limit=-FRAMES)}")
            return step, None
