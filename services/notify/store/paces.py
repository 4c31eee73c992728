"""The pace of each provider as a row: however many links there are, together they keep its rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import real_now
from chassis.store import Tx
from services.notify.rules import pace
from services.notify.store.tables import paces


@dataclass(frozen=True)
class Held:
    """The buckets of some providers, locked until the transaction ends, as of `now`. `rates`: messages a second."""

    rates: Mapping[str, float]
    buckets: Mapping[str, datetime]
    now: datetime

    def room(self) -> dict[str, int]:
        """How many messages each provider may be given."""
        return {name: pace.room(self.rates[name], since, self.now) for name, since in self.buckets.items()}


def hold(tx: Tx, rates: Mapping[str, float]) -> Held:
    """Lock the providers' buckets, in the order of their names, so that two links never wait for each other."""
    buckets = {name: _locked(tx, name, rates[name]) for name in sorted(rates)}
    return Held(rates, buckets, real_now())


def give(tx: Tx, held: Held, given: Iterable[str]) -> None:
    """A message goes to each of these providers."""
    names = list(given)
    for name in sorted(set(names)):
        since = pace.less(held.rates[name], held.buckets[name], held.now, names.count(name))
        tx.change(paces, {"provider": name}, {"since": since})


def _locked(tx: Tx, name: str, rate: float) -> datetime:
    row = tx.row(paces, provider=name, lock=True)
    if row is None:
        since = pace.full(rate, real_now())
        if tx.insert_new(paces, ("provider",), {"provider": name, "since": since}):
            return since
        # Another link was first.
        row = tx.row(paces, provider=name, lock=True)
    if row is None:
        raise LookupError(f"the pace of {name}")
    found: datetime = row["since"]
    return found
