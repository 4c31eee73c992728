"""Same event: of a message, are those suggested of its event, and are those of its event suggested, within 72 hours."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from bench._suggestions.data import Called
from bench._suggestions.planted import EVENTS
from regulation.natures import Channel, Nature
from regulation.table import Source
from services.intake.lifecycle import State
from services.intake.rules.alike import Said, same_event
from services.intake.rules.ticket import Place, Ticket, Urgency
from services.intake.store.alike import NEAR

_SEED = 2025


@dataclass(frozen=True)
class Found:
    """Of messages of known events that have others near: shares of 0 to 1. `found`: with a right one among the five."""

    asked: int
    precision: float
    recall: float
    found: float


def known(calls: Sequence[Called]) -> Found:
    """The events the data knows."""
    return _asked(calls)


def planted(calls: Sequence[Called]) -> Found:
    """Made-up events among the same messages, each within 72 hours."""
    chance = random.Random(_SEED)
    ordinary = [replace(each, event="") for each in calls]
    made = []
    for event, told in EVENTS.items():
        begin = chance.choice(ordinary).at
        for each in told:
            title, _, text = each.partition("|")
            made.append(Called(title, text, begin + timedelta(hours=chance.uniform(0, 36)), event))
    return _asked(sorted([*ordinary, *made], key=lambda each: each.at))


def _asked(calls: Sequence[Called]) -> Found:
    right = suggested = there = hits = asked = 0
    for at, call in enumerate(calls):
        near = _near(calls, at) if call.event else []
        same = {str(other) for other in near if calls[other].event == call.event}
        if not same:
            continue
        tickets = [_ticket(calls[other], other) for other in near]
        found = {each.ticket.ticket_id for each in same_event(Said(call.title, call.text), tickets)}
        asked, suggested, there = asked + 1, suggested + len(found), there + min(len(same), 5)
        right, hits = right + len(found & same), hits + bool(found & same)
    return Found(asked, right / max(suggested, 1), right / there, hits / asked)


def _near(calls: Sequence[Called], at: int) -> list[int]:
    now = calls[at].at
    return [other for other, each in enumerate(calls) if other != at and abs(each.at - now) <= NEAR]


@cache
def _ticket(call: Called, number: int) -> Ticket:
    return Ticket(
        ticket_id=str(number), number=str(number), tenant_id="bench", state=State.REGISTERED, channel=Channel.APP,
        nature=Nature.HELP, source=Source.ORDINARY, urgency=Urgency.ORDINARY, category="", category_path="",
        title=call.title, text=call.text, place=Place(), parties=(), provincial_number="", edition="",
        received_at=call.at, registered_at=call.at, registered_by="", settle_by=call.at, masking_confirmed=True,
    )  # fmt: skip
