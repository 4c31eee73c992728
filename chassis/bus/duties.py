"""What workers do alike, each a method that a worker takes under a name of its own:

    tokens_revoked = keeps_revocations(TokensRevoked)

The worker hands over the events, so nothing here knows another service; what it reads of them are the columns of the chassis'
own tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from google.protobuf.message import Message

from chassis import seals
from chassis.auth import keep_key, keep_revocation
from chassis.bus.marks import listens, ticks
from chassis.bus.routes import source_of
from chassis.seals import Seal, Sealing
from chassis.store import Store, Tx

Handling = Callable[[Any, Any, Tx], None]
Ticks = Callable[[Any, Store], None]
SEAL_SECONDS = 60


def keeps_keys(published: type[Message]) -> Handling:
    """Who may call is told by tokens signed with these keys."""

    def keep(_worker: object, event: Any, tx: Tx) -> None:
        retired_at = event.retired_at.ToDatetime(UTC) if event.HasField("retired_at") else None
        keep_key(tx, event.key_id, event.public_key, retired_at, event.version)

    return listens(published)(keep)


def keeps_revocations(revoked: type[Message]) -> Handling:
    """Older tokens of somebody are no longer taken."""

    def keep(_worker: object, event: Any, tx: Tx) -> None:
        keep_revocation(tx, event.subject, event.issued_before.ToDatetime(UTC), event.version)

    return listens(revoked)(keep)


def witnesses(*sealed: type[Message]) -> Handling:
    """The heads of other services' journals are kept as they were first told."""

    def keep(_worker: object, event: Any, tx: Tx) -> None:
        source = source_of(event.DESCRIPTOR.full_name)
        seal = Seal(source, event.tenant_id, event.day, event.entries, event.head, event.signature, event.key_id)
        seals.keep(tx, seal)

    return listens(*sealed)(keep)


def seals_days(sealed: Callable[..., Message]) -> Ticks:
    """The signed heads of days that are over are kept, and told to the witnesses."""
    sealings: WeakKeyDictionary[object, Sealing] = WeakKeyDictionary()

    def seal(worker: object, store: Store) -> None:
        if worker not in sealings:
            sealings[worker] = Sealing(store, partial(_tell, sealed))
        sealings[worker].seal_days()

    return ticks(seconds=SEAL_SECONDS)(seal)


def _tell(sealed: Callable[..., Message], tx: Tx, seal: Seal) -> None:
    facts = {name: value for name, value in vars(seal).items() if name != "service"}
    tx.tell(sealed(**facts), seal.tenant_id, date.fromisoformat(seal.day).toordinal(), seal.tenant_id)
