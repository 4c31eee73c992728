"""Lights: `python -m bench ticks [--servers] [--rows 1000000] [--due 1000]`.

With so many open clocks in sla's store, so many fall due at one instant: how long the worker's ticks take over them. Then as many fall due
within a minute: how late each is. Exit code 1 where the ticks take more than 2 s, or one light in a hundred is more than 5 s late.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench._city import city_with
from bench._crowd import ID
from bench._stages import Lives
from bench._watching import Watch
from bench.kb import percentile
from chassis.clock import Clock, clock_of
from chassis.settings import Settings
from tests.journeys.stores import Stores

TICK_SECONDS, LIGHT_MS = 2.0, 5000.0
CHUNK = 50_000
# So long the copies are laid before what is due next.
AHEAD = timedelta(seconds=20)
FAR = timedelta(days=40)
SHIFTED = {"trigger_at", "deadline_at", "yellow_at", "red_at"}


@dataclass(frozen=True)
class Due:
    """Copies of one order whose yellow lights fall due from an instant on, each so many milliseconds after the one before."""

    first: int
    count: int
    at: datetime
    apart_ms: int


class Lights:
    """sla's store, into which copies of an order are laid."""

    def __init__(self, folder: Path, database_url: str, order_id: str) -> None:
        self._url, self._order_id = database_url, order_id
        self._stores = Stores(folder, database_url)
        self._rows = {table: self._one(table) for table in ("orders", "clocks")}

    def lay(self, due: Due) -> None:
        """Orders first, so that none is due without its clock."""
        for first in range(due.first, due.first + due.count, CHUNK):
            last = min(first + CHUNK, due.first + due.count) - 1
            for table in ("clocks", "orders"):
                self._stores.change("sla", table, self._statement(table, due, first, last))

    def analyze(self) -> None:
        """Let the planner see them, as autovacuum would."""
        for table in ("orders", "clocks"):
            self._stores.change("sla", table, f"analyze {table}")

    def told(self) -> int:
        """How much sla has told: asked of a table that reading past row security does not lock, which would hold the tick up."""
        outbox = "sla.outbox" if self._url else "outbox"
        (row,) = self._stores.asked("sla", f"select count(*) as told from {outbox}")  # noqa: S608 - our own names
        return int(row["told"])

    def lateness_ms(self, due: Due) -> list[float]:
        """How late each light was noticed that has been turned."""
        ids = {_id_of(nth) for nth in range(due.first, due.first + due.count)}
        turns = [row for row in self._stores.rows("sla", "turns") if row["order_id"] in ids]
        return [self._milliseconds(row["noticed_at"]) - self._milliseconds(row["at"]) for row in turns]

    def _one(self, table: str) -> dict[str, Any]:
        return next(row for row in self._stores.rows("sla", table) if row["order_id"] == self._order_id)

    def _statement(self, table: str, due: Due, first: int, last: int) -> str:
        columns = {name: self._value(name, due) for name in self._rows[table]}
        names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
        turns = f"with recursive c(nth) as (select {first} union all select nth + 1 from c where nth < {last})"  # noqa: S608 - our own names
        source = f"{table} t cross join c where t.order_id = '{self._order_id}'"
        return f"{turns} insert into {table} ({names}) select {values} from {source}"  # noqa: S608 - our own names

    def _value(self, name: str, due: Due) -> str:
        own = f"'{ID}' || lpad(c.nth::text, 12, '0')" if self._url else f"'{ID}' || printf('%012d', c.nth)"
        at, step = self._instant(due.at), f"cast(c.nth - {due.first} as bigint) * {due.apart_ms}"
        wanted = f"({at} + {step} * interval '1 millisecond')" if self._url else f"({at} + {step} * 1000)"
        values = {
            "order_id": own, "ticket_id": own, "next_at": wanted, "number": "'B' || c.nth",
            "clock_id": f"replace(t.clock_id, t.order_id, {own})",
        }  # fmt: skip
        if name in SHIFTED:
            return f"t.{name} + ({wanted} - {self._instant(self._rows['clocks']['yellow_at'])})"
        return values.get(name, f't."{name}"')

    def _instant(self, at: datetime | int) -> str:
        if isinstance(at, int):
            return str(at)
        return f"timestamptz '{at.isoformat()}'" if self._url else str(int(at.timestamp() * 1_000_000))

    def _milliseconds(self, at: datetime | int) -> float:
        return at / 1000 if isinstance(at, int) else 1000 * at.timestamp()


def main(arguments: list[str]) -> int:
    """Print both figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench ticks")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1000)
    options = parser.parse_args(arguments)
    with city_with(servers=options.servers) as (house, folder, url):
        _, order_id = Lives(house).template("handling")
        time.sleep(5)
        lights, clock = Lights(folder, url, order_id), clock_of(Settings("sla", data=folder, clock="virtual"))
        began = time.monotonic()
        lights.lay(Due(1, options.rows, clock.now() + FAR, 60_000))
        lights.analyze()
        print(f"{options.rows} open clocks laid in {time.monotonic() - began:.0f} s", flush=True)
        watch = Watch(folder)
        ticked = _together(lights, watch, clock, Due(options.rows + 1, options.due, clock.now() + AHEAD, 0))
        late = _one_by_one(lights, Due(options.rows + options.due + 1, options.due, clock.now() + AHEAD, 60_000 // options.due))
    figures = {"servers": options.servers, "rows": options.rows, "due": options.due, "tick_seconds": round(ticked, 2)}
    late_ms = {f"late_p{percent}_ms": round(percentile(late, percent)) for percent in (50, 99)}
    print(json.dumps({**figures, **late_ms}))
    return 0 if ticked < TICK_SECONDS and late_ms["late_p99_ms"] < LIGHT_MS else 1


def _together(lights: Lights, watch: Watch, clock: Clock, due: Due) -> float:
    """What the worker's ticks took over what fell due at one instant, in seconds."""
    told = lights.told()
    lights.lay(due)
    # Not those before, that find nothing.
    time.sleep(max(0.0, (due.at - clock.now()).total_seconds()))
    before = watch.tick_seconds("sla", "turn_lights")
    _wait(lights, told, due)
    return watch.tick_seconds("sla", "turn_lights") - before


def _one_by_one(lights: Lights, due: Due) -> list[float]:
    told = lights.told()
    lights.lay(due)
    _wait(lights, told, due)
    return lights.lateness_ms(due)


def _wait(lights: Lights, before: int, due: Due) -> None:
    while lights.told() < before + due.count:
        time.sleep(0.5)


def _id_of(nth: int) -> str:
    return f"{ID}{nth:012}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
