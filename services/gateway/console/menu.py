"""The menu: desks and registers, as far as somebody's roles go."""

from __future__ import annotations

from collections.abc import Iterable

from services.gateway.console.desks import DESKS, Desk
from services.gateway.console.registers import register_desks


def menu_of(held: Iterable[str]) -> list[Desk]:
    """Those of somebody with these roles, in the order of a day's work, each place once."""
    mine = frozenset(held)
    found = {desk.path: desk for desk in (*register_desks(), *DESKS) if desk.roles & mine}
    return sorted(found.values(), key=_place)


def _place(desk: Desk) -> int:
    lines = [each.path for each in (*DESKS, *register_desks())]
    return lines.index(desk.path)
