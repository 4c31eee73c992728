from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.caller import Caller
from regulation.deadlines import Kind
from regulation.policy import Policy
from regulation.table import Source
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.escalating import due_to_escalate, escalate
from services.dispatch.rules.order import ClockState
from services.dispatch.rules.requests import ExtensionRequest
from tests.services.dispatch.orders import LAW, ORDINARY, PROVINCIAL, REVIEWER, SUPERVISOR, Desk, at, end_of, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete


@pytest.mark.parametrize(
    ("source", "now", "in_time"),
    [
        (ORDINARY, "2021-09-19 00:00", True),
        (ORDINARY, "2021-09-19 00:01", False),
        (PROVINCIAL, "2021-09-18 00:00", True),
        (PROVINCIAL, "2021-09-18 00:01", False),
    ],
)
def test_request_extension_in_time_only(source: Source, now: str, in_time: bool) -> None:  # noqa: FBT001 - a row
    desk = handling_desk(source=source).on(now)
    if in_time:
        assert isinstance(desk.request_extension().order.pending, ExtensionRequest)
        return
    with forbidden("11-4", "办理期限前1个工作日" if source is PROVINCIAL else "办理期限"):
        desk.request_extension()


def test_request_extension_holds_the_clock_and_moves_no_date() -> None:
    desk = handling_desk()
    before = clocks.answer(desk.order)
    held = clocks.answer(desk.wait(hours=1).request_extension().order)
    assert held == replace(before, state=ClockState.HELD, held_at=desk.now)


def test_request_extension_needs_a_reason() -> None:
    with incomplete("reason", "11-4"):
        handling_desk().request_extension(reason="  ")


@pytest.mark.parametrize("days", [0, -1])
def test_request_extension_of_no_day_is_refused(days: int) -> None:
    with forbidden("11-4"):
        handling_desk().request_extension(days)


def test_request_extension_of_an_urgent_order_is_refused() -> None:
    with forbidden("13", "延期"):
        handling_desk(urgent=True).request_extension()


def test_request_extension_a_second_time_is_refused_and_a_policy() -> None:
    with forbidden("11-4", "续报"):
        handling_desk().request_extension().grant_extension().request_extension()
    law = replace(LAW, policy=Policy(extensions_per_round=2))
    twice = Desk(law=law).to(State.HANDLING).request_extension().grant_extension().request_extension().grant_extension()
    assert twice.order.present.extensions == 2


def test_request_extension_after_a_refused_one_is_taken() -> None:
    assert handling_desk().request_extension().refuse_extension().request_extension().order.pending


def test_request_extension_in_a_promised_round_is_refused() -> None:
    desk = handling_desk()
    desk.request_progress_report(at("2021-10-15 00:00").date()).grant_progress_report()
    with forbidden("11-4", "续报"):
        desk.request_extension()


def test_grant_extension_adds_working_days_to_the_old_deadline() -> None:
    order = handling_desk().request_extension(5).grant_extension().order
    old, new = (each for each in order.clocks if each.kind in clocks.ANSWER)
    assert (old.kind, old.version, old.state) == (Kind.HANDLE, 1, ClockState.VOID)
    assert (new.kind, new.version, new.state, new.held_at) == (Kind.EXTENSION, 2, ClockState.RUNNING, None)
    assert new.deadline.trigger_at == end_of("2021-09-18")
    assert new.deadline.deadline_at == end_of("2021-09-27")  # 22, 23, 24, Sunday 26, 27
    assert (order.present.extensions, order.pending) == (1, None)


def test_grant_extension_of_fewer_days_than_asked() -> None:
    order = handling_desk().request_extension(5).grant_extension(2).order
    assert clocks.answer(order).deadline.deadline_at == end_of("2021-09-23")
    assert isinstance(order.request, ExtensionRequest)
    assert (order.request.days, order.request.granted_days) == (5, 2)


def test_grant_extension_of_more_than_five_days_only_by_a_supervisor_with_a_reason() -> None:
    system = Caller("system", "key-1", "zibo", "", frozenset({"ROLE_SUPERVISOR"}))
    for by in (REVIEWER, system):
        with forbidden("11-4", "督办员"):
            handling_desk().request_extension(6).grant_extension(reason="管线复杂", by=by)
    with incomplete("reason", "11-4"):
        handling_desk().request_extension(6).grant_extension(by=SUPERVISOR)
    granted = handling_desk().request_extension(6).grant_extension(reason="管线复杂", by=SUPERVISOR).order
    assert clocks.answer(granted).deadline.deadline_at == end_of("2021-09-28")


def test_grant_extension_late_makes_it_on_time() -> None:
    desk = handling_desk().on("2021-09-18 20:00").request_extension().on("2021-09-24 09:00")
    assert not clocks.overdue(desk.order, 1, desk.now)
    assert not clocks.overdue(desk.grant_extension().order, 1, desk.now)


def test_refuse_extension_late_makes_it_overdue_from_the_old_deadline() -> None:
    desk = handling_desk()
    before = clocks.answer(desk.order)
    desk.on("2021-09-18 20:00").request_extension().on("2021-09-24 09:00").refuse_extension()
    assert clocks.answer(desk.order) == before
    assert clocks.overdue(desk.order, 1, desk.now)
    with incomplete("reason", "11-4"):
        handling_desk().request_extension().refuse_extension("")


def test_reply_meanwhile_waits_for_the_decision() -> None:
    desk = handling_desk().on("2021-09-18 20:00").request_extension().on("2021-09-23 09:00").reply()
    held = clocks.answer(desk.order)
    assert (held.state, held.stopped_at) == (ClockState.HELD, desk.now)
    assert not clocks.overdue(desk.order, 1, desk.now)
    with forbidden("11-8", "延期申请"):
        desk.pass_review()
    with forbidden("11-8", "延期申请"):
        desk.send_back_reply()
    granted, refused = Desk(desk.order).on("2021-09-24 09:00"), Desk(desk.order).on("2021-09-24 09:00")
    assert not clocks.overdue(granted.grant_extension().order, 1, granted.now)
    assert clocks.answer(granted.order).state is ClockState.STOPPED
    assert clocks.overdue(refused.refuse_extension().order, 1, refused.now)
    assert clocks.answer(refused.order).state is ClockState.STOPPED


def test_escalate_after_one_working_day_undecided() -> None:
    desk = handling_desk().request_extension()
    desk.on("2021-09-15 00:00")
    assert not due_to_escalate(desk.order, desk.now)
    assert escalate(desk.order, desk.act()) == desk.order
    desk.wait(minutes=1)
    order = escalate(desk.order, desk.act())
    assert order.pending is not None
    assert order.pending.escalated_at == desk.now
    assert not due_to_escalate(order, desk.now)
    desk.order = order
    request = desk.grant_extension().order.request
    assert request is not None
    assert request.late_decision
