"""The desks (岗位): who sees which in the menu. What each may do there its services say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Desk:
    """A line of the menu: where it leads, and the roles of whom it is for."""

    name: str
    path: str
    roles: frozenset[str]


def _desk(name: str, path: str, *roles: str) -> Desk:
    return Desk(name, path, frozenset(f"ROLE_{role}" for role in roles))


DESKS = (_desk("承办台", "/unit", "HANDLER", "UNIT_LEAD"),)


def desks_of(roles: Iterable[str]) -> list[Desk]:
    """Those of somebody with these roles, in the order of a day's work."""
    held = frozenset(roles)
    return [desk for desk in DESKS if desk.roles & held]
