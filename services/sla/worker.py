"""What sla hears and what it does by the clock."""

from __future__ import annotations

from datetime import UTC, date

from chassis.auth import keep_key, keep_revocation
from chassis.bus import listens, ticks
from chassis.journal import Seal, Sealing
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import SigningKeyPublished, TokensRevoked
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.sla.v1.events_pb2 import JournalSealed
from services.sla import actions
from services.sla.snapshots import snapshot_of


class SlaWorker:
    """Watches the dates it is told."""

    name = "sla"
    _sealing: Sealing | None = None

    @listens(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        """An order's dates began, moved, waited or stopped."""
        actions.take_snapshot(tx, snapshot_of(event))

    @listens(SigningKeyPublished)
    def signing_key_published(self, event: SigningKeyPublished, tx: Tx) -> None:
        """Who may call is told by tokens signed with it."""
        retired_at = event.retired_at.ToDatetime(UTC) if event.HasField("retired_at") else None
        keep_key(tx, event.key_id, event.public_key, retired_at, event.version)

    @listens(TokensRevoked)
    def tokens_revoked(self, event: TokensRevoked, tx: Tx) -> None:
        """Older tokens of somebody are no longer taken."""
        keep_revocation(tx, event.subject, event.issued_before.ToDatetime(UTC), event.version)

    @ticks(seconds=0.5)
    def turn_lights(self, store: Store) -> None:
        """Lights and urgings whose instants came."""
        actions.turn_lights(store)

    @ticks(seconds=60)
    def seal_days(self, store: Store) -> None:
        """The signed heads of days that are over (Art. 10)."""
        self._sealing = self._sealing or Sealing(store, _tell_seal)
        self._sealing.seal_days()


def _tell_seal(tx: Tx, seal: Seal) -> None:
    event = JournalSealed(tenant_id=seal.tenant_id, day=seal.day, entries=seal.entries, head=seal.head, signature=seal.signature)
    tx.tell(event, seal.tenant_id, date.fromisoformat(seal.day).toordinal(), seal.tenant_id)


WORKER = SlaWorker
