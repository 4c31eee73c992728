"""Deficient replies sent back (Art. 11(8))."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import finished, replied_after_red, replied_on_the_day, taken
from simulator.timeline import Course


def sent_back_early(case: Case) -> Course:
    """The old date is the later one, and runs on."""
    yield from taken(case)
    yield case.after(1, 4)
    case.order.reply()
    yield case.after(1, 4)
    case.order.send_back_reply()
    yield from replied_on_the_day(case)
    yield from finished(case)


def sent_back_late(case: Case) -> Course:
    """A working day from the decision, and answered in it."""
    yield from taken(case)
    yield from replied_on_the_day(case)
    yield case.working_day(1)
    case.order.send_back_reply()
    yield case.working_day(1)
    case.order.reply()
    yield from finished(case)


def sent_back_in_vain(case: Case) -> Course:
    """The new date has lights of its own."""
    yield from taken(case)
    yield from replied_on_the_day(case)
    yield case.working_day(1)
    case.order.send_back_reply()
    yield from replied_after_red(case)
    yield from finished(case)


def sent_back_twice(case: Case) -> Course:
    """And once more."""
    yield from taken(case)
    yield from replied_on_the_day(case)
    for _ in range(2):
        yield case.working_day(1)
        case.order.send_back_reply()
        yield case.after(2, 4)
        case.order.reply()
    yield from finished(case)


PATHS = (sent_back_late, sent_back_early, sent_back_in_vain, sent_back_twice)
