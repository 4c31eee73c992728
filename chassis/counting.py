"""What a service counts of its own domain: effects, each once, and states, measured from its store.

A label has as many values as the code names, or as there are tenants. Every series is there, at 0, as soon as its tenant is
known: a rate has no first step to miss.
"""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any
from weakref import WeakSet

from prometheus_client import Counter, Gauge

from chassis.store import Tx

Where = tuple[str, ...]
MEASURE_SECONDS = 15.0
TENANT: tuple[str, ...] = ("tenant",)
# The district is the one that handles a city's matter; empty where the tenant does so itself.
DISTRICT: tuple[str, ...] = ("tenant", "district")

_ALL: WeakSet[_Series] = WeakSet()


class _Series:
    """A metric whose label values are known beforehand, but for where it was."""

    def __init__(self, metric: Counter | Gauge, where: tuple[str, ...], kinds: Mapping[str, Iterable[str]]) -> None:
        self._metric, self._width, self._names = metric, len(where), tuple(kinds)
        self._kinds = list(product(*kinds.values()))
        self._known: set[Where] = set()
        _ALL.add(self)
        self.know(())

    def know(self, where: Where) -> None:
        """Have every series of a place, at 0."""
        if where not in self._known and len(where) == self._width:
            for kind in self._kinds:
                self._metric.labels(*where, *kind)
            self._known.add(where)


class Tally(_Series):
    """Counts effects: each once its transaction has committed, so one that is tried again or handled twice counts once.

    `kinds`: its other labels, with every value each may have.
    """

    def __init__(self, name: str, says: str, where: tuple[str, ...] = TENANT, **kinds: Iterable[str]) -> None:
        self._counter = Counter(name, says, (*where, *kinds))
        super().__init__(self._counter, where, kinds)

    def add(self, tx: Tx, where: Where, count: int = 1, **kind: str) -> None:
        """Count an effect of this transaction. Raises KeyError without a value for each label."""
        self.know(where)
        child = self._counter.labels(*where, *(kind[name] for name in self._names))
        tx.after_commit(lambda: child.inc(count))


class Level(_Series):
    """A state as the store has it, measured whole: what is not found there is 0.

    Whoever runs a worker twice measures it twice, and alike: rules take the largest, never the sum.
    """

    def __init__(self, name: str, says: str, where: tuple[str, ...] = TENANT, **kinds: Iterable[str]) -> None:
        self._gauge = Gauge(name, says, (*where, *kinds))
        self._seen: set[Where] = set()
        super().__init__(self._gauge, where, kinds)

    def put(self, found: Mapping[Where, float]) -> None:
        """What was found, by where it was and then its other labels, in their order."""
        for labels in self._seen - found.keys():
            self._gauge.labels(*labels).set(0)
        for labels, value in found.items():
            self.know(labels[: self._width])
            self._gauge.labels(*labels).set(value)
        self._seen = set(found)


def know(tenants: Iterable[tuple[str, str]]) -> None:
    """Have the series of these tenants, each with whose district it is, if any's."""
    for tenant, parent in tenants:
        for series in tuple(_ALL):
            series.know((tenant,))
            series.know((tenant, ""))
            if parent:
                series.know((parent, tenant))


def counted(rows: Iterable[Mapping[str, Any]], *labels: str) -> dict[Where, float]:
    """Rows that count `n`, added up by these columns, as `Level.put` takes them; a column that is null is an empty label."""
    sums: Sums[Where] = Sums()
    for row in rows:
        sums[tuple(str(row[name] or "") for name in labels)] += row["n"]
    return {where: float(n) for where, n in sums.items()}
