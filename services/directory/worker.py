"""What directory hears and what it does by the clock."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.bus import listens_together, ticks
from chassis.bus.duties import seals_days
from chassis.counting import MEASURE_SECONDS
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import JournalSealed
from hotline.dispatch.v1.events_pb2 import OrderChanged
from services.directory import counting
from services.directory.actions.orders import note_orders
from services.directory.store.sessions import sweep


class DirectoryWorker:
    """Counts open orders, seals the journal, sweeps what is long over, measures."""

    name = "directory"

    seal_days = seals_days(JournalSealed)

    @listens_together(OrderChanged)
    def order_changed(self, events: Sequence[OrderChanged], tx: Tx) -> None:
        """Orders came to units, or left them (Art. 8(2))."""
        note_orders(tx, [event.order for event in events])

    @ticks(seconds=3600)
    def sweep_sessions(self, store: Store) -> None:
        """Attempts and sessions long over."""
        store.across(sweep)

    @ticks(seconds=MEASURE_SECONDS, heeds_clock=False)
    def measure(self, store: Store) -> None:
        """How old the key is that signs log-ins."""
        counting.measure(store)


WORKER = DirectoryWorker
