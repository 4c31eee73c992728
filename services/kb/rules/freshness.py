"""When an entry or a gap is work for its unit, by when, and from when on that is a fact (Art. 8(3), 15(5))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from regulation.instants import closing, to_local
from regulation.policy import Policy
from services.kb.rules.entries import Content

NEVER = ""


class Ground(StrEnum):
    """Why it is work for its unit."""

    REVIEW_DUE = "review_due"
    SOURCE_EXPIRED = "source_expired"
    SOURCE_REPLACED = "source_replaced"
    REPORTED_OUTDATED = "reported_outdated"
    ASKED_IN_VAIN = "asked_in_vain"


class Verdict(StrEnum):
    """What somebody who answered with an entry says of it."""

    HELPFUL = "helpful"
    WRONG = "wrong"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class Upkeep:
    """Work that a unit was told of, for an entry or a gap; `events` counts what was told of it."""

    upkeep_id: str
    tenant_id: str
    unit_id: str
    entry_id: str
    gap_id: str
    grounds: tuple[Ground, ...]
    asked_at: datetime
    due_at: datetime
    overdue_at: datetime | None = None
    done_at: datetime | None = None
    events: int = 1


def today(now: datetime) -> str:
    """The local day."""
    return to_local(now).date().isoformat()


def grounds_of(content: Content, outdated: int, day: str, policy: Policy) -> tuple[Ground, ...]:
    """Why a published text is stale on a day; `outdated`: how many people said so of this text."""
    found = {
        Ground.REVIEW_DUE: content.review_on < day,
        Ground.SOURCE_EXPIRED: NEVER < content.source.expires_on < day,
        Ground.SOURCE_REPLACED: bool(content.source.replaced_by),
        Ground.REPORTED_OUTDATED: outdated >= policy.kb_outdated_reports,
    }
    return tuple(ground for ground, holds in found.items() if holds)


def check_on(content: Content, day: str) -> str:
    """The next day on which a published text may become stale by itself; NEVER where none is ahead."""
    ends = (content.review_on, content.source.expires_on)
    ahead = [_next(end) for end in ends if end and _next(end) > day]
    return min(ahead, default=NEVER)


def due_at(asked_at: datetime, policy: Policy) -> datetime:
    """The end of the unit's term: calendar days after the day it was told (15(5), policy)."""
    last = to_local(asked_at).date() + timedelta(days=policy.kb_review_term_days)
    return closing(last, policy.cutoff_minutes)


def pressing(asked: int, policy: Policy) -> bool:
    """Whether a question was asked in vain so often that it is work for its unit."""
    return asked >= policy.kb_gap_asks


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
