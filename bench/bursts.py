"""Bursts as they are found: `python -m bench bursts [--servers] [--days 10] [--ordinary 2000] [--together 8]`.

Four weeks of a city's calls are told to assessment's handlers, then so many days with a burst each: 20 calls of one place and
category within ten minutes among 2,000. Calls are told in the order they come, shuffled within each message, one in ten twice. Printed:
virtual seconds from the burst's first and from its twentieth call to the alert (negative: before it came), how many calls it took,
and what else raised an alarm. Exit code 1 where one is not found within two minutes of its twentieth call.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench._topics.bursting import BURST, SPREAD, drawn_at, keys
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.store import Store, Tx, open_store
from services.assessment.actions.tallying import take_calls
from services.assessment.rules.bursts import USUAL
from services.assessment.rules.calls import Call, Words
from services.assessment.store import metadata
from services.assessment.store.calls import burst_tickets, bursts
from tests.servers.fixtures import private_servers

MOST_SECONDS = 120
FIRST = datetime(2025, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
INTAKE = Caller.peer("intake", "zibo")
AT_ONCE = 500


def main(arguments: list[str]) -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench bursts")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--ordinary", type=int, default=2000)
    parser.add_argument("--together", type=int, default=8)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-")))
        addresses = stack.enter_context(private_servers()) if options.servers else {}
        settings = Settings("assessment", data=folder, database_url=addresses.get("DATABASE_URL", ""))
        upgrade(settings)
        clock = SetClock(FIRST)
        store = open_store(settings, metadata, clock)
        stack.callback(store.close)
        told = _measured(store, clock, options.days, options.ordinary, options.together)
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0 if told["found"] == options.days and told["after_twentieth_s"]["most"] <= MOST_SECONDS else 1


def _measured(store: Store, clock: SetClock, days: int, ordinary: int, together: int) -> dict[str, Any]:
    chance = random.Random(12345)
    for day in range(USUAL // DAY):
        _tell(store, clock, _day(chance, day, ordinary), AT_ONCE)
    # What four weeks told at once raise is of no day that is looked at.
    store.write(INTAKE, _forget)
    began = time.monotonic()
    last: dict[str, list[datetime]] = {}
    for day in range(USUAL // DAY, USUAL // DAY + days):
        planted = _burst(chance, day)
        last[f"{day}"] = [each.at for each in planted]
        _tell(store, clock, sorted([*_day(chance, day, ordinary), *planted], key=lambda each: each.at), together, chance)
    return {**_found(store, last), "told_s": round(time.monotonic() - began, 1), "calls": days * (ordinary + BURST)}


def _day(chance: random.Random, day: int, ordinary: int) -> list[Call]:
    called = [(drawn_at(chance) + day * DAY, key) for key in keys(chance, ordinary)]
    return sorted((_call(f"{day}-{at}", *each) for at, each in enumerate(called)), key=lambda each: each.at)


def _burst(chance: random.Random, day: int) -> list[Call]:
    began, (key,) = FIRST + day * DAY + timedelta(hours=chance.uniform(7, 21)), keys(chance, 1)
    return sorted((_call(f"burst-{day}-{at}", began + chance.random() * SPREAD, key) for at in range(BURST)), key=lambda each: each.at)


def _call(ticket_id: str, at: datetime, key: tuple[str, str, str]) -> Call:
    district, town, category = key
    return Call(ticket_id, f"FZ{ticket_id}", 1, at, f"{int(category.split()[1]):02}", district.replace(" ", "-"), town, "phone", "help")


def _tell(store: Store, clock: SetClock, calls: Sequence[Call], together: int, chance: random.Random | None = None) -> None:
    """Each message is told when its last call has come."""
    for batch in (calls[at : at + together] for at in range(0, len(calls), together)):
        clock.set(max(each.at for each in batch))
        told = list(batch)
        if chance:
            told = chance.sample([*told, *(each for each in told if chance.random() < 0.1)], k=len(told))  # noqa: PLR2004 - one in ten
            told += [each for each in batch if each not in told]
        store.write(INTAKE, partial(take_calls, told=[(each, Words(each.ticket_id, "", "")) for each in told]))


def _forget(tx: Tx) -> None:
    tx.run(tx.delete(burst_tickets))
    tx.run(tx.delete(bursts))


def _found(store: Store, planted: dict[str, list[datetime]]) -> dict[str, Any]:
    alerts = store.read(INTAKE, lambda tx: tx.all(tx.select(bursts)))
    tickets = store.read(INTAKE, lambda tx: tx.all(tx.select(burst_tickets)))
    day_of = {row["burst_id"]: row["ticket_id"].split("-")[1] for row in tickets if row["ticket_id"].startswith("burst-")}
    true = [(row, planted[day_of[row["burst_id"]]]) for row in alerts if row["burst_id"] in day_of]
    return {
        "days": len(planted),
        "found": len({day_of[row["burst_id"]] for row, _ in true}),
        "alerts_of_planted": len(true),
        "false_alerts": len(alerts) - len(true),
        "after_first_s": _spread((row["found_at"] - at[0]).total_seconds() for row, at in true),
        "after_twentieth_s": _spread((row["found_at"] - at[-1]).total_seconds() for row, at in true),
        "calls_when_found": _spread(row["found_with"] for row, _ in true),
    }


def _spread(figures: Iterable[float]) -> dict[str, float]:
    each = sorted(figures)
    return {"least": each[0], "mean": round(sum(each) / len(each), 1), "most": each[-1]} if each else {"least": 0, "mean": 0, "most": 1e9}
