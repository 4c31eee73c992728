"""Topics held against known events: which topics hold an event's messages, and what else is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench._suggestions.data import Called
from services.assessment.rules.topics import Group, Told
from services.assessment.topics.grouping import group

# Parts an event may be split in; messages of another event that a topic may hold.
MOST_PARTS, MOST_MIXED = 2, 0


@dataclass(frozen=True)
class Found:
    """Of an event: its messages, how many of them each topic holds (the largest first), and how many of others are in these.

    `strangers` are of no known event, `mixed` of another.
    """

    event: str
    messages: int
    parts: tuple[int, ...]
    strangers: int
    mixed: int

    @property
    def precision(self) -> float:
        """The share of its topics that is its own."""
        return sum(self.parts) / max(sum(self.parts) + self.strangers + self.mixed, 1)

    @property
    def recall(self) -> float:
        """The share of it that its topics hold."""
        return sum(self.parts) / self.messages

    @property
    def passes(self) -> bool:
        """Found, not split in more than two, not mixed with another."""
        return 0 < len(self.parts) <= MOST_PARTS and self.mixed <= MOST_MIXED


def held_against(calls: Sequence[Called], places: Mapping[str, str]) -> tuple[list[Group], list[Found]]:
    """All topics of these messages, and each event's. Of some events the place is known."""
    groups = group([Told(str(at), call.at, call.title, call.text, places.get(call.event, "")) for at, call in enumerate(calls)])
    events = [Counter(calls[int(each.ticket_id)].event for each in found.told) for found in groups]
    known = Counter(call.event for call in calls if call.event)
    return groups, [_found(event, count, events) for event, count in sorted(known.items())]


def _found(event: str, messages: int, topics: Sequence[Counter[str]]) -> Found:
    its = [topic for topic in topics if topic[event]]
    strangers = sum(topic[""] for topic in its)
    parts = sorted((topic[event] for topic in its), reverse=True)
    return Found(event, messages, tuple(parts), strangers, sum(topic.total() for topic in its) - strangers - sum(parts))
