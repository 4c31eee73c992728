"""The only place that knows now.

Two times: the clock's (`now`), which deadlines, lights and journals live by and which a test instance may move forward;
and real time (`real_now`), which tokens, retries and sockets live by.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chassis.settings import Settings


LOCAL = ZoneInfo("Asia/Shanghai")


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
    """Real time plus an offset that every process of an instance reads from one file. It never goes back."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()
        if not file.exists():
            self._write(start.astimezone(UTC) - real_now())

    def now(self) -> datetime:
        """The instant it is, by the offset the file holds at this moment."""
        stat = self._file.stat()
        seen = (stat.st_ino, stat.st_mtime_ns)
        if seen != self._seen:
            self._offset = timedelta(microseconds=int(self._file.read_text()))
            self._seen = seen
        return real_now() + self._offset

    def move_to(self, instant: datetime) -> datetime:
        """Move forward to an instant; an earlier one than now changes nothing. Answers the instant it is then."""
        ahead = instant.astimezone(UTC) - self.now()
        if ahead > timedelta():
            self._write(self._offset + ahead)
        return self.now()

    def _write(self, offset: timedelta) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        fresh.write_text(str(offset // timedelta(microseconds=1)))
        fresh.replace(self._file)


def clock_of(settings: Settings) -> Clock:
    """The clock an instance lives by."""
    if settings.clock == "virtual":
        return VirtualClock(settings.clock_file, settings.clock_start)
    return RealClock()
