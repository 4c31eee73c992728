"""How an event or a command travels: a JSON array of up to 64 envelopes of one tenant, each with its proto-JSON payload."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from opentelemetry.trace import Span, SpanKind

from chassis.clock import real_now
from chassis.store import Told
from chassis.telemetry import begun, is_followed

MOST = 64


class Malformed(Exception):
    """A message that no relay of ours wrote."""


@dataclass(frozen=True)
class Envelope:
    """An event on its way, as its listener receives it."""

    event_id: str
    type: str
    tenant_id: str
    aggregate: str
    version: int
    at: datetime
    trace: str
    payload: Mapping[str, Any]

    @staticmethod
    def read(told: Any) -> Envelope:
        """From parsed JSON; what a newer relay adds is passed over. Raises Malformed."""
        try:
            return Envelope(
                event_id=str(UUID(told["event_id"])),
                type=str(told["type"]),
                tenant_id=str(told["tenant_id"]),
                aggregate=str(told["aggregate"]),
                version=int(told["version"]),
                at=datetime.fromisoformat(told["at"]),
                trace=str(told.get("trace", "")),
                payload=dict(told["payload"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed(type(error).__name__) from None

    def as_json(self) -> dict[str, Any]:
        """What `read` takes."""
        return {**self.__dict__, "at": self.at.isoformat()}

    def told(self, source: str) -> Told:
        """What a handler may know of it beside its payload."""
        return Told(self.event_id, source, self.aggregate, self.version, self.tenant_id, self.at)


@dataclass(frozen=True)
class Letter:
    """A message to one listener."""

    id: str
    listener: str
    body: str
    events: int
    retold: bool = False
    # Of those of its events that are followed: they end once it is out of our hands.
    spans: tuple[Span, ...] = ()


def read_all(body: Any) -> list[Envelope]:
    """The envelopes of a message, each once, in its order. Raises Malformed, also when they are not of one tenant."""
    if not isinstance(body, list) or not body:
        raise Malformed("not an array of envelopes")
    envelopes = {envelope.event_id: envelope for envelope in map(Envelope.read, body)}
    if len({envelope.tenant_id for envelope in envelopes.values()}) != 1:
        raise Malformed("several tenants in one message")
    return list(envelopes.values())


def letters_to(listener: str, rows: Iterable[Mapping[Any, Any]], *, source: str = "", retold: bool = False) -> list[Letter]:
    """Outbox rows as messages to a listener: of one tenant each, in the order of the rows. Traced, where it is said of whom they are."""
    by_tenant: dict[str, list[tuple[str, Span | None]]] = {}
    for row in rows:
        by_tenant.setdefault(row["tenant_id"], []).append(_written(row, source, listener))
    parts = (texts[start : start + MOST] for texts in by_tenant.values() for start in range(0, len(texts), MOST))
    return [_letter(listener, part, retold=retold) for part in parts]


def age_of(event_id: str) -> float:
    """Real seconds since an event was told: its id (RFC 9562, version 7) begins with the milliseconds."""
    told_at = datetime.fromtimestamp((UUID(event_id).int >> 80) / 1000, UTC)
    return (real_now() - told_at).total_seconds()


def _letter(listener: str, part: Sequence[tuple[str, Span | None]], *, retold: bool) -> Letter:
    body, spans = ",".join(text for text, _ in part), tuple(sending for _, sending in part if sending)
    return Letter(str(uuid4()), listener, f"[{body}]", len(part), retold, spans)


def _written(row: Mapping[Any, Any], source: str, listener: str) -> tuple[str, Span | None]:
    """The payload is joined as the text it was stored as. To a listener, the way there of what is followed is a span of its trace."""
    head, sending = {name: row[name] for name in ("event_id", "type", "tenant_id", "aggregate", "version", "trace")}, None
    if source and is_followed(row["trace"]):
        name = f"{source} tell {row['type'].rpartition('.')[2]} to {listener}"
        sending, head["trace"] = begun(name, SpanKind.PRODUCER, row["trace"], event_id=row["event_id"])
    text = json.dumps({**head, "at": row["told_at"].isoformat()}, ensure_ascii=False)
    return f'{text[:-1]}, "payload": {row["payload"]}}}', sending
