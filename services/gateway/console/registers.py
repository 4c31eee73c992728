"""Registers (台账): pages that are a list of a noun with what may be done to each row. `registers.toml` has a table for each.

A desk is a table with `name`, and `pages` of its own beside its registers; `each` has what its registers say alike, and each other table
in it is a register: `name`; `lists`, the method that has its rows; `columns` and `filters`, pairs of a field's path and its word;
`carries`, the fields of a row that its forms send back, the key first; `shares`, those of the list's answer; `get`, the method that tells
of a row what it is now and may offer its verbs, where there is one; `adds` and `verbs`, what is done to the list and to a row, with
words; `tries`, by a verb the one that shows what would come of it, and its word; `roles`, for whom it is where everyone may ask its list;
`asks`, what its list is always asked with; `needs`, the field without which the list is not asked: filled in above the list where it is a
filter, else given by a row of another register that `leads` here, by its key and the field that the row's own key goes into; `once`, what
to do with a secret.
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
EACH = "each"
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
    shares: tuple[str, ...] = ()
    get: str = ""
    needs: str = ""
    asks: dict[str, str] = field(default_factory=dict)
    adds: dict[str, str] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)
    tries: dict[str, list[str]] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    once: str = "请立即交给使用人妥善保管，本系统不再显示："
    empty: str = "没有记录。"

    @property
    def package(self) -> str:
        """Of its verbs: `directory.v1`."""
        return ".".join(self.lists.split(".")[:2])

    @property
    def known(self) -> frozenset[str]:
        """The fields of a row's forms that the page fills in."""
        return frozenset(path.rpartition(".")[2] for path in self.carries) | self._around

    @property
    def known_above(self) -> frozenset[str]:
        """The same of the forms above the list: of what a row carries, what its service names itself."""
        return frozenset(name for name in self.known if name.endswith("_id")) | self._around

    @property
    def stands_alone(self) -> bool:
        """Whether its list may be opened without a row that leads to it."""
        return not self.needs or self.needs in dict(self.filters)

    @property
    def opens(self) -> bool:
        """Whether there is more to a row than the list shows."""
        return bool(self.carries)

    @property
    def _around(self) -> frozenset[str]:
        return frozenset({*self.shares, *filter(None, [self.needs])})

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
    """Those of a desk that somebody with these roles may see, but for what a row leads to."""
    return [each for each in registers().get(desk, {}).values() if each.stands_alone and each.roles & held]


def pages_of(desk: str) -> Pairs:
    """The pages of their own that a desk has beside its registers: path and name."""
    return _pairs(_told()[desk].get("pages", []))


@cache
def verb_terms() -> dict[str, str]:
    """What people call the verbs of all registers."""
    found = [register for desk in registers().values() for register in desk.values()]
    return {verb: term for register in found for verb, term in {**register.adds, **register.verbs}.items()}


def _roles(found: Iterable[Register]) -> frozenset[str]:
    return frozenset().union(*(each.roles for each in found if each.stands_alone))


def _read(desk: str, told: dict[str, Any]) -> dict[str, Register]:
    tables = {key: table for key, table in told.items() if isinstance(table, dict) and key != EACH}
    return {key: _register(f"/{desk}/{key}", {**told.get(EACH, {}), **table}) for key, table in tables.items()}


def _register(path: str, told: dict[str, Any]) -> Register:
    pairs = {name: _pairs(told.get(name, [])) for name in ("columns", "filters")}
    lists = {name: tuple(told.get(name, ())) for name in ("carries", "shares")}
    mine = roles(*told["roles"]) if "roles" in told else roles_of(told["lists"])
    return Register(path=path, **{**told, **pairs, **lists, "roles": mine})


def _pairs(told: list[list[str]]) -> Pairs:
    return tuple((path, word) for path, word in told)


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
