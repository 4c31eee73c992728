"""How an HTTP gateway is spoken to, and how it speaks to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.notify.channels import Fate


@dataclass(frozen=True)
class Callback:
    """Where the gateway tells receipts: `http://host:port/<secret>`, with the named parameters in its query, form or JSON.

    Whoever knows the secret may tell receipts. A state that is not in `states` is under way: taken, and not told.
    """

    port: int
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    seen_as: str = ""  # scheme, host and port as the gateway sees them, where something stands between
    message_id: str = "message_id"
    reference: str = "reference"
    state: str = "state"
    reason: str = "reason"
    states: Mapping[str, Fate] = field(default_factory=dict)
    reply: str = "ok"

    @property
    def url(self) -> str:
        """What the gateway is to call."""
        return f"{self.seen_as or f'http://{self.host}:{self.port}'}/{self.secret}"


@dataclass(frozen=True)
class HttpSettings:
    """The request and what its answers mean.

    Values of `parameters` and `headers` may hold `{to}`, `{text}`, `{message_id}`, `{urgent}` (1 or 0) and `{callback}`, the
    URL of receipts. Patterns are sought in the answer's body; `taken` may name a group `reference`.
    """

    url: str
    parameters: Mapping[str, str] = field(repr=False)
    taken: str
    method: Literal["GET", "POST"] = "POST"
    form: Literal["query", "form", "json"] = "form"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    throttled: str = ""
    passing: str = ""
    denied: str = ""  # we are not let in, which is no fault of the message
    answer_within: float = 10.0
    throttled_rest: float = 1.0
    callback: Callback | None = None
