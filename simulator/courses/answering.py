"""Answered in time, late or never (Art. 11(2), 11(3), 11(5), 12)."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import (
    NEXT_MORNING,
    dispatched,
    finished,
    passed,
    replied_after_red,
    replied_early,
    replied_on_the_day,
    satisfied,
    taken,
)  # fmt: skip
from simulator.desks.refusals import refused
from simulator.timeline import Course


def on_time(case: Case) -> Course:
    """The plain way."""
    yield from taken(case)
    yield from replied_early(case)
    yield from finished(case)


def fairly_satisfied(case: Case) -> Course:
    """11(8): 基本满意."""
    yield from taken(case)
    yield from replied_early(case)
    yield from passed(case)
    yield from satisfied(case, "SATISFIED", "FAIR")


def explained(case: Case) -> Course:
    """11(3): the demand is against the law, and the caller sees it."""
    yield from taken(case)
    yield case.working_day(2)
    case.order.reply_with_explanation()
    yield from passed(case)
    yield from satisfied(case, "FAIR", "FAIR")


def barely_said(case: Case) -> Course:
    """11(5): a bare 已处理 does not pass."""
    yield from taken(case)
    yield case.working_day(1)
    with refused("11-5"):
        case.order.reply(bare=True)
    yield case.after(1, 3)
    case.order.reply()
    yield from finished(case)


def yellow_only(case: Case) -> Course:
    """12: answered under a yellow light."""
    yield from taken(case)
    yield from replied_on_the_day(case)
    yield from finished(case)


def overdue_before_red(case: Case) -> Course:
    """12: overdue, and the light still yellow."""
    yield from taken(case)
    yield case.due.deadline_at + NEXT_MORNING
    case.order.reply()
    yield from finished(case)


def urged(case: Case) -> Course:
    """12: red, urged, and answered late."""
    yield from taken(case)
    yield from replied_after_red(case)
    yield from finished(case)


def never_answered(case: Case) -> Course:
    """12: left open, red."""
    yield from taken(case)


def never_signed_in(case: Case) -> Course:
    """11(3): its date runs from delivery all the same."""
    yield from dispatched(case)


def never_dispatched(case: Case) -> Course:
    """11(2): the hub's own breach, without a light."""
    yield case.after(1, 2)


def dispatched_late(case: Case) -> Course:
    """11(2): the hub's own breach; the unit's term is whole."""
    yield case.order.story.standing().dates[-1].deadline.deadline_at + NEXT_MORNING
    yield from taken(case)
    yield from replied_early(case)
    yield from finished(case)


PATHS = (
    yellow_only, urged, explained, overdue_before_red, barely_said, fairly_satisfied, dispatched_late, never_answered,
    never_signed_in, never_dispatched,
)  # fmt: skip
