from __future__ import annotations

from dataclasses import replace

import pytest

from regulation.deadlines import Kind
from regulation.table import Source
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState, Ending
from services.dispatch.rules.units import Unit
from tests.services.dispatch.orders import HOUSING, MORNING, ORDINARY, PROVINCIAL, WATER, Desk, at, end_of, formed
from tests.services.dispatch.refusals import forbidden


def test_open_order_gives_the_hub_a_working_day_without_lights() -> None:
    order = formed()
    due = clocks.hub(order).deadline
    assert (order.state, due.kind, due.trigger_at) == (State.PENDING, Kind.DISPATCH, MORNING)
    assert due.deadline_at == end_of("2021-09-14")
    assert due.yellow_at is due.red_at is None


def test_open_order_urgent_is_dispatched_within_15_minutes() -> None:
    assert clocks.hub(formed(urgent=True)).deadline.deadline_at == at("2021-09-13 10:15")


def test_dispatch_stamps_five_working_days_from_delivery_with_lights_around_the_holiday() -> None:
    order = Desk().dispatch().order
    due = clocks.answer(order)
    assert (order.state, order.unit_id, order.holders) == (State.DISPATCHED, "zibo-water", ("zibo-water",))
    assert (due.kind, due.version, due.state) == (Kind.HANDLE, 1, ClockState.RUNNING)
    assert due.deadline.deadline_at == end_of("2021-09-18")
    assert (due.deadline.yellow_at, due.deadline.red_at) == (end_of("2021-09-17"), end_of("2021-09-22"))


@pytest.mark.parametrize(("source", "last"), [(ORDINARY, "2021-09-15"), (PROVINCIAL, "2021-09-14")])
def test_dispatch_stamps_the_last_day_of_a_return(source: Source, last: str) -> None:
    order = Desk(source=source).dispatch().order
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == end_of(last)


def test_dispatch_counts_from_delivery_and_not_from_sign_in() -> None:
    desk = Desk().dispatch()
    before = desk.order.clocks
    assert desk.wait(days=2).sign_in().order.clocks == before


@pytest.mark.parametrize(("now", "late"), [("2021-09-15 00:00", False), ("2021-09-15 00:01", True)])
def test_dispatch_late_is_the_hubs_breach_and_not_refused(now: str, late: bool) -> None:  # noqa: FBT001 - a row
    order = Desk().on(now).dispatch().order
    assert order.state is State.DISPATCHED
    assert clocks.hub(order).late is late
    assert not any(each.late for each in order.clocks if each.kind is not Kind.DISPATCH)


def test_dispatch_of_an_urgent_order_stamps_first_report_and_result() -> None:
    order = Desk(urgent=True).dispatch(result_days=2).order
    report, result = clocks.of_kind(order, Kind.FIRST_REPORT).deadline, clocks.answer(order).deadline
    assert (report.deadline_at, report.yellow_at, report.red_at) == (at("2021-09-13 12:00"), None, at("2021-09-13 12:00"))
    assert (result.kind, result.deadline_at, result.red_at) == (Kind.RESULT, end_of("2021-09-15"), end_of("2021-09-15"))


def test_dispatch_of_an_urgent_order_caps_its_return_at_its_result() -> None:
    order = Desk(urgent=True).dispatch(result_days=1).order
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == clocks.answer(order).deadline.deadline_at


@pytest.mark.parametrize("days", [0, 4])
def test_dispatch_refuses_result_days_outside_one_to_three(days: int) -> None:
    with forbidden("13"):
        Desk(urgent=True).dispatch(result_days=days)


def test_dispatch_refuses_a_closed_unit_and_names_its_successor() -> None:
    with forbidden("11-2", "市城管局"):
        Desk().dispatch(replace(WATER, open=False, successor="市城管局"))


@pytest.mark.parametrize(
    ("unit", "superior"),
    [
        (Unit("party", "某局", above=(("hub", "投诉中心"),)), "投诉中心"),
        (Unit("below", "某局下属站", above=(("party", "某局"), ("hub", "投诉中心"))), "投诉中心"),
        (Unit("other", "某所", above=(("hub", "投诉中心"),), staff=frozenset({"p1", "p2"})), "投诉中心"),
    ],
    ids=["the party", "its descendant", "staffed by the party's people alone"],
)
def test_dispatch_keeps_a_ticket_from_the_party_complained_about(unit: Unit, superior: str) -> None:
    desk = Desk(party_units=frozenset({"party"}), party_people=frozenset({"p1", "p2", "p3"}))
    with forbidden("17", superior):
        desk.dispatch(unit)


def test_dispatch_may_go_to_a_superior_and_to_a_unit_with_others_on_its_staff() -> None:
    desk = Desk(party_units=frozenset({"party"}), party_people=frozenset({"p1"}))
    assert desk.dispatch(Unit("hub", "投诉中心", hub=True)).order.unit_id == "hub"
    other = Desk(party_people=frozenset({"p1"})).dispatch(Unit("other", "某所", staff=frozenset({"p1", "p9"})))
    assert other.order.unit_id == "other"


def test_recall_voids_the_round_and_gives_the_hub_no_fresh_day() -> None:
    desk = Desk().dispatch()
    given = clocks.hub(desk.order).deadline
    order = desk.on("2021-09-16 09:00").sign_in().recall().order
    assert (order.state, order.unit_id, order.holders) == (State.PENDING, "", ())
    assert order.rounds[0].ending is Ending.RECALLED
    assert {each.state for each in order.clocks if each.round == 1 and each.kind is not Kind.DISPATCH} == {ClockState.VOID}
    assert (clocks.hub(order).round, clocks.hub(order).deadline, clocks.hub(order).state) == (2, given, ClockState.RUNNING)
    again = desk.dispatch(HOUSING).order
    assert clocks.hub(again).late
    assert not clocks.overdue(again, 1, end_of("2021-12-31"))


def test_recall_needs_a_reason_and_lapses_what_was_asked() -> None:
    desk = Desk().dispatch().request_return()
    order = desk.recall().order
    assert order.pending is None
    assert order.request is not None
    assert order.request.decision == "lapsed"
