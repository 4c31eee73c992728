"""One date that runs against a unit: which lights the law turns on it, and when (Art. 12, 13)."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from regulation.articles import Article
from regulation.terms import Deadline, Kind, Light

_RANKS = {Light.NONE: 0, Light.YELLOW: 1, Light.RED: 2}


class State(enum.StrEnum):
    """How a date runs, as dispatch told it."""

    RUNNING = "RUNNING"
    HELD = "HELD"
    STOPPED = "STOPPED"
    VOID = "VOID"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {State.RUNNING: "计时中", State.HELD: "申请待定", State.STOPPED: "已答复", State.VOID: "已作废"}


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """What makes a date of an order one of its own: a moved deadline is the next version."""

    round: int
    kind: Kind
    deadline_version: int
    assisting: str = ""
    """The unit, where it assists (16): its dates are counted beside those of the lead."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A date, as the newest snapshot that speaks of it told it, and the light that was turned so far.

    `void_at` is the instant of the first snapshot that called it void, which changes nothing else known of it: when an
    extension took its place it is not void but replaced, from `replaced_at`, and what fell before stands (11(4)).
    """

    key: Key
    deadline: Deadline
    unit_id: str
    state: State = State.RUNNING
    held_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None
    void_at: dt.datetime | None = None
    replaced_at: dt.datetime | None = None
    light: Light = Light.NONE

    @property
    def is_lit(self) -> bool:
        """Whether the law gives this date lights at all."""
        return self.deadline.yellow_at is not None or self.deadline.red_at is not None

    @property
    def is_void(self) -> bool:
        """Whether its ground fell away: nothing of it counts."""
        return self.void_at is not None and self.replaced_at is None

    @property
    def answered_at(self) -> dt.datetime | None:
        """When the unit answered; a request asked for before may still be undecided."""
        return None if self.state is State.RUNNING else self.stopped_at

    @property
    def is_open(self) -> bool:
        """Whether it runs against the unit still."""
        running = self.state in (State.RUNNING, State.HELD) and self.answered_at is None
        return running and self.void_at is None and self.replaced_at is None


@dataclass(frozen=True, order=True, slots=True)
class Turn:
    """A light goes up, at the instant of the law."""

    at: dt.datetime
    light: Light


def rank(light: Light) -> int:
    """How grave a light is."""
    return _RANKS[light]


def schedule(clock: Clock) -> tuple[Turn, ...]:
    """Art. 12, 13: every turn the law gives this date by what is known now, in the order of their instants.

    A void date has none. What stopped or was replaced keeps those up to then, also when nobody noticed them in time.
    Red (and the urging with it) waits from the asking of an undecided request (11(4), 11(7)), and never falls on an
    answer received in time: at the deadline itself is in time.
    """
    if clock.is_void:
        return ()
    turns = []
    yellow_at, red_at = clock.deadline.yellow_at, clock.deadline.red_at
    if yellow_at is not None and not _is_over(clock, yellow_at):
        turns.append(Turn(yellow_at, Light.YELLOW))
    if red_at is not None and not _is_over(clock, red_at) and not _waits(clock, red_at) and not _was_in_time(clock):
        turns.append(Turn(red_at, Light.RED))
    return tuple(turns)


def light_left(clock: Clock) -> Light:
    """What the date may keep of the light it shows, by what is known now.

    It asks no instant: what was turned was due then, on whichever machine, and only news can make it wrong.
    """
    kept = [turn.light for turn in schedule(clock) if rank(turn.light) <= rank(clock.light)]
    return kept[-1] if kept else Light.NONE


def turns_ahead(clock: Clock) -> tuple[Turn, ...]:
    """The turns that the date's light has not taken yet."""
    return tuple(turn for turn in schedule(clock) if rank(turn.light) > rank(clock.light))


def article_of(clock: Clock, light: Light) -> Article:
    """The article that turns it: red at the deadline itself is Art. 13, every other light Art. 12."""
    at_once = light is Light.RED and clock.deadline.red_at == clock.deadline.deadline_at
    return Article(13) if at_once else Article(12)


def _is_over(clock: Clock, at: dt.datetime) -> bool:
    return any(end is not None and at > end for end in (clock.answered_at, clock.replaced_at))


def _waits(clock: Clock, at: dt.datetime) -> bool:
    undecided = clock.state in (State.HELD, State.VOID)
    return undecided and clock.held_at is not None and at > clock.held_at


def _was_in_time(clock: Clock) -> bool:
    return clock.answered_at is not None and clock.answered_at <= clock.deadline.deadline_at
