"""Taken back, added to, sent to the wrong unit, kept from a party (Art. 10, 11(1), 11(2), 17)."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import finished, passed, replied_early, replied_on_the_day, taken, unit_for
from simulator.timeline import Course


def supplemented(case: Case) -> Course:
    """10: the caller adds something; no date moves."""
    yield from taken(case)
    yield case.after(1, 8)
    case.supplement()
    yield from replied_on_the_day(case)
    yield case.after(0.5, 2)
    case.supplement()
    yield from finished(case)


def withdrawn_undispatched(case: Case) -> Course:
    """Before anybody had it."""
    yield case.after(0.5, 2)
    case.withdraw()


def withdrawn_in_hand(case: Case) -> Course:
    """The round is out of every count, its yellow light with it."""
    yield from taken(case)
    yield (case.due.yellow_at or case.due.deadline_at)
    yield case.after(1, 6)
    case.withdraw()


def withdrawn_after_the_reply(case: Case) -> Course:
    """Before it was called back."""
    yield from taken(case)
    yield from replied_early(case)
    yield from passed(case)
    yield case.after(0.5, 3)
    case.withdraw()


def recalled(case: Case) -> Course:
    """Wrongly dispatched: the round is void, the hub's date runs on."""
    yield from taken(case)
    yield case.after(1, 3)
    case.order.recall()
    others = [unit.unit_id for unit in case.units() if unit.unit_id != unit_for(case)]
    yield from taken(case, others[0])
    yield from replied_early(case)
    yield from finished(case)


PATHS = (withdrawn_in_hand, recalled, supplemented, withdrawn_undispatched, withdrawn_after_the_reply)
