from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from regulation.deadlines import Kind
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks, replying
from services.dispatch.rules.order import ClockState
from services.dispatch.rules.replying import bare
from tests.services.dispatch.orders import GOOD_ANSWER, MORNING, Desk, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete


@pytest.mark.parametrize(
    "text", ["已处理", "已处理。", "已办结！", "该问题已经处理完毕", "我单位已处理，已解决。", "您反映的问题已依法妥善处理", "……", "处理中"]
)
def test_a_bare_text_says_no_more_than_that_it_was_dealt_with(text: str) -> None:
    assert bare(text)


@pytest.mark.parametrize("text", ["已更换阀门", "不予赔偿", "经核实，该处井盖9月14日已更换", "已处理，罚款二百元", "完成" * 10_000])
def test_a_text_that_says_what_was_done_is_not_bare(text: str) -> None:
    assert not bare(text)


@pytest.mark.parametrize(("now", "late"), [("2021-09-19 00:00", False), ("2021-09-19 00:01", True)])
def test_reply_stops_the_clock_and_is_on_time_at_the_deadline_itself(now: str, late: bool) -> None:  # noqa: FBT001 - a row
    desk = handling_desk().on(now).reply()
    due = clocks.answer(desk.order)
    assert (desk.order.state, due.state, due.stopped_at, due.late) == (State.REPLIED, ClockState.STOPPED, desk.now, late)
    assert clocks.overdue(desk.order, 1, desk.now + dt.timedelta(days=99)) is late


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("measures", ""),
        ("measures", "已处理"),
        ("result", " "),
        ("result", "已解决。"),
        ("answered_at", None),
        ("answered_at", MORNING - dt.timedelta(seconds=1)),
        ("answered_at", MORNING + dt.timedelta(seconds=1)),
        ("answered_by", None),
    ],
)
def test_reply_says_what_was_done_the_result_and_when_and_how_the_caller_was_answered(field: str, wrong: Any) -> None:
    with incomplete(field, "11-5"):
        handling_desk().reply(replace(GOOD_ANSWER, **{field: wrong}))


def test_reply_with_explanation_cites_its_basis() -> None:
    desk = handling_desk()
    with incomplete("basis", "11-3"):
        replying.reply_with_explanation(desk.order, GOOD_ANSWER, desk.act())
    explained = replying.reply_with_explanation(desk.order, replace(GOOD_ANSWER, basis="《供水条例》第十条"), desk.act())
    assert explained.state is State.REPLIED


def test_reply_lapses_a_pending_return() -> None:
    order = handling_desk().request_return().reply().order
    assert order.request is not None
    assert (order.pending, order.request.decision) == (None, "lapsed")


def test_submit_first_report_within_two_hours() -> None:
    desk = Desk(urgent=True).dispatch().on("2021-09-13 12:00").submit_first_report()
    report = clocks.of_kind(desk.order, Kind.FIRST_REPORT)
    assert (report.state, report.late) == (ClockState.STOPPED, False)
    assert (desk.order.state, desk.order.present.signed_in_at) == (State.HANDLING, desk.now)
    assert clocks.answer(desk.order).state is ClockState.RUNNING


def test_submit_first_report_late_is_taken() -> None:
    desk = Desk(urgent=True).dispatch().on("2021-09-13 12:01").submit_first_report()
    assert clocks.of_kind(desk.order, Kind.FIRST_REPORT).late


def test_submit_first_report_only_once_and_only_of_an_urgent_order() -> None:
    with forbidden("13", "不是紧急工单"):
        Desk().dispatch().submit_first_report()
    with forbidden("13", "已反馈"):
        Desk(urgent=True).dispatch().submit_first_report().submit_first_report()
    with incomplete("report", "13"):
        Desk(urgent=True).dispatch().submit_first_report("")


def test_reply_of_an_urgent_order_stops_the_first_report_too() -> None:
    order = Desk(urgent=True).dispatch().sign_in().reply().order
    assert clocks.of_kind(order, Kind.FIRST_REPORT).state is ClockState.STOPPED
