"""What sla hears and what it does by the clock."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens_together, ticks
from chassis.bus.duties import keeps_keys, keeps_revocations, seals_days
from chassis.counting import MEASURE_SECONDS
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import SigningKeyPublished, TokensRevoked
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.sla.v1.events_pb2 import JournalSealed
from services.sla import actions, counting
from services.sla.snapshots import snapshot_of


class SlaWorker:
    """Watches the dates it is told."""

    name = "sla"

    signing_key_published = keeps_keys(SigningKeyPublished)
    tokens_revoked = keeps_revocations(TokensRevoked)
    seal_days = seals_days(JournalSealed)

    @listens_together(OrderChanged)
    def order_changed(self, events: Sequence[OrderChanged], tx: Tx) -> None:
        """Orders' dates began, moved, waited or stopped."""
        actions.take_snapshots(tx, [snapshot_of(event) for event in events])

    @ticks(seconds=0.5)
    def turn_lights(self, store: Store) -> None:
        """Lights and urgings whose instants came."""
        actions.turn_lights(store)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How many dates run, and how many are past."""
        counting.measure(store)


WORKER = SlaWorker
