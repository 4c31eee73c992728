"""Topics (Art. 14): which found group is which known topic, how it grows, and which calls behind it a reader may see (Art. 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from services.assessment.rules.trends import trend

# So many calls make a topic, of those of so many days; its growth is told by as many and the ones before them.
FEWEST = 5
SPAN = timedelta(days=7)
# A group is a known topic again where it holds this share of the smaller of the two.
_SAME = Fraction(1, 2)


@dataclass(frozen=True)
class Told:
    """A call as a topic sees it: masked, with its district and town, and the units and persons complained about."""

    ticket_id: str
    at: datetime
    title: str
    text: str
    place: str = ""
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Group:
    """Calls alike, in the order of time, and the one that speaks for them."""

    central: Told
    told: tuple[Told, ...]

    @property
    def title(self) -> str:
        """Of the call that speaks for them."""
        return self.central.title

    @property
    def ticket_ids(self) -> frozenset[str]:
        """Of all its calls."""
        return frozenset(each.ticket_id for each in self.told)


@dataclass(frozen=True)
class Growth:
    """Calls of the newest span and of the one before it."""

    last: int
    before: int

    @property
    def trend(self) -> Decimal | None:
        """By which share it grew, to a tenth of a percent; None where there was nothing before."""
        return trend(self.last, self.before)


def growth(told: Sequence[Told], now: datetime, span: timedelta) -> Growth:
    """Of the calls up to now."""
    ages = [now - each.at for each in told]
    return Growth(sum(timedelta(0) <= age < span for age in ages), sum(span <= age < 2 * span for age in ages))


def carry_over(found: Sequence[Group], known: Mapping[str, frozenset[str]]) -> list[str | None]:
    """For each group the topic it continues, by the tickets both hold; None for a new one. No topic is continued twice.

    The largest share first, ties by topic and place, so that the same facts give the same topics.
    """
    shares = sorted(
        (-len(shared), topic_id, at)
        for at, each in enumerate(found)
        for topic_id, tickets in known.items()
        if (shared := each.ticket_ids & tickets) and len(shared) >= _SAME * min(len(each.ticket_ids), len(tickets))
    )
    continued: dict[int, str] = {}
    for _, topic_id, at in shares:
        if at not in continued and topic_id not in continued.values():
            continued[at] = topic_id
    return [continued.get(at) for at in range(len(found))]


def seen_by(group: Group, reader: frozenset[str]) -> Group | None:
    """Art. 17: without the calls that complain about the reader (a person, its unit and what stands above that), even as a number.

    None where nothing is left. Where the call that speaks for them is kept from the reader, the first that is not speaks.
    """
    told = tuple(each for each in group.told if each.parties.isdisjoint(reader))
    if not told:
        return None
    return Group(group.central if group.central in told else told[0], told)
