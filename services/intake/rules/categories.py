"""The tree of categories: three levels, told by the code; a code is never used again (Art. 10, 18)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LEVELS = 3
_CODE = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Category:
    """A node of the tree."""

    code: str
    name: str
    keywords: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """1, 2 or 3."""
        return self.code.count(".") + 1


def is_code(text: str) -> bool:
    """Whether it is written like a code: 01, 01.02, 01.02.03."""
    return _CODE.fullmatch(text) is not None


def parent_of(code: str) -> str:
    """The code of the level above; empty for the first."""
    return code.rpartition(".")[0]


def line_of(code: str) -> tuple[str, ...]:
    """The codes from the first level down to this one."""
    parts = code.split(".")
    return tuple(".".join(parts[: count + 1]) for count in range(len(parts)))


def path_of(code: str, names: Mapping[str, str]) -> str:
    """公用事业/供水/水质异常."""
    return "/".join(names[each] for each in line_of(code))


@cache
def seed() -> tuple[Category, ...]:
    """The tree every tenant begins with, by code."""
    text = resources.files("services.intake").joinpath("seed", "categories.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["category"]
    return tuple(Category(code, each["name"], tuple(each.get("keywords", ()))) for code, each in sorted(found.items()))
