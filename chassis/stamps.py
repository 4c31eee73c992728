"""Instants as messages have them: protobuf's Timestamp on one side, aware datetimes in UTC on the other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp


def stamp(at: datetime | None) -> Timestamp | None:
    """An instant for a message; None leaves its field unset."""
    if at is None:
        return None
    stamped = Timestamp()
    stamped.FromDatetime(at)
    return stamped


def instant(stamped: Timestamp) -> datetime:
    """An instant of a message."""
    return stamped.ToDatetime(UTC)


def instant_of(message: Any, field: str) -> datetime | None:
    """The instant in a field of a message; None where it is not set."""
    return instant(getattr(message, field)) if message.HasField(field) else None


def needed_instant(message: Any, field: str) -> datetime:
    """The instant in a field. Raises ValueError where it is not set."""
    found = instant_of(message, field)
    if found is None:
        raise ValueError(f"{message.DESCRIPTOR.full_name} without {field}")
    return found
