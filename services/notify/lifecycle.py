"""Where a message stands, and the one table of what may become of it."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a message goes out."""

    INAPP = "inapp"
    SMS = "sms"
    VOICE = "voice"
    WEBHOOK = "webhook"

    @property
    def term(self) -> str:
        """As people read it."""
        return _CHANNEL_TERMS[self]


_CHANNEL_TERMS = {Channel.INAPP: "站内消息", Channel.SMS: "短信", Channel.VOICE: "语音电话", Channel.WEBHOOK: "系统推送"}


class State(StrEnum):
    """A message's state."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def term(self) -> str:
        """As people read it."""
        return _STATE_TERMS[self]


_STATE_TERMS = {
    State.QUEUED: "待发送",
    State.SENT: "已发送",
    State.DELIVERED: "已送达",
    State.FAILED: "发送失败",
    State.EXPIRED: "已过期",
}

TRANSITIONS: dict[State, frozenset[State]] = {
    # A receipt may overtake the answer to the send it is for.
    State.QUEUED: frozenset(State),
    State.SENT: frozenset({State.DELIVERED, State.FAILED, State.EXPIRED}),
    # Whoever has it has it, whatever was thought of it before.
    State.FAILED: frozenset({State.DELIVERED}),
    State.EXPIRED: frozenset({State.DELIVERED}),
    State.DELIVERED: frozenset(),
}
"""The states that may follow each. A step that is not here is news that came too late, and changes nothing."""


def follows(state: State, after: State) -> bool:
    """Whether a message may go from one state to another."""
    return after in TRANSITIONS[state]
