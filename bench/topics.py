"""Hot topics and bursts: `python -m bench topics --data FOLDER`, the folder with hot4326.jsonl.gz, a message a line.

Exit code 1 where a known event is split in more than two or mixed with another, or a burst is not found within two minutes.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench._suggestions.data import Called, called
from bench._topics.bursting import BURST, ORDINARY, SPREAD, noticed
from bench._topics.grouped import held_against
from bench._topics.planted import EVENTS, PLACES, planted
from chassis.settings import process_environment

RUNS = 20
MOST_SECONDS = 120
_SEED = 12345


def main(arguments: list[str]) -> int:
    """Print the figures; exit code 2 without the data."""
    parser = argparse.ArgumentParser(prog="python -m bench topics")
    parser.add_argument("--data", type=Path, default=process_environment().get("SHARED"))
    folder = parser.parse_args(arguments).data
    if folder is None or not (Path(folder) / "hot4326.jsonl.gz").exists():
        print("name the folder with hot4326 by --data, or set SHARED", file=sys.stderr)
        return 2
    calls = called(Path(folder))
    passed = [_print_events("known events", calls), _print_events("planted events", with_planted(calls)), _print_bursts()]
    return 0 if all(passed) else 1


def with_planted(calls: Sequence[Called]) -> list[Called]:
    """The same messages with made-up events in place of the known ones."""
    chance = random.Random(_SEED)
    ordinary = [each for each in calls if not each.event]
    made = [
        replace(chance.choice(ordinary), title=title, text=text, event=event) for event in EVENTS for title, text in planted(event, chance)
    ]
    return sorted([*ordinary, *made], key=lambda each: each.at)


def _print_events(name: str, calls: Sequence[Called]) -> bool:
    began = time.monotonic()
    groups, found = held_against(calls, PLACES)
    print(f"\n{name}: {len(groups)} topics of {len(calls)} messages in {time.monotonic() - began:.1f} s")
    print(f"  {'':16}messages  in topics  precision  recall  mixed")
    for each in found:
        parts = "+".join(map(str, each.parts)) or "none"
        print(f"  {each.event:16}{each.messages:8}  {parts:>9}  {each.precision:9.3f}  {each.recall:6.3f}  {each.mixed:5}")
    return all(each.passes for each in found)


def _print_bursts() -> bool:
    found = [noticed(run) for run in range(RUNS)]
    first = [each.after_first for each in found if each.after_first is not None]
    last = [each.after_last for each in found if each.after_last is not None]
    minutes = SPREAD.total_seconds() / 60
    print(f"\nbursts: {BURST} like calls within {minutes:.0f} minutes among {ORDINARY} of a day, {RUNS} days")
    print(f"  found {len(first)} of {RUNS}; false alarms {sum(each.false for each in found)}")
    if first:
        print(f"  virtual seconds from the first call: mean {sum(first) / len(first):.0f}, at most {max(first):.0f}")
        print(f"  from the twentieth: at most {max(last):.0f} (negative: before it came)")
        print(f"  calls it took: at most {max(each.calls for each in found)}")
    return len(last) == RUNS and max(last) <= MOST_SECONDS
