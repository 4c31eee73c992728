"""Channels: what carries a message out of the house, and what the core sees of it.

A number is in `Outgoing` alone, in memory; no exception, receipt, log line or trace of a channel holds one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

Fate = Literal["delivered", "failed", "expired"]
Outcome = Literal["answered", "busy", "no_answer", "failed"]


@dataclass(frozen=True)
class Outgoing:
    """One message, in memory only. Sent again under its `message_id`, it is the same message to whoever can tell."""

    message_id: str  # ours; a provider's receipt is correlated to it
    to: str = field(repr=False)  # number, unit id, or URL, as the channel wants
    text: str = field(repr=False)  # as it is sent; for voice what is spoken
    urgent: bool
    secret: str = field(default="", repr=False)  # webhook: the key to sign with


@dataclass(frozen=True)
class Receipt:
    """What became of a message, told later by the peer.

    `message_id` is empty when this process did not send it; then `reference`, which `send` answered, says which it was.
    """

    message_id: str
    state: Fate
    reason: str = ""  # the provider's word, no number in it
    at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True)
class CallResult:
    """What became of a call: the keys pressed, and the recording's name; both empty unless answered."""

    message_id: str
    outcome: Outcome
    digits: str = ""
    recording: str = ""


Told = Callable[[Receipt | CallResult], Awaitable[None]]


class Refused(Exception):
    """Final: this message will never go by this provider. Its text is the reason, in Chinese, without a number."""


class Throttled(Exception):
    """Not now, but `after` so many seconds; the message was not taken."""

    def __init__(self, after: float) -> None:
        super().__init__(f"对方要求放慢，{after:g} 秒后再发")
        self.after = after


class Unreachable(Exception):
    """The provider is away, or the connection was lost before it took the message: try later, or by the next."""


class Unanswered(Unreachable):
    """The message was handed over and the answer never came: perhaps it was taken. To send it again may double it."""


class Channel(Protocol):
    """One way out, to one provider."""

    name: str

    async def start(self, told: Told) -> None:
        """Connect, and from then on reconnect by itself; answers without waiting for the provider.

        `told` hears what became of messages and returns once that is stored: only then does the provider hear that it was
        taken. What it raises makes the provider tell it again. Never told of a message twice is not promised.
        """

    async def send(self, message: Outgoing) -> str:
        """The provider's reference, once it took the message. Raises Refused, Throttled, Unreachable and Unanswered."""

    async def close(self) -> None:
        """Let what is under way end, and disconnect."""


class Shelf(Protocol):
    """Where a channel's recordings lie, sealed. The methods wait for the disk."""

    def names(self) -> list[str]:
        """Every recording that lies there whole."""

    def drop(self, name: str) -> None:
        """Remove a recording; one that is gone already stays so."""


@runtime_checkable
class Recorder(Protocol):
    """A channel that records calls."""

    @property
    def recordings(self) -> Shelf:
        """Where it keeps them."""


def message_of(recording: str) -> str:
    """The message whose call was recorded: its id begins the recording's name, so that one is known by its file alone."""
    return recording.rpartition("-")[0]
