"""How the tests of the law write instants."""

from __future__ import annotations

import datetime as dt

from regulation.calendar import national
from regulation.policy import Policy

NATIONAL = national()
POLICY = Policy()
OFFICE_HOURS = Policy(cutoff_minutes=17 * 60 + 30)


def at(local: str) -> dt.datetime:
    """An instant of the clocks in Zibo, without its zone as 2021-02-04T10:00."""
    return dt.datetime.fromisoformat(local + "+08:00")


def end_of(day: str) -> dt.datetime:
    """24:00 of a day."""
    return at(f"{day}T00:00") + dt.timedelta(days=1)
