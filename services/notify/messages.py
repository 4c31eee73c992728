"""Rows and facts as messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.enums import word_of
from chassis.stamps import stamp
from hotline.notify.v1 import inbox_pb2, message_pb2, templates_pb2, webhooks_pb2
from services.notify.lifecycle import Channel, State
from services.notify.rules.notices import NOTICES
from services.notify.rules.templates import compile_template, render
from services.notify.store.templates import Text

Row = Mapping[Any, Any]


def channel_of(number: message_pb2.MessageChannel.ValueType) -> Channel | None:
    """A channel from its number; None for UNSPECIFIED."""
    return Channel(word_of(message_pb2.MessageChannel.DESCRIPTOR, number)) if number else None


def state_of(number: message_pb2.MessageState.ValueType) -> State | None:
    """A state from its number; None for UNSPECIFIED."""
    return State(word_of(message_pb2.MessageState.DESCRIPTOR, number)) if number else None


def message_message(row: Row, attempts: Iterable[Row] = (), again_id: str = "") -> message_pb2.Message:
    """A message; its text without what is signed when it is sent."""
    names = ("message_id", "tenant_id", "notice", "unit_id", "ticket_id", "webhook_id", "reason")
    return message_pb2.Message(
        **{name: row[name] for name in names},
        channel=_channel_number(Channel(row["channel"])),
        state=message_pb2.MessageState.Value(f"MESSAGE_STATE_{row['state'].upper()}"),
        urgent=row["rank"] == 0,
        text=render(compile_template(row["notice"], row["template"]), row["fields"], language=row["language"]),
        asked_at=stamp(row["asked_at"]),
        sent_at=stamp(row["sent_at"]),
        ended_at=stamp(row["ended_at"]),
        expires_at=stamp(row["expires_at"]),
        attempts=map(attempt_message, attempts),
        again_id=again_id,
    )


def attempt_message(row: Row) -> message_pb2.Attempt:
    """An attempt."""
    return message_pb2.Attempt(
        number=row["number"],
        provider=row["provider"],
        begun_at=stamp(row["begun_at"]),
        ended_at=stamp(row["ended_at"]),
        outcome=message_pb2.AttemptOutcome.Value(f"ATTEMPT_OUTCOME_{(row['outcome'] or 'unspecified').upper()}"),
        reason=row["reason"],
        reference=row["reference"],
        cost=str(row["cost"]),
    )


def item_message(row: Row) -> inbox_pb2.Item:
    """An item of an inbox."""
    names = ("item_id", "unit_id", "ticket_id", "order_id", "notice", "urgent", "text", "read_by", "change")
    return inbox_pb2.Item(**{name: row[name] for name in names}, at=stamp(row["at"]), read_at=stamp(row["read_at"]))


def template_message(text: Text) -> templates_pb2.Template:
    """A text, with the fields it may have."""
    return templates_pb2.Template(
        notice=text.notice,
        channel=_channel_number(text.channel),
        language=text.language,
        version=text.version,
        text=text.text,
        published_at=stamp(text.published_at),
        published_by=text.published_by,
        fields=NOTICES[text.notice].fields,
    )


def webhook_message(row: Row) -> webhooks_pb2.Webhook:
    """A webhook, without its key."""
    names = ("webhook_id", "url", "notices", "version", "set_by")
    return webhooks_pb2.Webhook(**{name: row[name] for name in names}, set_at=stamp(row["set_at"]))


def _channel_number(channel: Channel) -> message_pb2.MessageChannel.ValueType:
    return message_pb2.MessageChannel.Value(f"MESSAGE_CHANNEL_{channel.name}")
