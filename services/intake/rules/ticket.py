"""The facts of a ticket, and its registration (Art. 2, 3, 10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.articles import edition_for
from regulation.natures import Channel, Nature
from regulation.policy import Policy
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.intake.lifecycle import State


class Urgency(StrEnum):
    """The second axis beside the source (Art. 13)."""

    ORDINARY = "ordinary"
    URGENT = "urgent"


@dataclass(frozen=True)
class Place:
    """Where the matter is; masked."""

    district: str = ""
    town: str = ""
    address: str = ""


@dataclass(frozen=True)
class Party:
    """The party complained about (被投诉人), from whom Art. 17 keeps the ticket."""

    name: str = ""
    unit_id: str = ""
    person_id: str = ""


@dataclass(frozen=True)
class Settlement:
    """How a ticket left intake: the outcome's own words, masked; empty while it is registered."""

    at: datetime | None = None
    by: str = ""
    answer: str = ""
    decline_code: str = ""
    decline_words: str = ""
    repeats_ticket_id: str = ""
    passed_to: str = ""
    note: str = ""
    withdrawal_reason: str = ""
    recurs_ticket_id: str = ""
    entry_id: str = ""
    """The knowledge entry that a direct answer rests on, with the text of it."""
    entry_version: int = 0


@dataclass(frozen=True)
class DeclineRequest:
    """An operator's request that an officer decline a repeat (11(1))."""

    repeats_ticket_id: str
    by: str
    at: datetime


@dataclass(frozen=True)
class OrderView:
    """What dispatch said last of the ticket's order."""

    order_id: str = ""
    state: str = ""
    round: int = 0
    closing: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Ticket:
    """A ticket (诉求工单). Every text in it is masked; the originals and the caller lie sealed beside it."""

    ticket_id: str
    number: str
    tenant_id: str
    state: State
    channel: Channel
    nature: Nature | None
    """None until somebody has looked at what came unattended."""
    source: Source
    urgency: Urgency
    category: str
    category_path: str
    title: str
    text: str
    place: Place
    parties: tuple[Party, ...]
    provincial_number: str
    edition: str
    received_at: datetime
    registered_at: datetime
    registered_by: str
    settle_by: datetime
    masking_confirmed: bool
    handling_tenant_id: str = ""
    urgent_kind: UrgentKind | None = None
    provincial_due_at: datetime | None = None
    """The province's own date, as it came with the order (11(3))."""
    settlement: Settlement = field(default_factory=Settlement)
    decline_request: DeclineRequest | None = None
    order: OrderView = field(default_factory=OrderView)
    group_ticket_id: str = ""
    """The ticket that leads the event it was grouped under (Art. 14); empty for one that leads, or stands alone."""
    version: int = 1


TITLE_LENGTH = 40
_SENTENCE_ENDS = "。！？!?；;\n"
# A sending system's clock may go ahead of ours by so much.
CLOCK_SKEW = timedelta(minutes=5)


def settle_by(channel: Channel, received_at: datetime, policy: Policy) -> datetime:
    """By when it must be formed, answered, declined or passed: 1 hour by phone, 24 hours else (11(1), policy)."""
    hours = policy.phone_forming_hours if channel is Channel.PHONE else policy.online_forming_hours
    return received_at + timedelta(hours=hours)


def settle_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether that instant was exceeded, or is by now; the instant itself is still on time (11(1))."""
    return (ticket.settlement.at or now) > ticket.settle_by


def edition_of(received_at: datetime, policy: Policy) -> str:
    """The edition a ticket is received under and keeps. Raises NotAllowed where none is in force (Art. 23)."""
    return edition_for(received_at, continued=policy.continued).name


def source_of(channel: Channel) -> Source:
    """A provincial order comes by the provincial channel, and by no other (Art. 2)."""
    return Source.PROVINCIAL if channel is Channel.PROVINCIAL else Source.ORDINARY


def title_of(title: str, text: str) -> str:
    """The title given, else the text's first sentence, at most 40 characters."""
    if title.strip():
        return title.strip()
    beginning = text.strip()
    end = min((at for mark in _SENTENCE_ENDS if (at := beginning.find(mark)) > 0), default=len(beginning))
    return beginning[:end] if end <= TITLE_LENGTH else beginning[: TITLE_LENGTH - 1] + "…"
