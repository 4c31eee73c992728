"""How the province misbehaves: each fault as often as it is told, then no more."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass
class Faults:
    """`errors`, `cuts`: so many of the next answers are 500, or end in mid-body after it has taken what was told.

    `repeats`: each message is pushed so many times more; `reorders`: the newest first; `delay`: seconds before each answer;
    `holds`: it pushes nothing; `away`: it neither answers nor pushes.
    """

    errors: int = 0
    cuts: int = 0
    repeats: int = 0
    reorders: bool = False
    delay: float = 0.0
    holds: bool = False
    away: bool = False

    def set(self, told: dict[str, Any]) -> None:
        """Misbehave so from now on. Raises ValueError for a fault there is not."""
        known = {each.name for each in fields(self)}
        if unknown := sorted(set(told) - known):
            raise ValueError(unknown[0])
        for name, value in told.items():
            setattr(self, name, value)

    def error(self) -> bool:
        """Whether this answer is 500."""
        due = self.errors > 0
        self.errors -= due
        return due

    def cut(self) -> bool:
        """Whether this answer ends in mid-body."""
        due = self.cuts > 0
        self.cuts -= due
        return due
