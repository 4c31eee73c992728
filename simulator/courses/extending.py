"""延期: granted, refused, asked at the last moment, decided late (Art. 11(4))."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import (
    LAST_MOMENT,
    NEXT_MORNING,
    finished,
    replied_after_red,
    replied_early,
    replied_on_the_day,
    taken,
)  # fmt: skip
from simulator.desks.refusals import refused
from simulator.timeline import Course

LONG = 8


def _asked_early(case: Case, days: int = 5) -> Course:
    yield from taken(case)
    yield case.working_day(2)
    case.order.request_extension(days)


def _asked_at_the_last_moment(case: Case, days: int = 3) -> Course:
    yield from taken(case)
    yield case.due.deadline_at - LAST_MOMENT
    case.order.request_extension(days)


def _gone_up(case: Case) -> Course:
    """11(4): undecided for a working day, and a morning."""
    asked = case.working_day(1)
    yield max(asked, case.due.deadline_at)
    yield case.working_day(1)
    case.escalated()


def extended(case: Case) -> Course:
    """Granted as asked for, and kept."""
    yield from _asked_early(case)
    yield case.after(1, 8)
    case.order.grant_extension()
    yield from replied_on_the_day(case)
    yield from finished(case)


def extended_in_vain(case: Case) -> Course:
    """Granted for fewer days, and missed: the new date has its own lights."""
    yield from _asked_early(case)
    yield case.after(1, 8)
    case.order.grant_extension(2)
    yield from replied_after_red(case)
    yield from finished(case)


def extended_once(case: Case) -> Course:
    """Once a round; and who was extended no longer gives it back (11(6))."""
    yield from _asked_early(case, 2)
    yield case.after(0.5, 2)
    case.order.grant_extension()
    yield case.after(0.5, 1)
    with refused("11-4"):
        case.order.request_extension(2)
    with refused("11-6"):
        case.order.request_return(case.units()[1].unit_id)
    yield from replied_early(case)
    yield from finished(case)


def extension_refused(case: Case) -> Course:
    """Refused, and answered in time."""
    yield from _asked_early(case)
    yield case.after(1, 6)
    case.order.refuse_extension()
    yield from replied_on_the_day(case)
    yield from finished(case)


def extension_refused_in_vain(case: Case) -> Course:
    """Refused, and missed."""
    yield from _asked_early(case)
    yield case.after(1, 6)
    case.order.refuse_extension()
    yield from replied_after_red(case)
    yield from finished(case)


def at_the_last_moment(case: Case) -> Course:
    """Asked in time, granted after the old date: it was on time."""
    yield from _asked_at_the_last_moment(case)
    yield case.working_day(1)
    case.order.grant_extension()
    yield from replied_early(case)
    yield from finished(case)


def granted_late(case: Case) -> Course:
    """The hub lets its day go by; the supervisor grants more than five days, with a reason."""
    yield from _asked_early(case)
    yield from _gone_up(case)
    case.order.grant_extension(LONG, "ROLE_SUPERVISOR")
    yield from replied_on_the_day(case)
    yield from finished(case)


def granted_too_much(case: Case) -> Course:
    """More than five days is the supervisor's to grant."""
    yield from _asked_early(case, LONG)
    yield case.after(0.5, 2)
    with refused("11-4"):
        case.order.grant_extension()
    case.order.grant_extension(5)
    yield from replied_early(case)
    yield from finished(case)


def refused_late(case: Case) -> Course:
    """Red and urging waited; refused after all, they fire at once."""
    yield from _asked_at_the_last_moment(case)
    yield from _gone_up(case)
    case.order.refuse_extension("ROLE_SUPERVISOR")
    yield case.after(2, 4)
    case.order.reply()
    yield from finished(case)


def answered_before_granted(case: Case) -> Course:
    """Answered while undecided, and granted: on time."""
    yield from _asked_at_the_last_moment(case)
    yield case.due.deadline_at + NEXT_MORNING
    case.order.reply()
    yield case.after(1, 3)
    with refused("11-8"):
        case.order.pass_review()
    case.order.grant_extension()
    yield from finished(case)


def answered_before_refused(case: Case) -> Course:
    """Answered while undecided, and refused: late."""
    yield from _asked_at_the_last_moment(case)
    yield case.due.deadline_at + NEXT_MORNING
    case.order.reply()
    yield case.after(1, 3)
    case.order.refuse_extension()
    yield from finished(case)


def asked_too_late(case: Case) -> Course:
    """After the date nothing is extended."""
    yield from taken(case)
    yield case.due.deadline_at + NEXT_MORNING
    with refused("11-4"):
        case.order.request_extension(3)
    case.order.reply()
    yield from finished(case)


def left_undecided(case: Case) -> Course:
    """Held to the end: yellow, never red."""
    yield from _asked_at_the_last_moment(case)
    yield from _gone_up(case)


PATHS = (
    extended, at_the_last_moment, refused_late, extension_refused_in_vain, extended_in_vain, granted_late, answered_before_granted,
    asked_too_late, extended_once, extension_refused, granted_too_much, answered_before_refused, left_undecided,
)  # fmt: skip
