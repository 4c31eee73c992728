"""What a step of a journal says beside its verb, for people: its facts under their words, units and values by what they are called."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.console import words
from services.gateway.console.names import Units
from services.gateway.console.policies import settings

FILE = Path(__file__).with_name("details.toml")
UNITS = frozenset({"unit", "unit_id", "units", "lead", "assisting", "suggested_unit", "from", "told"})
YES = "是"


def facts(detail: str, units: Units) -> str:
    """A step's detail, a JSON object, as `期限：2025年1月14日 周二 00:00；理由：…`: what has a word and says something."""
    said: dict[str, Any] = json.loads(detail or "{}")
    told = {word: _value(name, said[name], units) for name, word in _table()["words"].items() if said.get(name)}
    return "；".join(f"{word}：{value}" for word, value in told.items())


def _value(name: str, value: Any, units: Units) -> str:
    if value is True:
        return YES
    if isinstance(value, dict):
        labels = {each.name: each.label for each in settings()}
        return "、".join(f"{labels.get(key, key)} {each}" for key, each in sorted(value.items()))
    if name.endswith("_at"):
        return words.local(dt.datetime.fromisoformat(value))
    if name in UNITS:
        return "、".join(units.names.get(each, each) for each in value.split(","))
    if isinstance(value, list):
        return "、".join(_value(name, each, units) for each in value)
    return _of_enum(name, str(value))


def _of_enum(name: str, value: str) -> str:
    own = value.upper().removeprefix("ROLE_")
    return next((found[own] for found in map(words.table().__getitem__, _table()["enums"].get(name, ())) if own in found), value)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
