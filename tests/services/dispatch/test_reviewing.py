from __future__ import annotations

from regulation.deadlines import Kind
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState
from tests.services.dispatch.orders import Desk, at, end_of
from tests.services.dispatch.refusals import incomplete


def test_pass_review_leads_to_the_call() -> None:
    desk = Desk().to(State.REPLIED).wait(hours=1).pass_review()
    assert (desk.order.state, desk.order.present.passed_at) == (State.CALLING_BACK, desk.now)


def test_send_back_reply_keeps_the_old_deadline_where_it_is_the_later() -> None:
    desk = Desk().to(State.REPLIED)
    order = desk.on("2021-09-14 09:00").send_back_reply().order
    due = clocks.answer(order)
    assert (order.state, order.present.deficient, order.present.replied_at) == (State.HANDLING, 1, None)
    assert (due.kind, due.version, due.state, due.stopped_at) == (Kind.HANDLE, 1, ClockState.RUNNING, None)


def test_send_back_reply_gives_a_working_day_where_the_old_deadline_is_near() -> None:
    desk = Desk().dispatch().sign_in().on("2021-09-18 12:00").reply().on("2021-09-18 17:00").send_back_reply()
    old, new = (each for each in desk.order.clocks if each.kind in clocks.ANSWER)
    assert (old.kind, old.state, old.stopped_at) == (Kind.HANDLE, ClockState.STOPPED, at("2021-09-18 12:00"))
    assert (new.kind, new.version, new.state) == (Kind.DEFICIENT, 2, ClockState.RUNNING)
    assert new.deadline.deadline_at == end_of("2021-09-22")


def test_send_back_reply_holds_the_passing_reply_against_the_new_date() -> None:
    desk = Desk().dispatch().sign_in().on("2021-09-18 12:00").reply().on("2021-09-18 17:00").send_back_reply()
    assert not clocks.overdue(desk.on("2021-09-22 20:00").reply().order, 1, desk.now)
    desk = Desk().dispatch().sign_in().on("2021-09-18 12:00").reply().on("2021-09-18 17:00").send_back_reply()
    assert clocks.overdue(desk.on("2021-09-23 00:01").reply().order, 1, desk.now)


def test_send_back_reply_is_not_a_rework_and_needs_a_reason() -> None:
    desk = Desk().to(State.REPLIED)
    with incomplete("reason", "11-8"):
        desk.send_back_reply("")
    order = desk.send_back_reply().order
    assert (order.reworks, len(order.rounds)) == (0, 1)
