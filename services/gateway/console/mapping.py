"""Districts on a scheme of the city, shaded by how many calls each has; `zibo.toml` draws it and says what it is not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("zibo.toml")
# Shades above the one of none.
SHADES = 4


@dataclass(frozen=True)
class District:
    """As it is drawn; `shade`: 0 of none to 4 of the most."""

    key: str
    name: str
    points: str
    x: int
    y: int
    calls: int
    shade: int


def box() -> str:
    """The view box of the drawing."""
    return str(_drawn()["box"])


def names() -> dict[str, str]:
    """What the districts that are drawn are called."""
    return {each["key"]: each["name"] for each in _drawn()["district"]}


def districts(calls: Mapping[str, int]) -> list[District]:
    """All that are drawn, with their calls."""
    most = max((calls.get(key, 0) for key in names()), default=0)
    return [_district(each, calls.get(each["key"], 0), most) for each in _drawn()["district"]]


def _district(drawn: Mapping[str, Any], calls: int, most: int) -> District:
    x, y = drawn["label"]
    return District(drawn["key"], drawn["name"], drawn["points"], x, y, calls, ceil(SHADES * calls / most) if most else 0)


@cache
def _drawn() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
