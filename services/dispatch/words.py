"""The rules' words as the protos number them, and back."""

from __future__ import annotations

import enum
from typing import Any, TypeVar

from chassis.stamps import stamp
from hotline.dispatch.v1 import coordinations_pb2, events_pb2, orders_pb2, suggestions_pb2
from hotline.ticket.v1 import ticket_pb2
from regulation.deadlines import Deadline, Kind, Light
from regulation.explanation import Day
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules.calling_back import Outcome
from services.dispatch.rules.coordinating import CaseState, CaseVerb, Cause
from services.dispatch.rules.order import ClockState, Closing, Ending, Rating, Via
from services.dispatch.rules.replying import AnsweredBy
from services.dispatch.rules.requests import Decision
from services.dispatch.rules.reworking import Ground
from services.dispatch.rules.suggesting import UnitGround

Word = TypeVar("Word", bound=enum.StrEnum)
OPEN_VERB = "open"
_STEPS: dict[str, str] = {OPEN_VERB: "形成转办工单", **{verb.value: verb.term for verb in (*Verb, *CaseVerb)}}

_ENUMS: dict[type[enum.StrEnum], tuple[Any, str]] = {
    State: (events_pb2.OrderState, "ORDER_STATE"),
    ClockState: (events_pb2.ClockState, "CLOCK_STATE"),
    Closing: (events_pb2.Closing, "CLOSING"),
    Rating: (events_pb2.Rating, "RATING"),
    Ending: (orders_pb2.Ending, "ENDING"),
    Decision: (orders_pb2.Decision, "DECISION"),
    AnsweredBy: (orders_pb2.AnsweredBy, "ANSWERED_BY"),
    Outcome: (orders_pb2.AttemptOutcome, "ATTEMPT_OUTCOME"),
    Via: (orders_pb2.RatingVia, "RATING_VIA"),
    Cause: (coordinations_pb2.CoordinationCause, "COORDINATION_CAUSE"),
    CaseState: (coordinations_pb2.CoordinationState, "COORDINATION_STATE"),
    Ground: (orders_pb2.ReworkGround, "REWORK_GROUND"),
    UnitGround: (suggestions_pb2.UnitGround, "UNIT_GROUND"),
    Source: (ticket_pb2.Source, "SOURCE"),
    UrgentKind: (ticket_pb2.UrgentKind, "URGENT_KIND"),
    Kind: (ticket_pb2.DeadlineKind, "DEADLINE_KIND"),
    Light: (ticket_pb2.Light, "LIGHT"),
}
# By type: words of different sorts may be the same text.
_NUMBERS = {words: {word: proto.Value(f"{prefix}_{word.name}") for word in words} for words, (proto, prefix) in _ENUMS.items()}
_WORDS = {words: {number: word for word, number in numbers.items()} for words, numbers in _NUMBERS.items()}


def step_term(verb: str) -> str:
    """What people call a step of an order's journal; empty for one without a name."""
    return _STEPS.get(verb, "")


def number_of(word: enum.StrEnum | None) -> Any:
    """A word's number; none is UNSPECIFIED. Any, for each enum of the protos is a type of its own."""
    return 0 if word is None else _NUMBERS[type(word)][word]


def word_of(words: type[Word], number: int) -> Word | None:
    """The word of a number; UNSPECIFIED is none."""
    found: Any = _WORDS[words].get(number)
    return found  # type: ignore[no-any-return]  # the table holds each sort's own words


def name_of(proto: Any, prefix: str, number: int) -> str:
    """The short name of a value that dispatch only passes on: COMPLAINT of NATURE_COMPLAINT in small letters."""
    return str(proto.Name(number)).removeprefix(f"{prefix}_").lower()


def named(proto: Any, prefix: str, name: str) -> Any:
    """The number of such a short name."""
    return proto.Value(f"{prefix}_{name.upper()}")


def deadline_message(deadline: Deadline) -> ticket_pb2.Deadline:
    """A deadline with everything that explains it and derives it again."""
    return ticket_pb2.Deadline(
        kind=number_of(deadline.kind),
        article=deadline.article.code,
        trigger_at=stamp(deadline.trigger_at),
        n=deadline.n,
        unit=deadline.unit.value,
        deadline_at=stamp(deadline.deadline_at),
        yellow_at=stamp(deadline.yellow_at),
        red_at=stamp(deadline.red_at),
        provisional=deadline.provisional,
        calendar_revision=deadline.calendar_revision,
        edition=deadline.edition,
        own_at=stamp(deadline.own_at),
    )


def day_message(day: Day) -> ticket_pb2.Day:
    """A day of an explanation."""
    return ticket_pb2.Day(date=day.date.isoformat(), working=day.working, counted=day.counted, why=day.why)
