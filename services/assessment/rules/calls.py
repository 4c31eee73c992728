"""Calls as counts see them (Art. 18): what each is counted by, once for each ticket, whatever was told twice or late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from regulation.instants import to_local
from services.assessment.rules.bursts import Heard

# Between a district and its town in the key of a place; no district's id holds it.
WITHIN = "/"


class Kind(StrEnum):
    """What the daily sums of calls are of; a category's hold those of the categories below it."""

    ALL = "all"
    CATEGORY = "category"
    DISTRICT = "district"
    TOWN = "town"
    UNIT = "unit"
    CHANNEL = "channel"
    NATURE = "nature"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Call:
    """A ticket that was formed, or settled without an order. `at`: when the caller was heard; `unit_id`: who leads its order now."""

    ticket_id: str
    number: str
    version: int
    at: dt.datetime
    category: str
    district: str
    town: str
    channel: str
    nature: str
    unit_id: str = ""

    @property
    def day(self) -> str:
        """The local day it was heard on."""
        return to_local(self.at).date().isoformat()

    @property
    def hour(self) -> str:
        """The local hour it was heard in, 00 to 23."""
        return f"{to_local(self.at).hour:02}"

    @property
    def heard(self) -> Heard:
        """As bursts see it."""
        return Heard(self.ticket_id, self.at, self.district, self.town, self.category)

    @property
    def keys(self) -> Iterator[tuple[Kind, str]]:
        """The sums it belongs to, each once; empty: not known, or with no unit."""
        parts = self.category.split(".")
        yield Kind.ALL, ""
        yield from ((Kind.CATEGORY, ".".join(parts[: count + 1])) for count in range(len(parts)))
        yield Kind.DISTRICT, self.district
        yield Kind.TOWN, f"{self.district}{WITHIN}{self.town}"
        yield Kind.UNIT, self.unit_id
        yield Kind.CHANNEL, self.channel
        yield Kind.NATURE, self.nature
        yield Kind.HOUR, self.hour


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, masked, and whom it complains about: ids of units and persons (Art. 17)."""

    ticket_id: str
    title: str
    text: str
    parties: frozenset[str] = frozenset()
