"""The only place that knows now.

Two times: the clock's (`now`), which deadlines, lights and journals live by and which a test instance may move forward;
and real time (`real_now`), which tokens, retries and sockets live by.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chassis.settings import Settings


LOCAL = ZoneInfo("Asia/Shanghai")
FURTHEST = datetime(2199, 12, 31, tzinfo=UTC)


class Clock(Protocol):
    """Tells the instant, aware and in UTC."""

    def now(self) -> datetime:
        """The instant it is."""
        ...


def real_now() -> datetime:
    """The instant it really is, in UTC."""
    return datetime.now(UTC)


class RealClock:
    """The clock of production."""

    def now(self) -> datetime:
        """The instant it is."""
        return real_now()


class SetClock:
    """A clock that stands until it is moved; for tests inside one process."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move it."""
        self._instant = instant.astimezone(UTC)


class VirtualClock:
    """Real time plus an offset that every process of an instance reads from one file. It never goes back.

    The file is replaced whole, so that whoever reads it, and whoever comes after a crash, finds an offset; and it is read
    each time: two moves within a tick of the kernel's clock would leave no difference in what stat tells.
    """

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not file.exists():
                self._write(start.astimezone(UTC) - real_now())

    def now(self) -> datetime:
        """The instant it is, by the offset the file holds at this moment."""
        return real_now() + self._offset()

    def move_to(self, instant: datetime) -> datetime:
        """Move forward to an instant; an earlier one than now changes nothing. Answers the instant it is then.

        Raises ValueError for an instant so far off that no calendar goes there.
        """
        if instant > FURTHEST:
            raise ValueError(f"beyond {FURTHEST.year}")
        with self._alone():
            ahead = instant - self.now()
            if ahead > timedelta():
                self._write(self._offset() + ahead)
        return self.now()

    def _offset(self) -> timedelta:
        return timedelta(microseconds=int(self._file.read_text()))

    def _write(self, offset: timedelta) -> None:
        fresh = self._file.with_name(f"{self._file.name}.new")
        with fresh.open("w") as file:
            file.write(str(offset // timedelta(microseconds=1)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of one process at a time; a lock that ends with whoever holds it."""
        with self._file.with_name(f"{self._file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def clock_of(settings: Settings) -> Clock:
    """The clock an instance lives by."""
    if settings.clock == "virtual":
        return VirtualClock(settings.clock_file, settings.clock_start)
    return RealClock()
