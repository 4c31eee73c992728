"""What directory hears and what it does by the clock."""

from __future__ import annotations

from datetime import date

from chassis.bus import listens, ticks
from chassis.journal import Seal, Sealing
from chassis.store import Store, Tx
from hotline.directory.v1.events_pb2 import JournalSealed
from hotline.dispatch.v1.events_pb2 import OrderChanged
from services.directory.actions.orders import note_order
from services.directory.store.sessions import sweep


class DirectoryWorker:
    """Counts open orders, seals the journal, sweeps what is long over."""

    name = "directory"
    _sealing: Sealing | None = None

    @listens(OrderChanged)
    def order_changed(self, event: OrderChanged, tx: Tx) -> None:
        """An order came to a unit, or left it (Art. 8(2))."""
        note_order(tx, event.order)

    @ticks(seconds=60)
    def seal_days(self, store: Store) -> None:
        """The signed heads of days that are over (Art. 10)."""
        self._sealing = self._sealing or Sealing(store, _tell_seal)
        self._sealing.seal_days()

    @ticks(seconds=3600)
    def sweep_sessions(self, store: Store) -> None:
        """Attempts and sessions long over."""
        store.across(sweep)


def _tell_seal(tx: Tx, seal: Seal) -> None:
    event = JournalSealed(tenant_id=seal.tenant_id, day=seal.day, entries=seal.entries, head=seal.head, signature=seal.signature)
    tx.tell(event, seal.tenant_id, date.fromisoformat(seal.day).toordinal(), seal.tenant_id)


WORKER = DirectoryWorker
