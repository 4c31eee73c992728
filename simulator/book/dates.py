"""A date in the book, and the lights that must have turned on it (Art. 12, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulation.terms import Deadline, Kind, Light

LIT = frozenset({Kind.HANDLE, Kind.EXTENSION, Kind.PROMISE, Kind.DEFICIENT, Kind.REWORK, Kind.RESULT})
"""Kinds of the date by which a unit owes its answer."""


@dataclass
class Kept:
    """A date that ran, or runs, in a round. `held_at`: a request asked for then was undecided, or gave it a successor."""

    round: int
    deadline: Deadline
    unit_id: str
    answered_at: datetime | None = None
    held_at: datetime | None = None
    undecided: bool = False
    replaced_at: datetime | None = None
    void: bool = False

    @property
    def kind(self) -> Kind:
        """What it is for."""
        return self.deadline.kind

    @property
    def state(self) -> str:
        """As ClockState spells it."""
        if self.void or self.replaced_at:
            return "VOID"
        if self.undecided:
            return "HELD"
        return "STOPPED" if self.answered_at else "RUNNING"

    @property
    def late(self) -> bool:
        """Whether it was answered after it; at the instant itself is in time, and so is what a successor answers for."""
        return self.answered_at is not None and self.replaced_at is None and self.answered_at > self.deadline.deadline_at

    def lights(self, now: datetime) -> list[tuple[Light, datetime]]:
        """Art. 12, 13: the lights whose instants came before the answer, a successor and `now`.

        A void date has none. Red waits while a request is undecided (11(4), 11(7)), and never falls on an answer in time.
        """
        if self.void:
            return []
        until = min(at for at in (now, self.answered_at, self.replaced_at) if at)
        turned = []
        if self.deadline.yellow_at and self.deadline.yellow_at <= until:
            turned.append((Light.YELLOW, self.deadline.yellow_at))
        waits = self.held_at is not None and (self.undecided or self.replaced_at is not None)
        in_time = self.answered_at is not None and not self.late
        if self.deadline.red_at and self.deadline.red_at <= until and not waits and not in_time:
            turned.append((Light.RED, self.deadline.red_at))
        return turned
