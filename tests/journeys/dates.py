"""Instants as the stories tell them: on Zibo's clocks, 24:00 of a day being its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from regulation.instants import SHANGHAI

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """`2021-02-04 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def end_of(day: str) -> datetime:
    """24:00 of a day."""
    return datetime.combine(date.fromisoformat(day), time(), SHANGHAI) + DAY


def local(stamp: Timestamp) -> datetime:
    """An answer's instant on Zibo's clocks."""
    return stamp.ToDatetime(UTC).astimezone(SHANGHAI)
