"""Connections of every store of a process, as a scrape finds them."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakSet

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Engine, QueuePool

from chassis.store.store import Store

ROLES = ("service", "relay")


class Pools:
    """A collector for prometheus: nothing is counted between scrapes."""

    def __init__(self) -> None:
        self._stores: WeakSet[Store] = WeakSet()

    def watch(self, store: Store) -> None:
        """From now on, for as long as it lives."""
        self._stores.add(store)

    def collect(self) -> Iterator[Metric]:
        """How many connections are lent, and how many may be; a role that has no pool of its own has no series."""
        lent = GaugeMetricFamily("hotline_pool_lent", "Database connections that are in use", labels=("service", "role"))
        most = GaugeMetricFamily("hotline_pool_size", "Database connections that are kept", labels=("service", "role"))
        for (service, role), pool in _pools(tuple(self._stores)).items():
            lent.add_metric((service, role), pool.checkedout())
            most.add_metric((service, role), pool.size())
        yield from (lent, most)


def _pools(stores: tuple[Store, ...]) -> dict[tuple[str, str], QueuePool]:
    engines: dict[tuple[str, str], Engine] = {}
    for store in stores:
        engines |= {(store.service, role): engine for role, engine in zip(ROLES, store.engines, strict=False)}
    return {key: engine.pool for key, engine in engines.items() if isinstance(engine.pool, QueuePool)}


POOLS = Pools()
REGISTRY.register(POOLS)
