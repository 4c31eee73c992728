"""Stories of orders told at set instants of Zibo's clocks, for tests of the book."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from regulation.calendar import national
from regulation.policy import Policy
from regulation.terms import Source
from simulator.book.standing import Law
from simulator.book.story import Story

LAW = Law(national(), Policy())
MORNING = "2025-01-24 10:00"  # a Friday before the Spring Festival of 2025
LATER = "2025-06-01 12:00"


def at(local: str) -> datetime:
    """An instant as 2025-01-24 10:00 on Zibo's clocks."""
    return datetime.fromisoformat(f"{local}+08:00")


def end_of(day: str) -> datetime:
    """24:00 of a day."""
    return at(f"{day} 00:00") + timedelta(days=1)


def story(*steps: tuple[Any, ...], source: Source = Source.ORDINARY, urgent: bool = False) -> Story:
    """Formed on the morning; then (instant, verb, what was said) each."""
    told = Story("order", "zibo", LAW, source, urgent)
    told.enter("open_order", at(MORNING))
    for local, verb, *said in steps:
        told.enter(verb, at(local), **(said[0] if said else {}))
    return told


def handled(*steps: tuple[Any, ...], source: Source = Source.ORDINARY, urgent: bool = False, **said: Any) -> Story:
    """Dispatched and signed in on the morning."""
    return story(
        (MORNING, "dispatch", {"unit_id": "water", **said}), (MORNING, "sign_in"), *steps, source=source, urgent=urgent
    )  # fmt: skip


def lights(told: Story, now: str = LATER) -> list[tuple[str, str, datetime]]:
    """What must have turned by now: kind of date, light, instant."""
    dates = told.standing().dates
    return [(kept.kind.name, light.name, instant) for kept in dates for light, instant in kept.lights(at(now))]
