"""What a step of a journal says beside its verb, for people: its facts under their words, units and values by what they are called."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.console import words
from services.gateway.console.names import Categories, Units
from services.gateway.console.policies import settings

FILE = Path(__file__).with_name("details.toml")
UNITS = frozenset({"unit", "unit_id", "units", "lead", "assisting", "suggested_unit", "from", "told"})
INSTANTS = frozenset({"due_at", "provincial_due_at", "settle_by"})
YES = "是"


def facts(detail: str, units: Units, categories: Categories) -> str:
    """A step's detail, a JSON object, as `期限：2025年1月14日 周二 00:00；理由：…`: what has a word and says something."""
    said: dict[str, Any] = json.loads(detail or "{}")
    told = {word: _value(name, said[name], units, categories) for name, word in _table()["words"].items() if said.get(name)}
    return "；".join(f"{word}：{value}" for word, value in told.items() if value)


def _value(name: str, value: Any, units: Units, categories: Categories) -> str:
    if value is True:
        return YES
    if isinstance(value, dict):
        labels = {each.name: each.label for each in settings()}
        return "、".join(f"{labels.get(key, key)} {each}" for key, each in sorted(value.items()))
    listed = value if isinstance(value, list) else str(value).split(",") if name in UNITS else [value]
    return "、".join(_called(name, str(each), units, categories) for each in listed)


def _called(name: str, value: str, units: Units, categories: Categories) -> str:
    if name in INSTANTS:
        return words.local(dt.datetime.fromisoformat(value))
    if name in UNITS:
        return units.names.get(value, value)
    if name == "category":
        return categories.paths.get(value, value)
    return _of_enum(name, value) if name in _table()["enums"] else value


def _of_enum(name: str, value: str) -> str:
    """Empty for what none of its enums knows: that is for programs."""
    own = value.upper().removeprefix("ROLE_")
    known = (words.codes().get(enum) or words.table()[enum] for enum in _table()["enums"][name])
    return next((word for found in known if (word := found.get(value, found.get(own, "")))), "")


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
