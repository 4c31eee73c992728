"""Events: a backlog given to a consumer that was away, and how late they are when they come steadily.

`python -m bench events [--servers] [--backlog 100000] [--rate 200] [--seconds 60]`: dispatch tells that as many orders changed. With
`--servers` sla's worker is halted meanwhile and the others have theirs behind them before it goes on; embedded all have one process,
and take it together. Exit code 1 where sla takes fewer than 2,500 a second, or one in a hundred is handled more than 200 ms after
its commit.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from google.protobuf.json_format import Parse

from bench._city import city_with
from bench._stages import Lives
from bench._watching import Watch, standing
from chassis.caller import Caller
from chassis.declared import listeners_of
from chassis.settings import Settings
from chassis.store import Store, Telling, open_store
from hotline.dispatch.v1.events_pb2 import OrderChanged
from services.dispatch.store.tables import metadata
from tests.journeys.stores import Stores

CITY, CONSUMER = "zibo", "sla"
OTHERS = tuple(name for name in listeners_of(OrderChanged) if name != CONSUMER)
GOAL_A_SECOND, GOAL_MS = 2500.0, 200.0
AT_ONCE, A_BREATH = 1000, 0.05
TELLER = Caller.timer("dispatch", CITY)


class Teller:
    """Tells, as dispatch would, that orders like one that exists have changed."""

    def __init__(self, store: Store, event: OrderChanged) -> None:
        self._store = store
        self._event = event

    def tell(self, count: int) -> None:
        """So many changes, each of an order of its own, in one transaction."""
        self._store.write(TELLER, lambda tx: tx.tell_all([self._telling(tx.new_id()) for _ in range(count)]))

    def _telling(self, order_id: str) -> Telling:
        event = OrderChanged()
        event.CopyFrom(self._event)
        event.order.order_id = event.order.ticket_id = order_id
        return Telling(event, order_id, event.order.version, CITY)


def main(arguments: list[str]) -> int:
    """Print both figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench events")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--backlog", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args(arguments)
    with city_with(servers=options.servers) as (house, folder, url):
        _, order_id = Lives(house).template("handling")
        time.sleep(5)
        stores = Stores(folder, url)
        store = open_store(Settings("dispatch", data=folder, database_url=url), metadata)
        teller = Teller(store, _last_change(stores, order_id))
        late = _steadily(teller, Watch(folder), options.rate, options.seconds)
        rate = _backlog(teller, stores, folder, options.backlog, halted=options.servers)
        store.close()
    print(json.dumps({"servers": options.servers, **late, "backlog": options.backlog, "taken_per_second": round(rate)}))
    return 0 if late["lag_p99_ms"] <= GOAL_MS and rate >= GOAL_A_SECOND else 1


def _last_change(stores: Stores, order_id: str) -> OrderChanged:
    name = OrderChanged.DESCRIPTOR.full_name
    told = [row for row in stores.rows("dispatch", "outbox") if row["type"] == name and row["aggregate"] == order_id]
    return Parse(max(told, key=lambda row: row["version"])["payload"], OrderChanged())


def _steadily(teller: Teller, watch: Watch, rate: int, seconds: float) -> dict[str, Any]:
    """How late they are, over every listener; the bounds of the metric's buckets."""
    watch.begin()
    told, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        if (due := int(rate * passed) - told) > 0:
            teller.tell(due)
            told += due
        time.sleep(A_BREATH)
    figures = watch.figures(told)
    return {"told_per_second": round(told / seconds), **{name: figures[name] for name in ("lag_p50_ms", "lag_p99_ms", "lag_p99_ms_of")}}


def _backlog(teller: Teller, stores: Stores, folder: Path, count: int, *, halted: bool) -> float:
    """How many a second the consumer takes of what was told while it was away."""
    before = {name: _handled(stores, name) for name in (CONSUMER, *OTHERS)}
    with standing(folder, "chassis.work", CONSUMER) if halted else nullcontext():
        for first in range(0, count, AT_ONCE):
            teller.tell(min(AT_ONCE, count - first))
        if halted:
            _wait(stores, {name: before[name] + count for name in OTHERS})
        print(f"{count} told", flush=True)
    began = time.monotonic()
    done = _handled(stores, CONSUMER)
    _wait(stores, {CONSUMER: before[CONSUMER] + count})
    return (before[CONSUMER] + count - done) / (time.monotonic() - began)


def _wait(stores: Stores, wanted: dict[str, int]) -> None:
    while any(_handled(stores, name) < count for name, count in wanted.items()):
        time.sleep(0.2)


def _handled(stores: Stores, name: str) -> int:
    inbox = f"{name}.inbox" if stores.database_url else "inbox"
    (row,) = stores.asked(name, f"select count(*) as handled from {inbox}")  # noqa: S608 - our own names
    return int(row["handled"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
