"""Steps that many courses share. Each ends when its verb is done."""

from __future__ import annotations

from datetime import timedelta

from simulator.case import Case
from simulator.desks.orders import OrderDesk
from simulator.timeline import Course

# Every so many orders goes to a district, which answers it itself where its course does not hand it on.
EVERY_DISTRICT = 3
MIDDAY = timedelta(hours=11)
"""Before the end of a day: the early afternoon of the day itself."""
NEXT_MORNING = timedelta(hours=10)
"""After the end of a day."""
LAST_MOMENT = timedelta(minutes=40)


def unit_for(case: Case) -> str:
    """Whose duty it is."""
    if case.message.number % EVERY_DISTRICT == 0:
        return case.district.unit.unit_id
    return case.units()[0].unit_id


def dispatched(case: Case, unit_id: str = "", result_days: int = 0) -> Course:
    """11(2)."""
    yield case.after(0.3, 4)
    case.order.dispatch(unit_id or unit_for(case), result_days)


def taken(case: Case, unit_id: str = "", result_days: int = 0) -> Course:
    """11(2), 11(3): dispatched, and signed in."""
    yield from dispatched(case, unit_id, result_days)
    yield case.after(0.5, 5)
    case.order.sign_in()


def replied_early(case: Case) -> Course:
    """11(5): within a day or two."""
    yield case.working_day(1 + case.chance.randrange(2))
    case.order.reply()


def replied_on_the_day(case: Case) -> Course:
    """11(5), 12: on the last day, under a yellow light."""
    yield case.due.deadline_at - MIDDAY
    case.order.reply()


def replied_after_red(case: Case) -> Course:
    """12: after the red light and the urging."""
    yield (case.due.red_at or case.due.deadline_at) + NEXT_MORNING
    case.order.reply()


def passed(case: Case, desk: OrderDesk | None = None) -> Course:
    """11(8): the reply is clear and detailed."""
    yield case.after(0.5, 5)
    (desk or case.order).pass_review()


def satisfied(case: Case, process: str = "SATISFIED", result: str = "SATISFIED") -> Course:
    """11(8), 11(10): called, rated, closed."""
    yield case.after(1, 20)
    case.order.record_ratings(process, result)
    case.order.close_satisfied()


def finished(case: Case) -> Course:
    """From the reply to 办结."""
    yield from passed(case)
    yield from satisfied(case)
