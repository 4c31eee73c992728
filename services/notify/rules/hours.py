"""When an ordinary message may reach a caller: not in quiet hours (policy)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from regulation.instants import closing, to_local
from regulation.policy import Policy

MINUTES_OF_DAY = 1440


def quiet_until(now: datetime, policy: Policy) -> datetime | None:
    """When the quiet hours end in which an instant lies; None outside of them. They may pass midnight; alike they are none."""
    local = to_local(now)
    minute, begin, end = local.hour * 60 + local.minute, policy.quiet_from_minutes, policy.quiet_until_minutes
    if begin < end:
        return at_minute(local.date(), end) if begin <= minute < end else None
    if begin > end and minute >= begin:
        return at_minute(local.date() + timedelta(days=1), end)
    return at_minute(local.date(), end) if begin > end and minute < end else None


def next_day(now: datetime) -> datetime:
    """When the next local day begins."""
    return at_minute(to_local(now).date(), MINUTES_OF_DAY)


def at_minute(day: date, minute: int) -> datetime:
    """An instant of a local day."""
    return closing(day, minute)
