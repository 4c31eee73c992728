"""In which order tests run, which of them in one process when several share the work, and which wait for the proofs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import PurePath
from zlib import crc32

import pytest

# What takes longest begins first, so that no process is left alone with it at the end.
CONSOLE = "tests/console"
FIRST = ("tests/journeys", CONSOLE, "tests/simulator", "tests/chassis/bus")
# Real processes and a browser beside another worker on two cores: what fails is told once more, and the summary counts it as a rerun.
TOLD_TWICE = ("tests/journeys", CONSOLE)
# What a test runs on, by the parameter's name: a database, or a hotline with and without servers.
KINDS = {"store_for": ("sqlite", "postgres"), "city": ("embedded", "on_servers"), "make_town": ("embedded", "servers")}
# Their subject is the database itself.
ON_BOTH = ("test_costs.py", "test_lists.py", "test_races.py", "test_store.py")


def take_turns(items: list[pytest.Item]) -> None:
    """The tests of a file in one process, for they share fixtures; stories of one kind of city in one, by the day they begin.

    A city's clock only ever goes forward: told in another order, most stories would need a city of their own.
    """
    items.sort(key=lambda item: (_rank(item), _begins(item)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_city_of(item) or _shared(item)))
        if PurePath(item.location[0]).as_posix().startswith(TOLD_TWICE):
            item.add_marker(pytest.mark.flaky(reruns=1))


def halve(items: Sequence[pytest.Item]) -> None:
    """What runs on two kinds runs on one of them each time, half on either; on the other by `make proof`."""
    twins = sorted((item for item in items if _kind(item)), key=_whatever_kind)
    for name, group in groupby(twins, key=_whatever_kind):
        pair = sorted(group, key=_kind)
        if len(pair) > 1 and not any(item.get_closest_marker("proof") for item in pair):
            pair[crc32(name.encode()) % len(pair)].add_marker(pytest.mark.proof)


def demand_groups(items: Sequence[pytest.Item]) -> None:
    """That the processes share the work by these groups. Raises UsageError where pytest and pytest-xdist are of versions that lose them."""
    if not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("pytest-xdist names no groups: see what requirements-dev.in says of the version of pytest")


def begin_of(item: pytest.Item) -> str:
    """The local instant a story begins at: `2021-02-04 09:00`. Raises LookupError where it does not say."""
    for mark in item.iter_markers("begins"):
        return str(mark.args[0])
    raise LookupError(f"{item.nodeid} says by no mark when it begins")


def _begins(item: pytest.Item) -> Sequence[str]:
    city = _city_of(item)
    return (city, begin_of(item)) if city else ()


def _city_of(item: pytest.Item) -> str:
    """The kind of city a story is played in, or nothing."""
    if item.get_closest_marker("begins") is None:
        return ""
    return str(item.callspec.params["city"])  # type: ignore[attr-defined]  # a function's, and a story has its city by parameter


def _shared(item: pytest.Item) -> str:
    """The file whose fixtures a test shares; for all desks one hotline runs, and one browser."""
    file = PurePath(item.location[0])
    return file.parent.as_posix() if file.is_relative_to(CONSOLE) else file.as_posix()


def _rank(item: pytest.Item) -> int:
    path = PurePath(item.location[0]).as_posix()
    return next((rank for rank, folder in enumerate(FIRST) if path.startswith(folder)), len(FIRST))


def _kind(item: pytest.Item) -> str:
    """What a test runs on, or nothing where it is no matter of choice."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    kinds = [str(params[name]) for name, known in KINDS.items() if params.get(name) in known]
    return kinds[0] if kinds and PurePath(item.location[0]).name not in ON_BOTH else ""


def _whatever_kind(item: pytest.Item) -> str:
    """The name that it shares with its twin."""
    return item.nodeid.replace(_kind(item), "", 1)
