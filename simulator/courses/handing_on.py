"""转交: a district hands the city's order on to its own, and answers for it (Art. 7(2))."""

from __future__ import annotations

from simulator.case import Case
from simulator.courses.steps import (
    NEXT_MORNING,
    finished,
    passed,
    replied_after_red,
    replied_early,
    satisfied,
    taken,
)  # fmt: skip
from simulator.desks.orders import OrderDesk
from simulator.desks.refusals import refused
from simulator.timeline import Course

LONG = 5


def _handed_on(case: Case, town: int = 0) -> Course:
    """Dispatched to a district, which hands it on. Keeps the inner desk with the case."""
    yield case.after(0.3, 4)
    case.order.dispatch(case.district.unit.unit_id)
    yield from _on(case, town)


def _on(case: Case, town: int = 0) -> Course:
    yield case.after(0.5, 3)
    case.inner = case.order.hand_on(case.towns()[town].unit_id)
    yield case.after(0.5, 3)
    case.inner.sign_in()


def _answered(case: Case, desk: OrderDesk) -> Course:
    """The town answers the district, which answers the city."""
    yield case.working_day(1)
    desk.reply()
    yield from passed(case, desk)
    yield case.after(0.5, 3)
    case.order.reply()


def handed_on(case: Case) -> Course:
    """The plain way; the city calls back, once."""
    yield from _handed_on(case)
    yield from _answered(case, case.inner)
    with refused("11-8"):
        case.inner.record_ratings("SATISFIED", "SATISFIED")
    yield from finished(case)


def town_gives_back(case: Case) -> Course:
    """11(6) within the district: given back, and dispatched to another of its own."""
    yield from _handed_on(case)
    yield case.working_day(1)
    case.inner.request_return(case.towns()[1].unit_id)
    yield case.after(1, 4)
    case.inner.grant_return()
    yield case.after(0.5, 2)
    case.inner.dispatch(case.towns()[1].unit_id)
    yield case.after(0.5, 2)
    case.inner.sign_in()
    yield from _answered(case, case.inner)
    yield from finished(case)


def taken_back(case: Case) -> Course:
    """The district takes it back from the town, and answers itself."""
    yield from _handed_on(case)
    yield case.working_day(1)
    case.inner.recall()
    yield case.after(1, 4)
    case.order.reply()
    yield from finished(case)


def not_waited_for(case: Case) -> Course:
    """The district answers before the town has."""
    yield from _handed_on(case)
    yield from replied_early(case)
    yield from finished(case)


def town_sent_back(case: Case) -> Course:
    """11(8) within the district."""
    yield from _handed_on(case)
    yield case.working_day(1)
    case.inner.reply()
    yield case.after(1, 3)
    case.inner.send_back_reply()
    yield from _answered(case, case.inner)
    yield from finished(case)


def town_late(case: Case) -> Course:
    """Both are urged: the inner date is the outer one."""
    yield from _handed_on(case)
    yield (case.due.red_at or case.due.deadline_at) + NEXT_MORNING
    case.inner.reply()
    yield from passed(case, case.inner)
    yield case.after(1, 3)
    case.order.reply()
    yield from finished(case)


def town_extended(case: Case) -> Course:
    """The inner date is never later than the outer one: first the city extends, then the district."""
    yield from _handed_on(case)
    yield case.working_day(1)
    case.inner.request_extension(LONG)
    yield case.after(0.5, 2)
    with refused("7-2"):
        case.inner.grant_extension()
    case.order.request_extension(LONG)
    yield case.after(0.5, 2)
    case.order.grant_extension()
    yield case.after(0.5, 1)
    case.inner.grant_extension(LONG - 2)
    yield from _answered(case, case.inner)
    yield from finished(case)


def handed_on_anew(case: Case) -> Course:
    """The city sends the reply back: the inner order is over, and another town gets it."""
    yield from _handed_on(case)
    yield from _answered(case, case.inner)
    yield case.after(1, 4)
    case.order.send_back_reply()
    yield from _on(case, 1)
    yield from _answered(case, case.inner)
    yield from finished(case)


def reworked_in_the_district(case: Case) -> Course:
    """A new round, handed on anew, with the new date."""
    yield from _handed_on(case)
    yield from _answered(case, case.inner)
    yield from passed(case)
    yield case.after(1, 8)
    case.order.record_ratings("DISSATISFIED", "DISSATISFIED")
    case.order.rework()
    yield from _on(case)
    yield from _answered(case, case.inner)
    yield from passed(case)
    yield from satisfied(case, "FAIR", "SATISFIED")


def withdrawn_from_the_town(case: Case) -> Course:
    """11(1): the caller takes it back from both."""
    yield from _handed_on(case)
    yield case.after(1, 8)
    case.withdraw()


def district_gives_back(case: Case) -> Course:
    """11(6): not the district's; while it is handed on elsewhere nobody else may have it."""
    yield from taken(case, case.district.unit.unit_id)
    yield case.after(1, 3)
    case.order.request_return(case.units()[0].unit_id)
    with refused("7-2"):
        case.order.hand_on(case.towns()[0].unit_id)
    yield case.after(1, 4)
    case.order.grant_return()
    yield from taken(case, case.units()[0].unit_id)
    yield from replied_early(case)
    yield from finished(case)


def town_never_answers(case: Case) -> Course:
    """Left open, both red."""
    yield from _handed_on(case)


def district_late(case: Case) -> Course:
    """The town was in time, the district sat on it."""
    yield from _handed_on(case)
    yield case.working_day(1)
    case.inner.reply()
    yield from passed(case, case.inner)
    yield from replied_after_red(case)
    yield from finished(case)


PATHS = (
    handed_on, town_gives_back, town_extended, taken_back, town_late, handed_on_anew, town_sent_back, not_waited_for,
    reworked_in_the_district, withdrawn_from_the_town, district_gives_back, district_late, town_never_answers,
)  # fmt: skip
