"""紧急工单: at once, a first report in two hours, a result in one to three working days (Art. 13)."""

from __future__ import annotations

from datetime import timedelta

from regulation.instants import local_day
from simulator.case import Case
from simulator.courses.steps import NEXT_MORNING, finished
from simulator.desks.refusals import refused
from simulator.timeline import Course

IN_TIME = timedelta(minutes=50)
TOO_LATE = timedelta(hours=3)
DAYS = 3


def _dispatched(case: Case, unit_id: str = "", result_days: int = DAYS) -> None:
    """11(2): 及时."""
    case.order.dispatch(unit_id or case.units()[0].unit_id, result_days)


def reported_in_time(case: Case) -> Course:
    """Both in time; nothing urgent is put off."""
    _dispatched(case)
    yield case.now + IN_TIME
    case.order.submit_first_report()
    with refused("13"):
        case.order.request_extension(1)
    with refused("13"):
        case.order.request_progress_report(local_day(case.due.deadline_at + timedelta(days=DAYS)))
    yield case.working_day(1)
    case.order.reply()
    yield from finished(case)


def reported_late(case: Case) -> Course:
    """Urged at once, twice."""
    _dispatched(case, result_days=1)
    yield case.now + TOO_LATE
    case.order.submit_first_report()
    yield case.due.deadline_at + NEXT_MORNING
    case.order.reply()
    yield from finished(case)


def never_reported(case: Case) -> Course:
    """The result came without a first report, which stays missed."""
    _dispatched(case, result_days=2)
    yield case.now + timedelta(hours=1)
    case.order.sign_in()
    yield case.working_day(1)
    case.order.reply()
    yield from finished(case)


def urgent_sent_back(case: Case) -> Course:
    """The new date is red at once, too."""
    _dispatched(case, result_days=1)
    yield case.now + IN_TIME
    case.order.submit_first_report()
    yield case.working_day(1)
    case.order.reply()
    yield case.working_day(1)
    case.order.send_back_reply()
    yield case.due.deadline_at + NEXT_MORNING
    case.order.reply()
    yield from finished(case)


def urgent_in_a_district(case: Case) -> Course:
    """7(2): an hour limit is shared."""
    _dispatched(case, case.district.unit.unit_id)
    yield case.now + timedelta(minutes=5)
    case.inner = case.order.hand_on(case.towns()[0].unit_id)
    yield case.now + IN_TIME
    case.inner.submit_first_report()
    case.order.submit_first_report()
    yield case.working_day(1)
    case.inner.reply()
    yield case.after(0.5, 1)
    case.inner.pass_review()
    case.order.reply()
    yield from finished(case)


def urgent_reworked(case: Case) -> Course:
    """A fresh result's term."""
    _dispatched(case)
    yield case.now + IN_TIME
    case.order.submit_first_report()
    yield case.working_day(1)
    case.order.reply()
    yield case.after(1, 3)
    case.order.pass_review()
    yield case.after(1, 3)
    case.order.record_ratings("SATISFIED", "DISSATISFIED")
    case.order.rework()
    yield case.after(0.5, 1)
    case.order.sign_in()
    yield case.working_day(1)
    case.order.reply()
    yield from finished(case)


PATHS = (reported_in_time, reported_late, urgent_in_a_district, never_reported, urgent_reworked, urgent_sent_back)
