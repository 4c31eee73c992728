"""What a tenant may settle (市级设置) as people read it: a label, its article, and what it may be."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from regulation.policy import Admitted, admitted, setting_names

FILE = Path(__file__).with_name("policies.toml")


@dataclass(frozen=True)
class Setting:
    """A policy as people read it."""

    name: str
    label: str
    article: str
    admitted: Admitted


@cache
def settings() -> tuple[Setting, ...]:
    """All of them, in the order of `Policy`. Raises KeyError for one without words."""
    words: dict[str, tuple[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Setting(name, words[name][0], words[name][1], admitted(name)) for name in setting_names())
