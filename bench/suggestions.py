"""Category and same event on citizens' messages: `python -m bench suggestions [FOLDER]`.

The folder, or the environment's SHARED, holds labelled_seg, labelled_raw and hot4326 as .jsonl.gz, a message a line.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

from bench._suggestions import category, events
from bench._suggestions.data import FOLDS, Labelled, called, labelled
from chassis.settings import process_environment
from services.intake.learning.features import features_of
from services.intake.learning.model import Model
from services.intake.learning.training import train
from services.intake.rules.likeness import likeness
from services.intake.store.alike import MOST_NEAR

TIMED = 200


def main(arguments: list[str]) -> int:
    """Print the figures; exit code 2 without the data, 1 where what serves is not above every baseline in the mean."""
    parser = argparse.ArgumentParser(prog="python -m bench suggestions")
    parser.add_argument("folder", nargs="?", type=Path, default=process_environment().get("SHARED"))
    folder = parser.parse_args(arguments).folder
    if folder is None or not (Path(folder) / "labelled_seg.jsonl.gz").exists():
        print("name the folder with labelled_seg, labelled_raw and hot4326, or set SHARED", file=sys.stderr)
        return 2
    rows = labelled(Path(folder))
    above = _print_category(rows)
    _print_events(Path(folder))
    _print_costs(rows)
    return 0 if above else 1


def _print_category(rows: list[Labelled]) -> bool:
    found = category.results(rows)
    for question, results in found.items():
        print(f"\ncategory, {question} ({results[0].figures.rows} asked)")
        print(f"  {'':22}accuracy  macro-F1  first three  surest 80 %  seconds")
        for each in results:
            figures = each.figures
            shares = f"{figures.accuracy:8.4f}  {figures.macro_f1:8.4f}  {figures.among_three:11.4f}  {each.surest:11.4f}"
            print(f"  {each.name:22}{shares}  {each.seconds:7.1f}")
    *baselines, ours = found[f"mean of {FOLDS} folds"]
    return all(ours.figures.no_worse_than(each.figures) for each in baselines)


def _print_events(folder: Path) -> None:
    calls = called(folder)
    print("\nsame event, within 72 hours, at most five suggested")
    for name, found in (("known events", events.known(calls)), ("planted events", events.planted(calls))):
        print(
            f"  {name:16}{found.asked:4} asked  precision {found.precision:.3f}  recall {found.recall:.3f}"
            f"  a right one among the five {found.found:.3f}"
        )


def _print_costs(rows: list[Labelled]) -> None:
    content = train([row.features for row in rows], [row.label for row in rows]).to_bytes()
    before = _megabytes()
    model = Model.from_bytes(content)
    texts = [row.text for row in rows[:TIMED]]
    print(f"\nmodel: {len(content) / 2**20:.1f} MiB kept, {len(model.terms.rarity)} features; process {_megabytes()} MiB, {before} before")
    began = time.monotonic()
    for text in texts:
        model.guess(text, 3)
    print(f"a category with its words: {1000 * (time.monotonic() - began) / len(texts):.1f} ms, features alone {_features(texts):.1f} ms")
    others = [row.text for row in rows[:MOST_NEAR]]
    began = time.monotonic()
    likeness(texts[0], others)
    print(f"likeness to {len(others)} others: {1000 * (time.monotonic() - began):.0f} ms")


def _features(texts: list[str]) -> float:
    began = time.monotonic()
    for text in texts:
        features_of(text)
    return 1000 * (time.monotonic() - began) / len(texts)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
