"""Registers (台账): pages that are a list of a noun with what may be done to each row. `registers.toml` has a table for each.

A desk is a table with `name`; each table in it is a register: `name`; `lists`, the method that has its rows; `columns` and `filters`,
pairs of a field's path and its word; `carries`, the fields of a row that its forms send back, the key first; `get`, the method that tells
of a row what it is now and may offer its verbs, where there is one; `adds` and `verbs`, what is done to the list and to a row, with words;
`roles`, for whom it is where everyone may ask its list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.console.desks import Desk, roles
from services.gateway.console.verbs import Field, field_at, roles_of

FILE = Path(__file__).with_name("registers.toml")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Register:
    """One of them; `path` is its page."""

    name: str
    path: str
    lists: str
    columns: Pairs
    filters: Pairs = ()
    carries: tuple[str, ...] = ()
    get: str = ""
    adds: dict[str, str] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    empty: str = "没有记录。"

    @property
    def package(self) -> str:
        """Of its verbs: `directory.v1`."""
        return ".".join(self.lists.split(".")[:2])

    @property
    def known(self) -> frozenset[str]:
        """The fields of its forms that a row fills in."""
        return frozenset(path.rpartition(".")[2] for path in self.carries)

    def filter_fields(self) -> list[Field]:
        """By what its list is asked."""
        return [field_at(self.lists, path, word) for path, word in self.filters]


@cache
def registers() -> dict[str, dict[str, Register]]:
    """Of each desk, by the last part of its path, by the last part of theirs."""
    return {desk: _read(desk, told) for desk, told in _told().items()}


@cache
def register_desks() -> tuple[Desk, ...]:
    """A line of the menu for each desk that has registers, for whoever may see one of them."""
    return tuple(Desk(told["name"], f"/{desk}", _roles(registers()[desk].values())) for desk, told in _told().items())


def registers_for(desk: str, held: frozenset[str]) -> list[Register]:
    """Those of a desk that somebody with these roles may see."""
    return [each for each in registers().get(desk, {}).values() if each.roles & held]


def _roles(found: Iterable[Register]) -> frozenset[str]:
    return frozenset().union(*(each.roles for each in found))


def _read(desk: str, told: dict[str, Any]) -> dict[str, Register]:
    return {key: _register(f"/{desk}/{key}", each) for key, each in told.items() if isinstance(each, dict)}


def _register(path: str, told: dict[str, Any]) -> Register:
    pairs = {name: _pairs(told.get(name, [])) for name in ("columns", "filters")}
    mine = roles(*told["roles"]) if "roles" in told else roles_of(told["lists"])
    return Register(path=path, **{**told, **pairs, "carries": tuple(told.get("carries", ())), "roles": mine})


def _pairs(told: list[list[str]]) -> Pairs:
    return tuple((path, word) for path, word in told)


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
