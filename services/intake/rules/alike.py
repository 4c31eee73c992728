"""What a ticket perhaps is to another: a repeat, a recurrence, the same event. Suggested with its reason; a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.intake.lifecycle import State
from services.intake.rules.likeness import REPEAT, SAME, likeness, shared_runs
from services.intake.rules.ticket import Ticket

MOST_SUGGESTED = 5


class EarlierKind(StrEnum):
    """What an earlier ticket of the same caller perhaps is to a new one (11(1))."""

    REPEAT = "repeat"
    RECURRENCE = "recurrence"
    STILL_OPEN = "still_open"


@dataclass(frozen=True)
class Said:
    """What is compared: a masked title and text."""

    title: str
    text: str

    @property
    def whole(self) -> str:
        """Both."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True)
class Alike:
    """A ticket with how like it is, in percent, and why it is suggested."""

    ticket: Ticket
    likeness: int
    reason: str
    kind: EarlierKind | None = None


def earlier(said: Said, category: str, known: Sequence[Ticket]) -> list[Alike]:
    """11(1): which of the caller's earlier tickets are alike, the likest first.

    A concluded one said in nearly the same words is perhaps a repeat, else a recurrence. The same category speaks where
    the words do not.
    """
    found = []
    for ticket, percent in _compared(said, known):
        same_category = bool(category) and ticket.category == category
        if percent < SAME and not same_category:
            continue
        kind = _kind(ticket, percent)
        reason = f"{_EARLIER_REASONS[kind]}；{_why(said, ticket, percent)}{'；诉求分类相同' if same_category else ''}"
        found.append(Alike(ticket, percent, reason, kind))
    return found[:MOST_SUGGESTED]


def same_event(said: Said, near: Sequence[Ticket]) -> list[Alike]:
    """Art. 14: which tickets of the same days and district are alike, the likest first, one of each group."""
    found: dict[str, Alike] = {}
    for ticket, percent in _compared(said, near):
        if percent >= SAME:
            reason = f"72小时内同一区县；{_why(said, ticket, percent)}"
            found.setdefault(ticket.group_ticket_id or ticket.ticket_id, Alike(ticket, percent, reason))
    return list(found.values())[:MOST_SUGGESTED]


def _compared(said: Said, known: Sequence[Ticket]) -> list[tuple[Ticket, int]]:
    """Titles are held against titles and all against all; the higher counts, for a title says the matter shortest."""
    titles = likeness(said.title, [each.title for each in known])
    wholes = likeness(said.whole, [Said(each.title, each.text).whole for each in known])
    pairs = zip(known, map(max, titles, wholes), strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])


def _kind(ticket: Ticket, percent: int) -> EarlierKind:
    if ticket.state not in (State.ANSWERED, State.CLOSED):
        return EarlierKind.STILL_OPEN
    return EarlierKind.REPEAT if percent >= REPEAT else EarlierKind.RECURRENCE


def _why(said: Said, ticket: Ticket, percent: int) -> str:
    runs = shared_runs(said.whole, Said(ticket.title, ticket.text).whole)
    return f"内容相似度{percent}%" + (f"，都提到{''.join(f'“{run}”' for run in runs)}" if runs else "")


_EARLIER_REASONS = {
    EarlierKind.REPEAT: "同一诉求人此前已办结并答复，内容几乎相同",
    EarlierKind.RECURRENCE: "同一诉求人此前已办结的相近事项，可能再次发生",
    EarlierKind.STILL_OPEN: "同一诉求人的相近工单尚未办结，可补充到该工单",
}
