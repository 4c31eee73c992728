"""What a worker does again and again beside its relay: retries, ticks, gauges, sweeping."""

from __future__ import annotations

import time

from chassis import once
from chassis.bus import metrics
from chassis.bus.inbox import Inbox
from chassis.bus.marks import Ticking
from chassis.bus.outbox import Outbox
from chassis.bus.retries import AT_ONCE
from chassis.store import Store

RETRIES_SECONDS = 0.5
GAUGES_SECONDS = 5.0
# A batch a minute is many times what the busiest hub asks, and holds nobody up.
SWEEP_SECONDS = 60.0


class Retrying:
    """Tries failed events again when they are due."""

    name = "retries"

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def turn(self) -> float:
        """All that is due, and the rest at once when there is more."""
        return 0.0 if self._inbox.retry_due() == AT_ONCE else RETRIES_SECONDS


class Gauging:
    """Measures what waits: the outbox, the retries, the parked."""

    name = "gauges"

    def __init__(self, store: Store, outbox: Outbox, inbox: Inbox) -> None:
        self._store = store
        self._outbox = outbox
        self._inbox = inbox

    def turn(self) -> float:
        """Look once."""
        service = self._store.service
        depth, oldest = self._store.across(self._outbox.depth)
        waiting, parked = self._inbox.retries.counts()
        metrics.OUTBOX_DEPTH.labels(service).set(depth)
        metrics.OUTBOX_AGE.labels(service).set(oldest)
        metrics.WAITING.labels(service).set(waiting)
        metrics.PARKED_NOW.labels(service).set(parked)
        return GAUGES_SECONDS


class Sweeping:
    """Forgets requests that nobody asks again."""

    name = "sweeping"

    def __init__(self, store: Store) -> None:
        self._store = store

    def turn(self) -> float:
        """One batch."""
        self._store.across(once.sweep)
        return SWEEP_SECONDS


class Tick:
    """A worker's own method that ticks."""

    def __init__(self, store: Store, ticking: Ticking) -> None:
        self._store = store
        self._ticking = ticking

    @property
    def name(self) -> str:
        """The method's name."""
        return self._ticking.name

    def turn(self) -> float:
        """Run it, counted; what it raises goes on to the loop. No span: most ticks find nothing to do."""
        service, name, begun = self._store.service, self.name, time.monotonic()
        outcome = "failed"
        try:
            self._ticking.run(self._store)
            outcome = "done"
        finally:
            metrics.TICKED.labels(service, name, outcome).inc()
            metrics.TICK_SECONDS.labels(service, name).observe(time.monotonic() - begun)
        return self._ticking.seconds
