"""What directory hears and what it does by the clock."""

from __future__ import annotations

from chassis.bus import listens, ticks
from chassis.bus.duties import seals_days
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import JournalSealed
from hotline.dispatch.v1.events_pb2 import OrderChanged
from services.directory.actions.orders import note_order
from services.directory.store.sessions import sweep


class DirectoryWorker:
    """Counts open orders, seals the journal, sweeps what is long over."""

    name = "directory"

    seal_days = seals_days(JournalSealed)

    @listens(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        """An order came to a unit, or left it (Art. 8(2))."""
        note_order(tx, event.order)

    @ticks(seconds=3600)
    def sweep_sessions(self, store: Store) -> None:
        """Attempts and sessions long over."""
        store.across(sweep)


WORKER = DirectoryWorker
