"""15(5): whether a unit kept up what it must of the knowledge base, by the term it was told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from regulation.instants import closing_day
from services.assessment.rules.rates import Definition, Fact, facts_of
from services.assessment.rules.rounds import Round


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A piece of work as far as it was told: when it is due, when it was done."""

    upkeep_id: str
    unit_id: str
    due_at: dt.datetime | None = None
    done_at: dt.datetime | None = None


def take_upkeep(known: Upkeep | None, told: Upkeep) -> Upkeep:
    """What was known with what was told; each is told once, in any order."""
    if known is None:
        return told
    return replace(known, due_at=known.due_at or told.due_at, done_at=known.done_at or told.done_at)


def upkeep_facts(upkeep: Upkeep, definition: Definition) -> list[Fact]:
    """What the rates count of it; nothing before its term is known."""
    if upkeep.due_at is None:
        return []
    kept = upkeep.done_at is not None and upkeep.done_at <= upkeep.due_at
    marks = frozenset({"kept_up"} if kept else ())
    return list(facts_of(upkeep.upkeep_id, [Round(0, upkeep.unit_id, "", marks, {"kept_by": closing_day(upkeep.due_at)})], definition))
