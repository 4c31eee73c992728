"""Instants and local days: the one place where the zone of the law is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

# A fixed offset, not zoneinfo: Asia/Shanghai has kept +08:00 since 1991, and slim machines carry no tzdata.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_RESOLUTION = timedelta(microseconds=1)
_ORIGIN = datetime(2000, 1, 1, tzinfo=SHANGHAI)
_ORIGIN_UTC = _ORIGIN.astimezone(UTC)
_ORIGIN_ORDINAL = _ORIGIN.toordinal()


def to_utc(instant: datetime) -> datetime:
    """The aware instant in UTC. Raises ValueError for an instant without a zone, or at the edge of time."""
    if instant.tzinfo is None:
        raise ValueError("时刻缺少时区，请写明时区，例如 2021-02-04T10:00+08:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"时刻超出可计算的范围：{instant.isoformat()}，请核对年份") from None


def to_local(instant: datetime) -> datetime:
    """The aware instant in Asia/Shanghai. Raises ValueError as to_utc does."""
    try:
        return to_utc(instant).astimezone(SHANGHAI)
    except OverflowError:
        raise ValueError(f"时刻超出可计算的范围：{instant.isoformat()}，请核对年份") from None


def local_ordinal(instant: datetime) -> int:
    """The local date of an aware instant as date.toordinal gives it; by subtraction, which is the quickest way."""
    return (instant - _ORIGIN_UTC).days + _ORIGIN_ORDINAL


def local_day(instant: datetime) -> date:
    """The local date an instant falls on; as a trigger, 00:00 belongs to the day it opens."""
    return to_local(instant).date()


def closing_day(instant: datetime) -> date:
    """The local date a deadline closes: 00:00 is 24:00 of the day before."""
    return (to_local(instant) - _RESOLUTION).date()


def closing(day: date, cutoff_minutes: int) -> datetime:
    """The cut-off of a local day as a UTC instant; `cutoff_minutes` after its 00:00 (1440 is 24:00)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return (midnight + timedelta(minutes=cutoff_minutes)).astimezone(UTC)
