"""How often somebody may knock: counted in this process, by key, address, or whatever must not be tried without end."""

from __future__ import annotations

import ipaddress
from math import ceil

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from chassis.clock import real_now

# An address of a household is a /64 in IPv6.
HOUSEHOLD = 64
NOWHERE = "?"


class Wait(Exception):
    """It was too often: so many seconds are to be waited."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class Limit:
    """At most so often in so long: `30/minute`. Two windows are weighed, so that nobody has twice as much at their border."""

    def __init__(self, rule: str) -> None:
        self._item: RateLimitItem = parse(rule)
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, who: str) -> None:
        """Count one. Raises Wait once it is too often."""
        if not self._counter.hit(self._item, who):
            raise self._wait(who)

    def check(self, who: str) -> None:
        """Raises Wait where one more would be too often; counts nothing."""
        if not self._counter.test(self._item, who):
            raise self._wait(who)

    def note(self, who: str) -> None:
        """Count one, however often it was."""
        self._counter.hit(self._item, who)

    def _wait(self, who: str) -> Wait:
        ends = self._counter.get_window_stats(self._item, who).reset_time
        return Wait(max(1, ceil(ends - real_now().timestamp())))


def address_of(request: Request) -> str:
    """Where a request comes from, as far as one may be told from another."""
    host = request.client.host if request.client else NOWHERE
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, HOUSEHOLD), strict=False)) if address.version == 6 else host  # noqa: PLR2004 - IPv6


def waiting(seconds: int) -> str:
    """How long that is, for people."""
    return f"{seconds} 秒" if seconds < 60 else f"{ceil(seconds / 60)} 分钟"  # noqa: PLR2004 - seconds of a minute
