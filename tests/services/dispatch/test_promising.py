from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from regulation.deadlines import Kind
from regulation.policy import Policy
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState
from tests.services.dispatch.orders import LAW, MORNING, Desk, end_of, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete

OCTOBER_15, NOVEMBER_1 = dt.date(2021, 10, 15), dt.date(2021, 11, 1)


def test_request_progress_report_holds_the_clock() -> None:
    order = handling_desk().request_progress_report(OCTOBER_15).order
    assert (order.state, clocks.answer(order).state) == (State.HANDLING, ClockState.HELD)
    assert order.pending is not None
    assert order.pending.decide_by == end_of("2021-09-14")


@pytest.mark.parametrize(("field", "empty"), [("reason", ""), ("progress", " "), ("measures", ""), ("caller_told_at", None)])
def test_request_progress_report_needs_reason_progress_measures_and_the_caller_told(field: str, empty: str | None) -> None:
    with incomplete(field, "11-7"):
        handling_desk().request_progress_report(OCTOBER_15, **{field: empty})


@pytest.mark.parametrize("told_at", [MORNING - dt.timedelta(days=1), MORNING + dt.timedelta(days=1)])
def test_request_progress_report_refuses_a_caller_told_before_the_ticket_or_in_the_future(told_at: dt.datetime) -> None:
    with incomplete("caller_told_at", "11-7"):
        handling_desk().request_progress_report(OCTOBER_15, caller_told_at=told_at)


def test_request_progress_report_needs_a_day() -> None:
    with incomplete("promised_on", "11-7"):
        handling_desk().request_progress_report(None)


@pytest.mark.parametrize("day", [dt.date(2021, 9, 18), NOVEMBER_1], ids=["not after the deadline", "beyond the horizon"])
def test_request_progress_report_refuses_a_day_too_early_or_too_far(day: dt.date) -> None:
    with forbidden("11-7"):
        handling_desk().request_progress_report(day)


def test_request_progress_report_refuses_a_day_without_a_calendar() -> None:
    with incomplete("promised_on", "11-7"):
        handling_desk().request_progress_report(dt.date(2199, 1, 1))


def test_request_progress_report_late_is_refused() -> None:
    handling_desk().on("2021-09-19 00:00").request_progress_report(OCTOBER_15)
    with forbidden("11-7", "超期"):
        handling_desk().on("2021-09-19 00:01").request_progress_report(OCTOBER_15)


def test_request_progress_report_of_an_urgent_order_is_refused() -> None:
    with forbidden("13", "续报"):
        handling_desk(urgent=True).request_progress_report(OCTOBER_15)


def test_grant_progress_report_counts_the_interim_report_as_on_time() -> None:
    desk = handling_desk().on("2021-09-18 20:00").request_progress_report(OCTOBER_15).on("2021-09-23 09:00")
    order = desk.grant_progress_report().order
    old, new = (each for each in order.clocks if each.kind in clocks.ANSWER)
    assert (old.state, old.late, old.held_at) == (ClockState.STOPPED, False, None)
    assert (new.kind, new.version, new.state) == (Kind.PROMISE, 2, ClockState.RUNNING)
    assert new.deadline.deadline_at == end_of("2021-10-15")
    assert (new.deadline.yellow_at, new.deadline.red_at) == (end_of("2021-10-14"), end_of("2021-10-18"))
    assert not clocks.overdue(order, 1, end_of("2021-10-15"))
    assert clocks.overdue(order, 1, end_of("2021-10-15") + dt.timedelta(seconds=1))


def test_request_progress_report_after_an_extension_and_once_more() -> None:
    desk = handling_desk().request_extension().grant_extension().request_progress_report(OCTOBER_15).grant_progress_report()
    desk.on("2021-10-15 09:00").request_progress_report(NOVEMBER_1).grant_progress_report()
    assert clocks.answer(desk.order).deadline.deadline_at == end_of("2021-11-01")
    with forbidden("11-7", "2次"):
        desk.request_progress_report(dt.date(2021, 11, 5))


def test_refuse_progress_report_leaves_the_deadline() -> None:
    desk = handling_desk()
    before = clocks.answer(desk.order)
    assert clocks.answer(desk.request_progress_report(OCTOBER_15).refuse_progress_report().order) == before
    with incomplete("reason", "11-7"):
        desk.request_progress_report(OCTOBER_15).refuse_progress_report(" ")


def test_progress_report_is_granted_at_once_where_the_tenant_says_so() -> None:
    law = replace(LAW, policy=Policy(promise_granted_by_hub=False))
    order = Desk(law=law).to(State.HANDLING).request_progress_report(OCTOBER_15).order
    assert order.pending is None
    assert clocks.answer(order).kind is Kind.PROMISE
