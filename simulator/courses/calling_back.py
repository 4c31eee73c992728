"""回访: reached or not, satisfied or not, reworked or closed (Art. 11(8), 11(9), 11(10))."""

from __future__ import annotations

from datetime import timedelta

from simulator.case import Case
from simulator.courses.steps import finished, passed, replied_after_red, replied_early, satisfied, taken
from simulator.desks.refusals import refused
from simulator.timeline import Course

LINK_OPEN = timedelta(hours=72)
A_BIT = timedelta(hours=2)


def _answered(case: Case) -> Course:
    yield from taken(case)
    yield from replied_early(case)
    yield from passed(case)


def _dissatisfied(case: Case) -> Course:
    yield case.after(1, 20)
    case.order.record_ratings("FAIR", "DISSATISFIED")


def _called_in_vain(case: Case) -> Course:
    """Three calls over two days, and the link; neither can be cut short."""
    yield case.after(1, 3)
    case.order.record_attempt()
    yield case.after(1, 2)
    case.order.record_attempt()
    with refused("11-8"):
        case.order.send_rating_link()
    yield case.working_day(1)
    case.order.record_attempt()
    yield case.after(0.5, 1)
    case.order.send_rating_link()
    with refused("11-8"):
        case.order.find_unreachable()


def _not_reached(case: Case) -> Course:
    yield from _called_in_vain(case)
    yield case.now + LINK_OPEN + A_BIT
    case.order.find_unreachable()


def unreachable(case: Case) -> Course:
    """Closed with that mark: the answer is lawful."""
    yield from _answered(case)
    yield from _not_reached(case)
    yield case.after(1, 6)
    case.order.close_unreachable()


def rated_by_link(case: Case) -> Course:
    """Reached by the link."""
    yield from _answered(case)
    yield from _called_in_vain(case)
    yield case.now + LINK_OPEN / 2
    case.order.record_ratings("SATISFIED", "FAIR", "LINK")
    yield case.after(1, 6)
    case.order.close_satisfied()


def reached_at_last(case: Case) -> Course:
    """The second call is answered."""
    yield from _answered(case)
    yield case.after(1, 3)
    case.order.record_attempt()
    yield from satisfied(case)


def unreachable_not_lawful(case: Case) -> Course:
    """Nobody there, and the answer will not do: reworked."""
    yield from _answered(case)
    yield from _not_reached(case)
    yield case.after(1, 6)
    case.order.rework("UNREACHABLE_NOT_LAWFUL")
    yield from _handled_again(case)


def reworked(case: Case) -> Course:
    """Dissatisfied, and reasonable; then satisfied."""
    yield from _answered(case)
    yield from _dissatisfied(case)
    with refused("11-10"):
        case.order.close_satisfied()
    yield case.after(1, 4)
    case.order.rework()
    yield from _handled_again(case)


def reworked_late(case: Case) -> Course:
    """The new round has its own date, and misses it."""
    yield from _answered(case)
    yield from _dissatisfied(case)
    yield case.after(1, 4)
    case.order.rework()
    yield case.after(1, 4)
    case.order.sign_in()
    yield from replied_after_red(case)
    yield from finished(case)


def reworked_twice(case: Case) -> Course:
    """Reworked again; then the answer is found lawful."""
    yield from _answered(case)
    for _ in range(2):
        yield from _dissatisfied(case)
        yield case.after(1, 4)
        case.order.rework()
        yield case.after(1, 4)
        case.order.sign_in()
        yield from replied_early(case)
        yield from passed(case)
    yield from _dissatisfied(case)
    yield case.after(1, 4)
    case.order.close_dissatisfied()


def not_done(case: Case) -> Course:
    """应办未办, though the caller did not complain."""
    yield from _answered(case)
    yield case.after(1, 20)
    case.order.record_ratings("SATISFIED", "SATISFIED")
    case.order.rework("NOT_DONE")
    yield from _handled_again(case)


def dissatisfied_though_lawful(case: Case) -> Course:
    """Closed with that mark."""
    yield from _answered(case)
    yield from _dissatisfied(case)
    yield case.after(1, 6)
    case.order.close_dissatisfied()


def ill_treated(case: Case) -> Course:
    """The result will do, how it came about will not."""
    yield from _answered(case)
    yield case.after(1, 20)
    case.order.record_ratings("DISSATISFIED", "SATISFIED")
    yield case.after(1, 6)
    case.order.close_dissatisfied()


def _handled_again(case: Case) -> Course:
    yield case.after(1, 4)
    case.order.sign_in()
    yield from replied_early(case)
    yield from finished(case)


PATHS = (
    reworked, unreachable, dissatisfied_though_lawful, rated_by_link, reworked_twice, unreachable_not_lawful, reworked_late,
    not_done, ill_treated, reached_at_last,
)  # fmt: skip
