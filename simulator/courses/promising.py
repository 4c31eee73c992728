"""续报: a promise kept, broken, made again (Art. 11(7))."""

from __future__ import annotations

from datetime import date

from regulation.instants import local_day
from simulator.case import Case
from simulator.courses.steps import LAST_MOMENT, finished, replied_after_red, replied_early, replied_on_the_day, taken
from simulator.desks.refusals import refused
from simulator.timeline import Course


def _day(case: Case, days: int) -> date:
    """So many working days after today."""
    return case.stage.city.law.calendar.nth_working_day_after(local_day(case.now), days)


def _promised(case: Case, days: int) -> Course:
    yield case.working_day(2)
    case.order.request_progress_report(_day(case, days))
    yield case.after(1, 6)
    case.order.grant_progress_report()


def kept(case: Case) -> Course:
    """On the promised day, under its yellow light; who promised is not extended any more."""
    yield from taken(case)
    yield from _promised(case, 9)
    with refused("11-4"):
        case.order.request_extension(2)
    yield from replied_on_the_day(case)
    yield from finished(case)


def broken(case: Case) -> Course:
    """Overdue, red and urged."""
    yield from taken(case)
    yield from _promised(case, 6)
    yield from replied_after_red(case)
    yield from finished(case)


def promised_again(case: Case) -> Course:
    """One further promise, and no third."""
    yield from taken(case)
    yield from _promised(case, 6)
    yield from _promised(case, 8)
    yield case.working_day(1)
    with refused("11-7"):
        case.order.request_progress_report(_day(case, 12))
    yield from replied_early(case)
    yield from finished(case)


def after_extension(case: Case) -> Course:
    """Extended first, and still not solved."""
    yield from taken(case)
    yield case.working_day(1)
    case.order.request_extension(3)
    yield case.after(1, 4)
    case.order.grant_extension()
    yield from _promised(case, 12)
    yield from replied_early(case)
    yield from finished(case)


def promise_refused(case: Case) -> Course:
    """The date stands, and is missed."""
    yield from taken(case)
    yield case.working_day(2)
    case.order.request_progress_report(_day(case, 10))
    yield case.after(1, 4)
    case.order.refuse_progress_report()
    yield from replied_after_red(case)
    yield from finished(case)


def granted_after_the_date(case: Case) -> Course:
    """Asked at the last moment: the interim report was on time."""
    yield from taken(case)
    yield case.due.deadline_at - LAST_MOMENT
    case.order.request_progress_report(_day(case, 7))
    yield case.working_day(1)
    case.order.grant_progress_report()
    yield from replied_early(case)
    yield from finished(case)


PATHS = (kept, broken, promised_again, granted_after_the_date, after_extension, promise_refused)
