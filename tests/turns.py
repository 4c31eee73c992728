"""In which order tests run, and which of them in one process when several share the work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import pytest

# What takes longest begins first, so that no process is left alone with it at the end.
FIRST = ("tests/journeys", "tests/simulator", "tests/chassis/bus")


def take_turns(items: list[pytest.Item]) -> None:
    """The tests of a file in one process, for they share fixtures; stories of one kind of city in one, by the day they begin.

    A city's clock only ever goes forward: told in another order, most stories would need a city of their own.
    """
    items.sort(key=lambda item: (_rank(item), _begins(item)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_city_of(item) or PurePath(item.location[0]).as_posix()))


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


def _rank(item: pytest.Item) -> int:
    path = PurePath(item.location[0]).as_posix()
    return next((rank for rank, folder in enumerate(FIRST) if path.startswith(folder)), len(FIRST))
