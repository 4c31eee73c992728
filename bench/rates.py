"""Rates and a month: `python -m bench rates [--servers] [--orders 2000000] [--asked 100]`.

A year of so many orders, a tenth of them in its last month, is laid into assessment's store as facts with their sums; 300 units,
500 categories. Then every rate over the whole year of a unit, a category, a unit's category and the tenant is asked for, and a unit's
counted from the facts, which is what the sums are there for; then the month is assessed. Exit code 1 where a p95 is above 200 ms,
or the month takes more than 10 s.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import case, func

from bench.kb import percentile
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.store import Store, Tx, open_store
from services.assessment.actions.scoring import assess_month
from services.assessment.rules.rates import definition
from services.assessment.store import copies, figures, metadata
from services.assessment.store.facts import add_up
from services.assessment.store.figures import Scope
from services.assessment.store.tables import facts
from tests.servers.fixtures import private_servers

FIGURE_MS, MONTH_SECONDS = 200.0, 10.0
FIRST, MONTH, AFTER = date(2025, 1, 1), "2025-12", datetime(2026, 1, 2, tzinfo=UTC)
YEAR_DAYS, MONTH_DAYS = 334, 31
UNITS = [f"unit-{number:03}" for number in range(300)]
CATEGORIES = [f"{first:02}.{second:02}.{third:02}" for first in range(10) for second in range(5) for third in range(10)]
RATES = [name for name in definition().rates if name not in ("first_report", "knowledge_freshness")]
ASSESSOR = Caller("person", "bench", "zibo", "hub", frozenset({"ROLE_ASSESSOR"}), ("zibo",))


def main(arguments: list[str]) -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench rates")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--asked", type=int, default=100)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-")))
        addresses = stack.enter_context(private_servers()) if options.servers else {}
        settings = Settings("assessment", data=folder, database_url=addresses.get("DATABASE_URL", ""))
        upgrade(settings)
        store = open_store(settings, metadata, SetClock(AFTER))
        stack.callback(store.close)
        laid = _timed(lambda: _lay(store, options.orders))
        told = {"orders": options.orders, "laid_s": round(laid, 1), **_figured(store, options.asked), "month_s": _month(store)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    slow = [name for name, each in told.items() if isinstance(each, dict) and name != "counted" and each["p95_ms"] > FIGURE_MS]
    return 1 if slow or told["month_s"] > MONTH_SECONDS else 0


def _lay(store: Store, orders: int) -> None:
    """Day by day, as they came: what a day adds to a sum is added at once."""
    chance = random.Random(7)
    store.write(ASSESSOR, _units)
    days = Counter(_day(chance, in_month=number % 10 == 0) for number in range(orders))
    numbers = count()
    for day, many in sorted(days.items()):
        rows = [row for number in islice(numbers, many) for row in _facts(chance, number, day)]
        store.write(ASSESSOR, partial(_keep, rows=rows))
        sys.stderr.write(f"\r{day}: {rows[-1]['number']}")
    sys.stderr.write("\n")


def _units(tx: Tx) -> None:
    for unit_id in UNITS:
        about: dict[str, str | int | bool] = {"unit_id": unit_id, "tenant_id": "zibo", "name": unit_id, "kind": "department"}
        copies.keep_unit(tx, {**about, "parent_id": "", "handling_tenant_id": "", "open": True, "version": 1})


def _keep(tx: Tx, rows: list[dict[str, Any]]) -> None:
    tx.insert_many(facts, rows)
    add_up(tx, rows)


def _day(chance: random.Random, *, in_month: bool) -> date:
    return FIRST + timedelta(days=YEAR_DAYS + chance.randrange(MONTH_DAYS) if in_month else chance.randrange(YEAR_DAYS))


def _facts(chance: random.Random, number: int, day: date) -> Iterator[dict[str, Any]]:
    """An order's, one of each rate."""
    about = {
        "subject_id": f"order-{number:07}", "round": 1, "tenant_id": "zibo", "handling_tenant_id": None, "number": f"FZ{number}",
        "unit_id": chance.choice(UNITS), "category": chance.choice(CATEGORIES), "day": day.isoformat(),
    }  # fmt: skip
    for rate in RATES:
        yield {**about, "rate": rate, "hit": chance.random() < 0.9}  # noqa: PLR2004 - a usual share


def _figured(store: Store, asked: int) -> dict[str, dict[str, float]]:
    chance = random.Random(8)
    year = Scope("zibo", "2025-01-01", "2025-12-31")
    scopes: dict[str, Callable[[], Scope]] = {
        "tenant": lambda: year,
        "unit": lambda: replace(year, unit_id=chance.choice(UNITS)),
        "category": lambda: replace(year, category=chance.choice(CATEGORIES)[:2]),
        "unit_and_category": lambda: replace(year, unit_id=chance.choice(UNITS), category=chance.choice(CATEGORIES)[:2]),
    }
    found = {name: _spread([_timed(partial(_ask, store, scope())) for _ in range(asked)]) for name, scope in scopes.items()}
    compared = [_timed(partial(store.read, ASSESSOR, lambda tx: figures.by_unit(tx, year, "on_time"))) for _ in range(asked)]
    counted = [_timed(partial(_count, store, unit_id)) for unit_id in chance.sample(UNITS, min(asked, len(UNITS)))]
    return {**found, "units_compared": _spread(compared), "counted": _spread(counted)}


def _ask(store: Store, scope: Scope) -> None:
    store.read(ASSESSOR, lambda tx: figures.by_rate(tx, scope, definition().rates))


def _count(store: Store, unit_id: str) -> None:
    columns = (facts.c.rate, func.count(), func.sum(case((facts.c.hit, 1), else_=0)))
    mine = (facts.c.tenant_id == "zibo") & (facts.c.unit_id == unit_id)
    store.read(ASSESSOR, lambda tx: tx.all(tx.select(facts, *columns).where(mine).group_by(facts.c.rate)))


def _month(store: Store) -> float:
    return round(_timed(lambda: store.read(ASSESSOR, lambda tx: assess_month(tx, MONTH))), 3)


def _timed(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _spread(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(1000 * percentile(seconds, share), 1) for share in (50, 95)}
