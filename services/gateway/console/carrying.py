"""What of a register's row goes along: in the address that opens it, in its forms, and in what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.gateway.console.cells import typed_at
from services.gateway.console.registers import Register, registers


@dataclass(frozen=True)
class Lead:
    """Another register, asked for this row."""

    name: str
    path: str


def list_of(answer: Any) -> list[Any]:
    """The rows of a list's answer: its first field that is repeated."""
    rows: list[Any] = list(getattr(answer, answer.DESCRIPTOR.fields[0].name))
    return rows


def carried_by(register: Register, row: Any) -> dict[str, str]:
    """What a row's forms send back of it, as a form types it."""
    return {path.rpartition(".")[2]: typed_at(row, path) for path in register.carries}


def needed(register: Register, said: Callable[[str], str]) -> dict[str, str]:
    """What its list is asked for, where it is not asked without."""
    return {register.needs: said(register.needs)} if register.needs else {}


def around(register: Register, answer: Any, said: Callable[[str], str]) -> dict[str, str]:
    """What the forms of a list and of its rows send back of the list."""
    return needed(register, said) | {name: typed_at(answer, name) for name in register.shares}


def is_named(register: Register, row: Any, said: Callable[[str], str]) -> bool:
    """Whether a row is the one that an address speaks of; its version may be newer."""
    return all(said(name) == value for name, value in carried_by(register, row).items() if name != "version")


def leads_of(register: Register, carried: dict[str, str], held: frozenset[str]) -> list[Lead]:
    """What a row leads somebody with these roles to, by its key."""
    if not register.carries:
        return []
    key = carried[register.carries[0].rpartition(".")[2]]
    beside = registers()[register.path.split("/")[1]]
    led = [(beside[name], asked) for name, asked in register.leads.items() if beside[name].roles & held]
    return [Lead(each.name, f"{each.path}?{urlencode({asked: key})}") for each, asked in led]
