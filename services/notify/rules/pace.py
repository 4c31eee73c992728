"""How fast a provider is sent to, by all links together: a bucket that fills with time and is emptied by what goes.

It is an instant of real time: since then messages have gathered, `rate` a second, as far as the bucket holds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# What may go at once after a pause, as a part of a second's worth.
BURST = 0.25


def full(rate: float, now: datetime) -> datetime:
    """The bucket of a provider that was given nothing yet."""
    return now - _filling(rate)


def room(rate: float, since: datetime, now: datetime) -> int:
    """How many messages may go now. Clocks of two machines differ a little: before the bucket's instant it is none."""
    return int(min(max(now - since, timedelta()), _filling(rate)).total_seconds() * rate)


def less(rate: float, since: datetime, now: datetime, count: int) -> datetime:
    """The bucket once so many have gone."""
    return max(since, full(rate, now)) + timedelta(seconds=count / rate)


def _filling(rate: float) -> timedelta:
    """How long an empty bucket takes to fill: it holds one message at least."""
    return timedelta(seconds=max(BURST, 1 / rate))
