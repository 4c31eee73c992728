from __future__ import annotations

from dataclasses import replace

import pytest

from regulation.deadlines import Kind
from regulation.policy import Policy
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState, Ending, Rating
from services.dispatch.rules.requests import ReturnRequest
from tests.services.dispatch.orders import HOUSING, LAW, PROVINCIAL, WATER, Desk, end_of, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete


@pytest.mark.parametrize(
    ("source", "now", "late"),
    [
        ("ordinary", "2021-09-16 00:00", False),
        ("ordinary", "2021-09-16 00:01", True),
        ("provincial", "2021-09-15 00:00", False),
        ("provincial", "2021-09-15 00:01", True),
    ],
)
def test_request_return_is_late_after_its_working_days(source: str, now: str, late: bool) -> None:  # noqa: FBT001 - a row
    desk = Desk(source=PROVINCIAL) if source == "provincial" else Desk()
    order = desk.dispatch().on(now).request_return().order
    assert isinstance(order.pending, ReturnRequest)
    assert (order.pending.late, order.present.late_return) == (late, late)


def test_request_return_leaves_the_units_clock_running() -> None:
    desk = Desk().dispatch()
    before = desk.order.clocks
    order = desk.request_return().order
    assert (order.state, order.clocks) == (State.DISPATCHED, before)


@pytest.mark.parametrize("decision", ["grant", "refuse", "recall", "withdraw"])
def test_request_return_late_counts_once_whatever_becomes_of_it(decision: str) -> None:
    desk = Desk().dispatch().on("2021-09-17 09:00").request_return()
    after = {"grant": desk.grant_return, "refuse": desk.refuse_return, "recall": desk.recall, "withdraw": desk.withdraw}
    assert clocks.overdue(after[decision]().order, 1, desk.now)


@pytest.mark.parametrize(("field", "empty"), [("reason", ""), ("reason", " \n"), ("basis", ""), ("suggested", None)])
def test_request_return_needs_reason_basis_and_a_suggested_unit(field: str, empty: str | None) -> None:
    with incomplete("suggested_unit_id" if field == "suggested" else field, "11-6"):
        Desk().dispatch().request_return(**{field: empty})


@pytest.mark.parametrize("unit", [WATER, replace(HOUSING, open=False)], ids=["the unit itself", "a closed unit"])
def test_request_return_refuses_a_suggestion_that_leads_nowhere(unit: object) -> None:
    with incomplete("suggested_unit_id", "11-6"):
        Desk().dispatch().request_return(suggested=unit)


def test_request_return_refused_beside_another_request() -> None:
    with forbidden("11-6", "延期申请"):
        handling_desk().request_extension().request_return()


def test_request_return_refused_after_an_extension() -> None:
    with forbidden("11-6"):
        handling_desk().request_extension().grant_extension().request_return()


def test_request_return_allowed_after_a_refused_extension() -> None:
    assert handling_desk().request_extension().refuse_extension().request_return().order.pending


def test_request_return_refused_after_a_reply_was_sent_back_or_reworked() -> None:
    with forbidden("11-6"):
        Desk().to(State.REPLIED).send_back_reply().request_return()
    with forbidden("11-6"):
        Desk().to(State.CALLING_BACK).record_ratings(result=Rating.DISSATISFIED).rework().request_return()


def test_request_return_after_other_requests_is_a_policy() -> None:
    law = replace(LAW, policy=Policy(return_after_other_request=True))
    desk = Desk(law=law).to(State.HANDLING).request_extension().grant_extension()
    assert desk.request_return().order.pending


def test_grant_return_voids_the_round_and_gives_the_hub_a_fresh_day() -> None:
    desk = Desk().dispatch().on("2021-09-15 16:00").request_return().on("2021-09-17 09:00").grant_return()
    order = desk.order
    assert (order.state, order.unit_id, order.holders, order.returns) == (State.PENDING, "", (), 1)
    assert order.rounds[0].ending is Ending.RETURNED
    assert {each.state for each in order.clocks if each.round == 1 and each.kind is not Kind.DISPATCH} == {ClockState.VOID}
    assert clocks.hub(order).deadline.deadline_at == end_of("2021-09-18")
    assert not clocks.overdue(order, 1, desk.now)


def test_grant_return_the_third_of_a_ticket_calls_for_coordination() -> None:
    desk = Desk()
    for number in (1, 2, 3):
        desk.dispatch(HOUSING if number % 2 else WATER).request_return(suggested=replace(WATER, unit_id=f"u{number}")).grant_return()
        assert (desk.order.coordinate_since is not None) is (number == 3)


def test_refuse_return_changes_nothing_and_needs_a_reason() -> None:
    desk = Desk().dispatch()
    before = desk.order
    order = desk.request_return().refuse_return().order
    assert replace(order, request=None) == before
    with incomplete("reason", "11-6"):
        desk.request_return().refuse_return("")


def test_grant_return_refused_without_a_request() -> None:
    with forbidden("11-6", "回退申请"):
        handling_desk().grant_return()
    with forbidden("11-6", "回退申请"):
        handling_desk().request_extension().refuse_return()
