"""The province's own date by all that it has said of an order, in whichever order that came (11(3), 11(4))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from regulation.calendar import Calendar
from regulation.policy import Policy
from regulation.table import Source
from regulation.terms import extension_deadline


@dataclass(frozen=True, order=True)
class Word:
    """What a message says of the date, by its version: the date itself, or for how many working days it is extended."""

    version: int
    due_at: datetime | None = None
    days: int = 0


def date_of(words: Iterable[Word], *, calendar: Calendar, policy: Policy) -> datetime | None:
    """The date by every word, the oldest first: a date stands for those before it, days move the one there is.

    None where no date was ever named. Raises NoCalendar, and NotAllowed where no edition is in force.
    """
    due_at: datetime | None = None
    for word in sorted(words, key=lambda each: each.version):
        if word.due_at is not None:
            due_at = word.due_at
        elif due_at is not None and word.days:
            extended = extension_deadline(due_at, word.days, Source.PROVINCIAL, calendar=calendar, policy=policy)
            due_at = extended.deadline_at
    return due_at
