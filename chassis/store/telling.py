"""What a transaction was told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from google.protobuf.message import Message


@dataclass(frozen=True)
class Told:
    """The envelope of an event or command that is being handled; a command's version is 0."""

    event_id: str
    source: str
    aggregate: str
    version: int
    tenant_id: str
    at: datetime


@dataclass(frozen=True)
class Telling:
    """A message on its way out: of which aggregate, at which version (a command's is 0), of whose row (empty: the caller's)."""

    message: Message
    aggregate: str
    version: int
    tenant_id: str = ""
