"""回退: granted, refused, late, lapsed, and once too often (Art. 11(6))."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import finished, replied_early, replied_on_the_day, taken, unit_for
from simulator.timeline import Course

TIMES = 3


def _others(case: Case) -> list[str]:
    """Units of the city other than the first that gets it."""
    return [unit.unit_id for unit in case.units() if unit.unit_id != unit_for(case)]


def _given_back(case: Case, days: int) -> Course:
    yield from taken(case)
    yield case.working_day(days)
    case.order.request_return(_others(case)[0])


def _anew(case: Case) -> Course:
    yield from taken(case, _others(case)[0])
    yield from replied_early(case)
    yield from finished(case)


def returned(case: Case) -> Course:
    """Granted: the round is void, and the next unit has its whole term."""
    yield from _given_back(case, 1)
    yield case.after(1, 8)
    case.order.grant_return()
    yield from _anew(case)


def returned_unsigned(case: Case) -> Course:
    """It need not be signed in to be given back."""
    yield case.after(0.3, 4)
    case.order.dispatch(unit_for(case))
    yield case.after(1, 4)
    case.order.request_return(_others(case)[0])
    yield case.after(1, 4)
    case.order.grant_return()
    yield from _anew(case)


def return_refused(case: Case) -> Course:
    """The unit's clock ran on."""
    yield from _given_back(case, 2)
    yield case.after(1, 8)
    case.order.refuse_return()
    yield from replied_on_the_day(case)
    yield from finished(case)


def late_return(case: Case) -> Course:
    """Taken for routing, and counted as an overdue round."""
    yield from _given_back(case, 3)
    yield case.after(1, 8)
    case.order.grant_return()
    yield from _anew(case)


def late_return_refused(case: Case) -> Course:
    """Counted all the same, though the answer is in time."""
    yield from _given_back(case, 3)
    yield case.after(1, 4)
    case.order.refuse_return()
    yield from replied_on_the_day(case)
    yield from finished(case)


def return_lapsed(case: Case) -> Course:
    """Answered after all, before it was decided."""
    yield from _given_back(case, 1)
    yield case.after(1, 8)
    case.order.reply()
    yield from finished(case)


def returned_thrice(case: Case) -> Course:
    """The third opens a coordination case, whose decision dispatches (16)."""
    others = _others(case)
    for time in range(TIMES):
        yield from taken(case, others[time])
        yield case.after(1, 6)
        case.order.request_return(others[time + 1])
        yield case.after(1, 6)
        case.order.grant_return()
    yield case.after(1, 6)
    case.order.decide_coordination(others[TIMES])
    yield case.after(0.5, 5)
    case.order.sign_in()
    yield from replied_early(case)
    yield from finished(case)


PATHS = (returned, late_return, return_refused, returned_thrice, late_return_refused, return_lapsed, returned_unsigned)
