"""省级工单: a day for a return, and an extension asked for a working day before the date (Art. 11(4), 11(6))."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import LAST_MOMENT, finished, replied_after_red, replied_early, replied_on_the_day, taken
from simulator.desks.refusals import refused
from simulator.timeline import Course


def provincial(case: Case) -> Course:
    """The plain way."""
    yield from taken(case)
    yield from replied_early(case)
    yield from finished(case)


def returned_in_a_day(case: Case) -> Course:
    """In time on the first working day."""
    yield from taken(case, case.units()[0].unit_id)
    yield case.working_day(1)
    case.order.request_return(case.units()[1].unit_id)
    yield case.after(1, 4)
    case.order.grant_return()
    yield from taken(case, case.units()[1].unit_id)
    yield from replied_early(case)
    yield from finished(case)


def returned_in_two_days(case: Case) -> Course:
    """Late, where an ordinary order would be in time."""
    yield from taken(case, case.units()[0].unit_id)
    yield case.working_day(2)
    case.order.request_return(case.units()[1].unit_id)
    yield case.after(1, 4)
    case.order.refuse_return()
    yield from replied_on_the_day(case)
    yield from finished(case)


def extended_before_the_last_day(case: Case) -> Course:
    """Asked for before the last day has begun."""
    yield from taken(case)
    yield (case.due.yellow_at or case.due.deadline_at) - LAST_MOMENT
    case.order.request_extension(3)
    yield case.working_day(1)
    case.order.grant_extension()
    yield from replied_on_the_day(case)
    yield from finished(case)


def asked_on_the_last_day(case: Case) -> Course:
    """Too late, where an ordinary order would be in time."""
    yield from taken(case)
    yield case.due.deadline_at - LAST_MOMENT
    with refused("11-4"):
        case.order.request_extension(3)
    yield from replied_after_red(case)
    yield from finished(case)


PATHS = (returned_in_a_day, extended_before_the_last_day, asked_on_the_last_day, returned_in_two_days, provincial)
