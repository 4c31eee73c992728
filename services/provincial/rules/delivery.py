"""What the province is told is told until it has taken it: in order for each of its numbers, and once in effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.provincial.lifecycle import FeedbackState

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
# For so long nobody else takes up what a link has in hand.
CLAIM = timedelta(seconds=60)
NO_PAUSE = timedelta()


class Outcome(StrEnum):
    """What came of a try."""

    TAKEN = "taken"
    """It says so; also of a repeat, by our message id."""
    REFUSED = "refused"
    """It says that it never will."""
    UNKNOWN = "unknown"
    """Away, broken off or troubled: it may have taken it, and knows our message id."""


@dataclass(frozen=True)
class Next:
    """What becomes of it: its state, and how long it waits."""

    state: FeedbackState
    pause: timedelta = NO_PAUSE


def after(outcome: Outcome, tries: int) -> Next:
    """What follows the try of this number; pauses double."""
    if outcome is Outcome.TAKEN:
        return Next(FeedbackState.TAKEN)
    if outcome is Outcome.REFUSED:
        return Next(FeedbackState.REFUSED)
    return Next(FeedbackState.QUEUED, min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE))
