"""How a message is got through: by which provider next, and when again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.notify.lifecycle import State

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
# A peer that took it without saying so tells its receipt meanwhile.
DOUBT = timedelta(seconds=60)
# For so long nobody else takes up what a link has claimed: resolving, sending and noting take less.
CLAIM = timedelta(seconds=150)
NO_PAUSE = timedelta()


class Outcome(StrEnum):
    """What came of an attempt."""

    TAKEN = "taken"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    UNANSWERED = "unanswered"
    STOPPED = "stopped"
    NO_CONTACT = "no_contact"

    @property
    def ends(self) -> bool:
        """Whether no provider can change it."""
        return self in (Outcome.STOPPED, Outcome.NO_CONTACT)


@dataclass(frozen=True)
class Attempt:
    """One try; without an outcome it is under way, or was cut off."""

    number: int
    provider: str
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Next:
    """What becomes of a message after an attempt: its state, and how long it waits."""

    state: State
    pause: timedelta = NO_PAUSE


def choose(attempts: Sequence[Attempt], providers: Sequence[str], free: Collection[str]) -> str | None:
    """The provider to try next, of those that are free, in the order they are set up; None: wait.

    A provider that may have taken it is asked again, and no other: only it can know its own message. One that refused it
    is not; of the others the one tried least.
    """
    last = attempts[-1] if attempts else None
    if last is not None and last.outcome in (None, Outcome.UNANSWERED) and last.provider in providers:
        return last.provider if last.provider in free else None
    left = [each for each in open_to(attempts, providers) if each in free]
    tried = {each: sum(attempt.provider == each for attempt in attempts) for each in left}
    return min(left, key=lambda each: (tried[each], providers.index(each)), default=None)


def open_to(attempts: Sequence[Attempt], providers: Sequence[str]) -> list[str]:
    """The providers that have not refused it."""
    refused = {attempt.provider for attempt in attempts if attempt.outcome is Outcome.REFUSED}
    return [each for each in providers if each not in refused]


def after(attempts: Sequence[Attempt], providers: Sequence[str], throttled_for: timedelta = NO_PAUSE) -> Next:
    """What follows an attempt that has just ended, the last of these."""
    outcome = attempts[-1].outcome
    if outcome is Outcome.TAKEN:
        return Next(State.SENT)
    left = open_to(attempts, providers)
    if (outcome is not None and outcome.ends) or not left:
        return Next(State.FAILED)
    if outcome is Outcome.UNANSWERED:
        return Next(State.QUEUED, DOUBT)
    if outcome is Outcome.REFUSED or _untried(attempts, left):
        return Next(State.QUEUED)
    return Next(State.QUEUED, max(throttled_for, _pause(attempts)))


def _untried(attempts: Sequence[Attempt], left: Sequence[str]) -> bool:
    """Whether some provider has had fewer tries than the last one: it is its turn at once."""
    tried = [sum(attempt.provider == each for attempt in attempts) for each in left]
    return min(tried) < sum(attempt.provider == attempts[-1].provider for attempt in attempts)


def _pause(attempts: Sequence[Attempt]) -> timedelta:
    """Doubles with each round of all providers."""
    rounds = sum(attempt.provider == attempts[-1].provider for attempt in attempts)
    return min(FIRST_PAUSE * (1 << min(rounds - 1, 20)), LONGEST_PAUSE)
