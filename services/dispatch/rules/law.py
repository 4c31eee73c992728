"""The law as it stands for an order: its tenant's calendar and policy, and the edition it was received under."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulation.articles import Edition, edition_for, edition_named
from regulation.calendar import Calendar
from regulation.policy import Policy


@dataclass(frozen=True, slots=True)
class Law:
    """What every date of an order is counted by. `edition` None: by the trigger's own date."""

    calendar: Calendar
    policy: Policy
    edition: Edition | None = None


def edition_of(name: str, received_at: dt.datetime, policy: Policy) -> Edition:
    """The edition a ticket was received under, which it keeps (23). Raises NotAllowed when none was in force."""
    return edition_named(name) if name else edition_for(received_at, continued=policy.continued)
