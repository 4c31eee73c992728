from __future__ import annotations

import pytest

from regulation.deadlines import Kind
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState, Closing, Ending, Rating
from services.dispatch.rules.reworking import Ground
from tests.services.dispatch.orders import Desk, end_of
from tests.services.dispatch.refusals import forbidden, incomplete

GOOD, FAIR, BAD = Rating.SATISFIED, Rating.FAIR, Rating.DISSATISFIED


def rated(process: Rating, result: Rating) -> Desk:
    return Desk().to(State.CALLING_BACK).record_ratings(process, result)


@pytest.mark.parametrize("process", [GOOD, FAIR])
@pytest.mark.parametrize("result", [GOOD, FAIR])
def test_close_satisfied_counts_satisfied_and_fair(process: Rating, result: Rating) -> None:
    order = rated(process, result).close_satisfied().order
    assert (order.state, order.closing, order.rounds[0].ending) == (State.CLOSED, Closing.SATISFIED, Ending.CLOSED)
    assert order.round is None


@pytest.mark.parametrize(("process", "result"), [(BAD, GOOD), (GOOD, BAD), (BAD, BAD)])
def test_close_satisfied_refused_where_anything_is_dissatisfied(process: Rating, result: Rating) -> None:
    with forbidden("11-10"):
        rated(process, result).close_satisfied()
    order = rated(process, result).close_dissatisfied().order
    assert (order.state, order.closing) == (State.CLOSED, Closing.DISSATISFIED_LAWFUL)


def test_close_dissatisfied_needs_a_finding_and_a_dissatisfied_caller() -> None:
    with incomplete("finding", "11-10"):
        rated(GOOD, BAD).close_dissatisfied("")
    with forbidden("11-10"):
        rated(GOOD, GOOD).close_dissatisfied()


def test_close_before_the_call_back_is_refused() -> None:
    desk = Desk().to(State.CALLING_BACK)
    for close in (desk.close_satisfied, desk.close_dissatisfied, desk.close_unreachable):
        with forbidden("11-10"):
            close()


def test_close_unreachable_is_never_satisfied_and_needs_the_finding() -> None:
    desk = Desk().to(State.CALLING_BACK).not_reached()
    for close in (desk.close_satisfied, desk.close_dissatisfied):
        with forbidden("11-10"):
            close()
    with incomplete("finding", "11-10"):
        desk.close_unreachable(" ")
    assert desk.close_unreachable().order.closing is Closing.UNREACHABLE


def test_rework_is_a_new_round_with_a_fresh_term() -> None:
    desk = Desk().dispatch().sign_in().on("2021-09-23 09:00").reply().pass_review().record_ratings(result=BAD)
    order = desk.on("2021-09-24 10:00").rework().order
    first, second = order.rounds
    assert (order.state, order.unit_id, order.reworks) == (State.DISPATCHED, "zibo-water", 1)
    assert (first.ending, second.number, second.delivered_at) == (Ending.REWORKED, 2, desk.now)
    assert (clocks.answer(order).kind, clocks.answer(order).deadline.deadline_at) == (Kind.REWORK, end_of("2021-09-30"))
    assert clocks.overdue(order, 1, desk.now)
    assert not clocks.overdue(order, 2, desk.now)


def test_rework_leaves_the_closed_rounds_dates() -> None:
    desk = rated(GOOD, BAD)
    before = {each for each in desk.order.clocks if each.round == 1}
    assert before <= set(desk.rework().sign_in().request_extension().grant_extension().order.clocks)


@pytest.mark.parametrize(
    ("ground", "desk"),
    [
        (Ground.NOT_DONE, Desk().to(State.CALLING_BACK)),
        (Ground.REASONABLE_DEMAND, rated(BAD, GOOD)),
        (Ground.UNREACHABLE_NOT_LAWFUL, rated(GOOD, BAD)),
    ],
)
def test_rework_refused_on_a_ground_the_call_back_does_not_bear(ground: Ground, desk: Desk) -> None:
    with forbidden("11-9"):
        desk.rework(ground)


def test_rework_on_each_ground() -> None:
    assert rated(GOOD, GOOD).rework(Ground.NOT_DONE).order.reworks == 1
    assert rated(GOOD, BAD).rework(Ground.REASONABLE_DEMAND).order.reworks == 1
    assert Desk().to(State.CALLING_BACK).not_reached().rework(Ground.UNREACHABLE_NOT_LAWFUL).order.reworks == 1


def test_rework_needs_ground_and_reason() -> None:
    with incomplete("ground", "11-9"):
        rated(GOOD, BAD).rework(None)
    with incomplete("reason", "11-9"):
        rated(GOOD, BAD).rework(reason="")


def test_rework_of_an_urgent_order_is_a_fresh_result_without_another_first_report() -> None:
    order = Desk(urgent=True).to(State.CALLING_BACK).record_ratings(result=BAD).rework().order
    assert clocks.answer(order).kind is Kind.RESULT
    assert not clocks.has(order, Kind.FIRST_REPORT)


@pytest.mark.parametrize("state", [State.PENDING, State.DISPATCHED, State.HANDLING, State.REPLIED, State.CALLING_BACK])
def test_withdraw_ends_an_order_and_its_round_counts_for_nothing(state: State) -> None:
    desk = Desk().to(state).on("2021-12-31 09:00").withdraw()
    order = desk.order
    assert (order.state, order.closing, order.round) == (State.WITHDRAWN, Closing.WITHDRAWN, None)
    assert not any(clocks.overdue(order, each.number, desk.now) for each in order.rounds)
    running = {ClockState.RUNNING, ClockState.HELD}
    assert not [each for each in order.clocks if each.state in running]
