"""What directory measures: how old the key is that signs log-ins (17)."""

from __future__ import annotations

from uuid import UUID

from prometheus_client import Gauge

from chassis.clock import real_now
from chassis.store import Store
from services.directory.store.tables import metadata

token_keys = metadata.tables["token_keys"]
AGE = Gauge("hotline_signing_key_age_seconds", "How old the newest key is that signs log-ins; 0 before the first")
# An id of version 7 begins with its milliseconds (RFC 9562, 5.7).
BEHIND_MILLISECONDS = 80


def measure(store: Store) -> None:
    """Of those that are not retired."""
    rows = store.read_across(lambda tx: tx.all(tx.select(token_keys, token_keys.c.key_id).where(token_keys.c.retired_at.is_(None))))
    now = real_now().timestamp()
    AGE.set(min((now - _made(row["key_id"]) for row in rows), default=0.0))


def _made(key_id: str) -> float:
    return (UUID(key_id).int >> BEHIND_MILLISECONDS) / 1000
