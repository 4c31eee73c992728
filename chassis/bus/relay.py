"""Sends what a service has told and ordered: in each of its workers a relay for the events, and one for each receiver of commands."""

from __future__ import annotations

import time
from collections.abc import Callable

from chassis.bus import metrics
from chassis.bus.carrier import Carrier
from chassis.bus.envelope import MOST
from chassis.bus.outbox import Batch, Outbox
from chassis.caller import Caller
from chassis.store import Store, Tx

LINGER_SECONDS = 0.05
IDLE_SECONDS = 0.25
RETELLS_SECONDS = 1.0


class Relay:
    """Claims rows, sends them, marks them sent. A crash between any two of these repeats an event and never loses one."""

    def __init__(self, store: Store, outbox: Outbox, carrier: Carrier, name: str = "relay") -> None:
        self.name = name
        self._store = store
        self._outbox = outbox
        self._carrier = carrier
        self._by = Caller.timer(store.service, "")
        self._rest = LINGER_SECONDS
        self._retells_at = 0.0

    def turn(self) -> float:
        """Send what is there; answers how long to rest, in seconds. Raises what the store or the carrier raises."""
        batch = self._carry(self._outbox.unsent)
        retold = self._carry_past()
        if retold or (batch and len(batch.rows) >= MOST):
            self._rest = 0.0
        elif batch:
            self._rest = LINGER_SECONDS
        else:
            self._rest = min(max(self._rest * 2, LINGER_SECONDS), IDLE_SECONDS)
        return self._rest

    def _carry_past(self) -> bool:
        """A page of the past that somebody wished for, never more, so that news does not wait behind it."""
        if time.monotonic() < self._retells_at:
            return False
        found = self._carry(self._outbox.past) is not None
        self._retells_at = 0.0 if found else time.monotonic() + RETELLS_SECONDS
        return found

    def _carry(self, claim: Callable[[Tx], Batch | None]) -> Batch | None:
        if self._store.is_sqlite:
            return self._in_steps(claim)

        def whole(tx: Tx) -> Batch | None:
            batch = claim(tx)
            if batch:
                self._send(batch)
                self._outbox.mark(tx, batch)
            return batch

        return self._store.across(whole)

    def _in_steps(self, claim: Callable[[Tx], Batch | None]) -> Batch | None:
        """On SQLite this relay is the only one, and a lock held while sending would stop every other writer."""
        batch = self._store.read(self._by, claim)
        if batch:
            self._send(batch)
            self._store.across(lambda tx: self._outbox.mark(tx, batch))
        return batch

    def _send(self, batch: Batch) -> None:
        try:
            self._carrier.send(batch.letters)
        finally:
            for sending in (each for letter in batch.letters for each in letter.spans):
                sending.end()
        for letter in batch.letters:
            metrics.SENT.labels(self._store.service, letter.listener).inc(letter.events)
