"""Green threads that run something again and again: the relay, the retries, each tick, the gauges."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

import eventlet
from nameko.extensions import DependencyProvider

from chassis.bus.failing import said_of
from chassis.clock import Clock

LOG = logging.getLogger(__name__)
GRACE_SECONDS = 5
FIRST_DELAY = 0.1
LONGEST_DELAY = 10.0
NAP_SECONDS = 0.05
JUMP = timedelta(seconds=0.5)


class Turning(Protocol):
    """Something that is done again and again, never twice at once."""

    @property
    def name(self) -> str:
        """What to call it in logs."""

    def turn(self) -> float:
        """Do it once; answers how many seconds to rest."""


class Loop(DependencyProvider):
    """A managed green thread of a worker. A turn that fails is logged and tried again, later each time.

    With a clock, moving that ahead ends a rest. `hurry` is called when the turn that runs should end soon.
    """

    def __init__(self, turning: Turning, clock: Clock | None = None, hurry: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._turning: Turning = turning
        self._clock = clock
        self._hurry = hurry
        self._stopping = threading.Event()
        self._thread: Any = None
        self._failures = 0

    def start(self) -> None:
        """Begin."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier=self._turning.name)

    def stop(self) -> None:
        """Let the turn that runs end; one that does not is cut off, which is no worse than a crash."""
        self._stopping.set()
        if self._hurry:
            self._hurry()
        with eventlet.Timeout(GRACE_SECONDS, False):
            self._thread.wait()
            return
        self._thread.kill()

    def _run(self) -> None:
        while not self._stopping.is_set():
            moved = _Moved(self._clock) if self._clock else None
            until = self._once() + time.monotonic()
            while (left := until - time.monotonic()) > 0 and not self._stopping.is_set() and not (moved and moved()):
                self._stopping.wait(min(left, NAP_SECONDS) if moved else left)
            eventlet.sleep(0)

    def _once(self) -> float:
        try:
            seconds = self._turning.turn()
        except Exception as error:  # noqa: BLE001 - one failure must not end the worker
            self._failures += 1
            if not self._stopping.is_set():
                LOG.warning("%s of %s failed: %s", self._turning.name, self.container.service_name, said_of(error))
            return min(FIRST_DELAY * 2.0 ** min(self._failures, 10), LONGEST_DELAY)
        self._failures = 0
        return seconds


class _Moved:
    """Whether a clock went ahead by more than the time that passed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen = clock.now()
        self._begun = time.monotonic()

    def __call__(self) -> bool:
        passed = timedelta(seconds=time.monotonic() - self._begun)
        return self._clock.now() - self._seen - passed > JUMP
