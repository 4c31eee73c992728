"""Processes started, watched, started again when they die, and stopped: each by its own handle."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from chassis.settings import process_environment

STOP_SECONDS = 15.0
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# One that ran so long is taken to have been well.
HEALTHY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
# Found beforehand: between fork and exec nothing may be imported.
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process of ours: `python -m MODULE ARGUMENTS`, started again whenever it ends by itself."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    pause: float = SHORTEST_PAUSE

    def start(self) -> None:
        """Start it; it ends when we do, however we end."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own modules, named in chassis.run
            [sys.executable, "-m", *self.arguments],
            env=process_environment(**self.environment),
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread of ours runs yet
            start_new_session=True,
        )

    def watch(self) -> int | None:
        """Its exit code when it has just been found dead; starts it again when its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        if now - self.started_at > HEALTHY_SECONDS:
            self.pause = SHORTEST_PAUSE
        self.process, self.again_at = None, now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return code

    def ask_to_stop(self) -> None:
        """Tell it to finish."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end; at the instant (monotonic seconds) it is ended."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
            return
        self.process.kill()
        self.process.wait()


def stop_all(children: list[Child]) -> None:
    """Stop them all side by side, within a quarter of a minute."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait(until)


def die_with_parent() -> None:
    """Between fork and exec: have the kernel end the child with us. Linux only."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
