"""An order's way through the doors and the store, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from chassis import journal
from chassis.caller import Caller
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.rules.order import Order
from services.dispatch.store import orders
from tests.services.dispatch.city import (
    CALLER_BACK,
    CITY,
    DISPATCHER,
    HANDLER,
    REVIEWER,
    SUPERVISOR,
    City,
    Serve,
)
from tests.services.refused import Refused


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def test_open_order_waits_for_dispatch_and_is_told(city: City) -> None:
    order = city.form()
    assert (order.state, order.version, order.title) == (events_pb2.ORDER_STATE_PENDING, 1, "停水三天")
    assert order.due_at.ToDatetime(dt.UTC) == dt.datetime(2025, 1, 7, 16, tzinfo=dt.UTC)
    (told,) = city.told(order)
    assert (told.verb, told.article, told.order.version, list(told.order.clocks)) == ("open", "11-1", 1, [])
    assert "13805331234" not in city.get(order).ticket.text


def test_an_order_from_dispatch_to_its_end(city: City) -> None:
    order = city.handling()
    city.wait(days=1)
    order = city.reply(order)
    order = city.do("ReviewService/PassReview", order, REVIEWER)
    ratings = {"process": events_pb2.RATING_SATISFIED, "result": events_pb2.RATING_FAIR, "via": orders_pb2.RATING_VIA_PHONE}
    order = city.do("CallBackService/RecordRatings", order, CALLER_BACK, **ratings, remark="水压很好")
    order = city.do("ClosingService/CloseSatisfied", order, CALLER_BACK)
    assert (order.state, order.closing, order.version) == (events_pb2.ORDER_STATE_CLOSED, events_pb2.CLOSING_SATISFIED, 7)
    verbs = ["open", "dispatch", "sign_in", "reply", "pass_review", "record_ratings", "close_satisfied"]
    assert [each.verb for each in city.told(order)] == verbs
    assert [each.order.version for each in city.told(order)] == list(range(1, 8))
    assert [step[0] for step in city.journal(order)] == verbs
    assert [step[1] for step in city.journal(order)] == ["11-1", "11-2", "11-3", "11-5", "11-8", "11-8", "11-10"]
    assert city.get(order).rounds[0].call_back.remark == "水压很好"
    rated = city.told(order)[5]
    assert (rated.process, rated.result) == (events_pb2.RATING_SATISFIED, events_pb2.RATING_FAIR)
    closed = city.told(order)[6]
    assert (closed.closing, closed.process) == (events_pb2.CLOSING_SATISFIED, events_pb2.RATING_UNSPECIFIED)


def test_get_order_shows_dates_with_their_explanation_rounds_and_replies(city: City) -> None:
    found = city.get(city.rated())
    kinds = {each.deadline.kind: each for each in found.dates}
    handle = kinds[ticket_pb2.DEADLINE_KIND_HANDLE]
    assert set(kinds) == {ticket_pb2.DEADLINE_KIND_DISPATCH, ticket_pb2.DEADLINE_KIND_HANDLE, ticket_pb2.DEADLINE_KIND_RETURN}
    assert handle.deadline.deadline_at.ToDatetime(dt.UTC) == dt.datetime(2025, 1, 13, 16, tzinfo=dt.UTC)
    assert [day.date for day in handle.days if day.counted] == [f"2025-01-{day:02}" for day in (7, 8, 9, 10, 13)]
    assert all(day.why for day in handle.days)
    assert (handle.state, handle.late) == (events_pb2.CLOCK_STATE_STOPPED, False)
    assert [each.verb for each in found.replies] == ["reply"]
    (round_,) = found.rounds
    assert (round_.unit_id, round_.overdue, round_.call_back.attempts) == ("water", False, 1)


def test_the_snapshot_tells_the_dates_that_run_against_the_unit(city: City) -> None:
    order = city.dispatched(urgency=ticket_pb2.URGENCY_URGENT)
    told = city.told(order)[-1].order
    assert sorted(each.kind for each in told.clocks) == [ticket_pb2.DEADLINE_KIND_FIRST_REPORT, ticket_pb2.DEADLINE_KIND_RESULT]
    assert {(each.round, each.deadline_version, each.unit_id) for each in told.clocks} == {(1, 1, "water")}
    assert (list(told.holders), told.unit_id, told.urgency) == (["water"], "water", ticket_pb2.URGENCY_URGENT)


def test_the_snapshot_tells_the_dates_that_fell_away_with_a_round(city: City) -> None:
    order = city.do("AssignmentService/Recall", city.dispatched(), DISPATCHER, reason="派错单位")
    told = city.told(order)[-1].order
    assert [each.state for each in told.clocks] == [events_pb2.CLOCK_STATE_VOID]
    assert (told.unit_id, list(told.holders), told.state) == ("", [], events_pb2.ORDER_STATE_PENDING)


def test_a_late_return_is_told_as_late_and_counted(city: City) -> None:
    order = city.dispatched()
    city.at("2025-01-09 09:00")
    said = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}
    order = city.do("ReturnService/RequestReturn", order, HANDLER, **said)
    assert city.told(order)[-1].late
    order = city.do("ReturnService/GrantReturn", order, DISPATCHER)
    assert not city.told(order)[-1].late
    found = city.get(order)
    assert (order.state, order.returns, found.rounds[0].overdue) == (events_pb2.ORDER_STATE_PENDING, 1, True)
    (request,) = found.requests
    asked = getattr(request, "return")
    assert (asked.late, asked.suggested_unit_id, request.decision) == (True, "roads", orders_pb2.DECISION_GRANTED)


def test_an_extension_holds_then_moves_the_date(city: City) -> None:
    order = city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=3, reason="需停水施工")
    assert order.pending == orders_pb2.FACET_EXTENSION
    assert [each.state for each in city.told(order)[-1].order.clocks] == [events_pb2.CLOCK_STATE_HELD]
    order = city.do("ExtensionService/GrantExtension", order, REVIEWER)
    told = {(each.kind, each.deadline_version): each.state for each in city.told(order)[-1].order.clocks}
    assert told == {
        (ticket_pb2.DEADLINE_KIND_HANDLE, 1): events_pb2.CLOCK_STATE_VOID,
        (ticket_pb2.DEADLINE_KIND_EXTENSION, 2): events_pb2.CLOCK_STATE_RUNNING,
    }
    assert order.due_at.ToDatetime(dt.UTC) == dt.datetime(2025, 1, 16, 16, tzinfo=dt.UTC)


def test_a_progress_report_keeps_its_promise_with_lights_of_its_own(city: City) -> None:
    promise = {"reason": "管材未到", "progress": "已开挖", "measures": "到货更换", "promised_on": "2025-01-22"}
    order = city.handling()
    order = city.do("ProgressReportService/RequestProgressReport", order, HANDLER, **promise, caller_told_at=city.clock.now())
    order = city.do("ProgressReportService/GrantProgressReport", order, REVIEWER)
    assert order.due_kind == ticket_pb2.DEADLINE_KIND_PROMISE
    assert city.get(order).requests[0].progress_report.promised_on == "2025-01-22"


def test_a_reply_sent_back_is_marked_with_why(city: City) -> None:
    order = city.do("ReviewService/SendBackReply", city.replied(), REVIEWER, reason="未写明何时恢复")
    city.reply(order)
    first, second = city.get(order).replies
    assert (first.sent_back_reason, second.sent_back_reason) == ("未写明何时恢复", "")
    assert city.get(order).rounds[0].deficient == 1


def test_an_unreachable_caller_and_the_closing_of_it(city: City) -> None:
    order = city.calling()
    for hours in (3, 20, 3):
        order = city.do("CallBackService/RecordAttempt", order, CALLER_BACK, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY, note="占线")
        city.wait(hours=hours)
    order = city.do("CallBackService/SendRatingLink", order, CALLER_BACK)
    city.wait(hours=72)
    order = city.do("CallBackService/FindUnreachable", order, CALLER_BACK)
    order = city.do("ClosingService/CloseUnreachable", order, REVIEWER, finding="符合供水条例")
    assert order.closing == events_pb2.CLOSING_UNREACHABLE
    assert [each.outcome for each in city.get(order).attempts] == [orders_pb2.ATTEMPT_OUTCOME_BUSY] * 3


def test_the_journal_says_which_date_is_in_force_and_what_was_late(city: City) -> None:
    order = city.do("AssignmentService/Dispatch", city.form(), DISPATCHER, unit_id="water", note="请先联系来电人")
    order = city.do("AssignmentService/SignIn", order, HANDLER)
    city.at("2025-01-14 09:00")
    steps = {verb: detail for verb, _, detail in city.journal(city.reply(order))}
    assert steps["dispatch"]["due_at"] == "2025-01-13T16:00:00+00:00"
    assert "due_at" not in steps["sign_in"]
    assert steps["reply"]["late"] is True
    assert city.get(order).rounds[0].note == "请先联系来电人"


def test_a_rework_is_a_second_round(city: City) -> None:
    order = city.rated(result=events_pb2.RATING_DISSATISFIED)
    ground = orders_pb2.REWORK_GROUND_REASONABLE_DEMAND
    order = city.do("ClosingService/Rework", order, CALLER_BACK, ground=ground, reason="水压仍不足")
    assert (order.round, order.reworks, order.state) == (2, 1, events_pb2.ORDER_STATE_DISPATCHED)
    assert [each.ending for each in city.get(order).rounds] == [orders_pb2.ENDING_REWORKED, orders_pb2.ENDING_UNSPECIFIED]


def test_a_dissatisfied_caller_with_a_lawful_answer(city: City) -> None:
    order = city.rated(result=events_pb2.RATING_DISSATISFIED)
    order = city.do("ClosingService/CloseDissatisfied", order, REVIEWER, finding="符合供水条例")
    assert order.closing == events_pb2.CLOSING_DISSATISFIED_LAWFUL


def test_the_hub_s_breaches_are_counted(city: City) -> None:
    order = city.form()
    city.at("2025-01-08 09:00")
    days = {"from_day": "2025-01-07", "to_day": "2025-01-07"}
    count = city.ask("OrderService/CountHubBreaches", SUPERVISOR, **days).breaches
    assert (count.late_dispatches, count.late_decisions) == (1, 0)
    order = city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="water")
    order = city.do("AssignmentService/SignIn", order, HANDLER)
    order = city.do("ExtensionService/RequestExtension", order, HANDLER, days=1, reason="需停水施工")
    city.at("2025-01-10 09:00")
    city.do("ExtensionService/GrantExtension", order, REVIEWER)
    days["to_day"] = "2025-01-09"
    count = city.ask("OrderService/CountHubBreaches", SUPERVISOR, **days).breaches
    assert (count.late_dispatches, count.late_decisions) == (1, 1)
    with pytest.raises(Refused):
        city.ask("OrderService/CountHubBreaches", SUPERVISOR, from_day="2025-01-09", to_day="2025-01-08")


def test_an_order_is_loaded_as_it_was_saved(city: City) -> None:
    order = city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=3, reason="需停水施工")
    loaded: Order = city.store.read(Caller.timer("dispatch", CITY), lambda tx: orders.load(tx, order.order_id))
    assert loaded.pending is not None
    assert (loaded.version, loaded.pending.facet, len(loaded.rounds)) == (order.version, "extension", 1)
    assert {type(each.deadline.n) for each in loaded.clocks} == {int}


def test_the_journal_of_an_order_holds(city: City) -> None:
    order = city.rated()
    assert journal.verify(city.store) == []
    assert len(city.journal(order)) == 6
