"""16: one lead unit and those that assist it: their dates, their parts, what ends them, and who sees what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.ticket.v1 import ticket_pb2
from regulation.deadlines import Kind
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import Clock, ClockState, Ending, Rating
from tests.services.dispatch.city import CALLER_BACK, DISPATCHER, HANDLER, OUTSIDER, REVIEWER, City, Serve, person
from tests.services.dispatch.crowd import crowd
from tests.services.dispatch.orders import HANDLER as LEAD
from tests.services.dispatch.orders import HOUSING, WATER, ZHANGDIAN, Desk, at, end_of, handling_desk
from tests.services.dispatch.refusals import forbidden, incomplete
from tests.services.dispatch.test_desks import plan_of, queries
from tests.services.refused import Refused

ROADS = replace(HOUSING, unit_id="zibo-roads", name="市城管局")


def assisted(desk: Desk) -> Clock:
    found = clocks.of_assisting(desk.order, HOUSING.unit_id)
    assert found is not None
    return found


def test_add_assisting_gives_a_date_one_working_day_before_the_leads() -> None:
    desk = Desk().dispatch().add_assisting(HOUSING, ROADS)
    assert assisted(desk).deadline.deadline_at == end_of("2021-09-17")
    assert desk.order.assisting == {"zibo-housing", "zibo-roads"}
    assert set(desk.order.holders) == {"zibo-water", "zibo-housing", "zibo-roads"}
    late = Desk().dispatch().on("2021-09-17 09:00").add_assisting()
    assert assisted(late).deadline.deadline_at == end_of("2021-09-18")


def test_assisting_units_share_the_hours_of_a_first_report_until_the_lead_gives_it() -> None:
    desk = Desk(urgent=True).dispatch(result_days=2).add_assisting()
    shared = clocks.of_assisting(desk.order, HOUSING.unit_id, {Kind.FIRST_REPORT})
    assert shared is not None
    assert shared.deadline == clocks.of_kind(desk.order, Kind.FIRST_REPORT).deadline
    reported = clocks.of_assisting(desk.wait(minutes=30).submit_first_report().order, HOUSING.unit_id, {Kind.FIRST_REPORT})
    assert reported is not None
    assert (reported.state, reported.late) == (ClockState.STOPPED, False)
    later = Desk(urgent=True).dispatch().wait(hours=3).add_assisting().order
    assert clocks.of_assisting(later, HOUSING.unit_id, {Kind.FIRST_REPORT}) is None


def test_add_assisting_refuses_the_lead_one_that_assists_a_district_and_the_party() -> None:
    with forbidden("16", "主办或协办"):
        Desk().dispatch(WATER).add_assisting(WATER)
    with forbidden("16", "主办或协办"):
        Desk().dispatch().add_assisting().add_assisting()
    with forbidden("16", "区县"):
        Desk().dispatch().add_assisting(ZHANGDIAN)
    with forbidden("17"):
        Desk(party_units=frozenset({"zibo-housing"})).dispatch().add_assisting()
    with incomplete("unit_ids", "16"):
        Desk().dispatch().add_assisting(*[replace(HOUSING, unit_id=f"u-{number}") for number in range(21)])


def test_an_assisting_unit_signs_in_and_submits_its_part_once() -> None:
    desk = Desk().dispatch().add_assisting().wait(hours=1).sign_in_assisting()
    (assist,) = desk.order.assists
    assert (assist.signed_in_at, assist.contributed_at) == (desk.now, None)
    with forbidden("16", "已签收"):
        desk.sign_in_assisting()
    desk.wait(hours=1).submit_contribution()
    assert (assisted(desk).state, assisted(desk).late) == (ClockState.STOPPED, False)
    with forbidden("16", "已反馈"):
        desk.submit_contribution()
    assert (desk.order.state, clocks.answer(desk.order).state) == (State.DISPATCHED, ClockState.RUNNING)
    with forbidden("16", "不是本工单的协办单位"):
        Desk().dispatch().add_assisting().sign_in_assisting(by=LEAD)
    with incomplete("contribution", "16"):
        Desk().dispatch().add_assisting().submit_contribution(" ")


def test_a_late_part_is_held_against_its_own_date_and_the_lead_counts_alone() -> None:
    desk = Desk().dispatch().sign_in().add_assisting().on("2021-09-18 09:00").submit_contribution()
    assert assisted(desk).late
    order = desk.reply().order
    assert not clocks.overdue(order, 1, desk.now)


def test_the_lead_may_reply_without_them_and_their_part_may_come_until_the_round_ends() -> None:
    desk = handling_desk().add_assisting().reply()
    assert assisted(desk).state is ClockState.RUNNING
    desk.pass_review().submit_contribution().record_ratings().close_satisfied()
    (assist,) = desk.order.assists
    assert (assist.ending, assisted_state(desk)) == (Ending.CLOSED, {ClockState.STOPPED})


def assisted_state(desk: Desk) -> set[ClockState]:
    return {each.state for each in desk.order.clocks if each.assisting}


def test_what_ends_the_round_ends_them() -> None:
    recalled = Desk().dispatch().add_assisting().recall()
    assert (recalled.order.assists[0].ending, assisted_state(recalled)) == (Ending.RECALLED, {ClockState.VOID})
    assert recalled.order.holders == ()
    withdrawn = Desk().dispatch().add_assisting().withdraw()
    assert (withdrawn.order.assists[0].ending, assisted_state(withdrawn)) == (Ending.WITHDRAWN, {ClockState.VOID})
    desk = handling_desk().add_assisting().reply().pass_review()
    desk.record_ratings(result=Rating.DISSATISFIED).rework()
    assert (desk.order.assists[0].ending, assisted_state(desk)) == (Ending.REWORKED, {ClockState.STOPPED})
    assert desk.order.assisting == frozenset()


def test_withdraw_assisting_voids_its_part_and_it_may_assist_again() -> None:
    desk = Desk().dispatch().add_assisting().withdraw_assisting()
    assert (assisted_state(desk), desk.order.holders) == ({ClockState.VOID}, ("zibo-water",))
    with incomplete("reason", "16"):
        Desk().dispatch().add_assisting().withdraw_assisting(reason=" ")
    desk.add_assisting()
    assert (assisted(desk).version, assisted(desk).state) == (2, ClockState.RUNNING)


def test_their_dates_move_with_the_leads() -> None:
    desk = handling_desk().add_assisting().request_extension(3)
    desk.keeping_up(desk.grant_extension)
    assert (assisted(desk).kind, assisted(desk).deadline.deadline_at) == (Kind.EXTENSION, end_of("2021-09-23"))
    urgent = handling_desk().add_assisting().on("2021-09-14 09:00")
    urgent.keeping_up(urgent.upgrade)
    assert (assisted(urgent).kind, assisted(urgent).deadline.deadline_at) == (Kind.RESULT, end_of("2021-09-16"))
    shared = clocks.of_assisting(urgent.order, HOUSING.unit_id, {Kind.FIRST_REPORT})
    assert shared is not None
    assert shared.deadline.deadline_at == at("2021-09-14 11:00")
    urgent.wait(hours=1).keeping_up(urgent.downgrade)
    gone = clocks.of_assisting(urgent.order, HOUSING.unit_id, {Kind.FIRST_REPORT})
    assert gone is not None
    assert gone.state is ClockState.VOID
    given = handling_desk().add_assisting().submit_contribution().request_extension(3)
    given.keeping_up(given.grant_extension)
    assert assisted(given).kind is Kind.HANDLE


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


ASSISTANT = OUTSIDER


def with_roads(city: City) -> orders_pb2.Order:
    return city.do("AssignmentService/Dispatch", city.form(), DISPATCHER, unit_id="water", assisting_unit_ids=["roads"])


def test_dispatch_names_lead_and_assisting_units_and_each_sees_it(city: City) -> None:
    order = with_roads(city)
    told = city.told(order)[-1].order
    assert set(told.holders) == {"water", "roads"}
    assert {(each.unit_id, each.assisting) for each in told.clocks} == {("water", False), ("roads", True)}
    assert city.get(order, ASSISTANT).ticket.text
    (item,) = city.ask("DeskService/ListAssists", ASSISTANT).items
    (date,) = (each for each in city.get(order).dates if each.assisting)
    assert (item.order.order_id, item.assist.unit_id, item.due_at) == (order.order_id, "roads", date.deadline.deadline_at)
    assert not city.ask("DeskService/ListAssists", HANDLER).items
    assert not city.ask("DeskService/ListUnitInbox", ASSISTANT).orders


def test_an_assisting_unit_does_its_part_and_nothing_of_the_leads(city: City) -> None:
    order = with_roads(city)
    order = city.do("AssistingService/SignInAssisting", order, ASSISTANT)
    assert order.state == events_pb2.ORDER_STATE_DISPATCHED
    for method, said in (
        ("AssignmentService/SignIn", {}),
        ("ReplyService/Reply", {}),
        ("ExtensionService/RequestExtension", {"days": 1, "reason": "需协调"}),
    ):
        with pytest.raises(Refused) as refused:
            city.do(method, order, ASSISTANT, **said)
        assert refused.value.code == "PERMISSION_DENIED"
    with pytest.raises(Refused) as lead:
        city.do("AssistingService/SubmitContribution", order, HANDLER, contribution="已配合")
    assert lead.value.code == "PERMISSION_DENIED"
    order = city.do("AssistingService/SubmitContribution", order, ASSISTANT, contribution="经查13805331234所报管线属供水公司")
    assert not city.ask("DeskService/ListAssists", ASSISTANT).items
    (part,) = city.get(order).replies
    assert (part.verb, part.unit_id) == ("submit_contribution", "roads")
    assert "13805331234" not in part.measures
    order = city.reply(city.do("AssignmentService/SignIn", order, HANDLER))
    (item,) = city.ask("DeskService/ListReviewQueue", REVIEWER).items
    assert item.reply.verb == "reply"
    order = city.do("ReviewService/SendBackReply", order, REVIEWER, reason="未写明何时恢复")
    assert [each.HasField("sent_back_at") for each in city.get(order).replies] == [False, True]


def test_whoever_assisted_does_not_call_back(city: City) -> None:
    order = city.do("AssistingService/AddAssisting", city.handling(), DISPATCHER, unit_ids=["roads"], note="请配合")
    order = city.do("AssistingService/SubmitContribution", order, ASSISTANT, contribution="已配合围挡")
    order = city.do("ReviewService/PassReview", city.reply(order), REVIEWER)
    for by in (person("outsider", "CALL_BACK"), person("other", "CALL_BACK", unit="roads")):
        with pytest.raises(Refused) as refused:
            city.do("CallBackService/RecordAttempt", order, by, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY)
        assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-8")
    assert city.do("CallBackService/RecordAttempt", order, CALLER_BACK, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY)


def test_withdrawn_it_reads_the_ticket_no_more(city: City) -> None:
    order = with_roads(city)
    order = city.do("AssistingService/WithdrawAssisting", order, DISPATCHER, unit_id="roads", reason="无须配合")
    with pytest.raises(Refused) as refused:
        city.get(order, ASSISTANT)
    assert refused.value.code == "NOT_FOUND"
    assert list(city.told(order)[-1].order.holders) == ["water"]
    assert [each.ending for each in city.get(order).assists] == [orders_pb2.ENDING_RECALLED]


def test_a_contribution_that_is_late_is_told_on_its_own_date_and_not_as_the_leads(city: City) -> None:
    order = with_roads(city)
    city.wait(days=10)
    order = city.do("AssistingService/SubmitContribution", order, ASSISTANT, contribution="已配合围挡")
    told = city.told(order)[-1]
    assert not told.late
    (date,) = (each for each in city.get(order).dates if each.assisting)
    assert (date.late, date.deadline.kind) == (True, ticket_pb2.DEADLINE_KIND_HANDLE)


@pytest.mark.parametrize("many", [1, 4])
def test_the_list_of_assists_asks_as_many_queries_for_one_as_for_many_and_has_its_index(city: City, many: int) -> None:
    for _ in range(many):
        with_roads(city)
    with queries(city) as seen:
        assert len(city.ask("DeskService/ListAssists", ASSISTANT).items) == many
    asked = [each for each in seen if "FROM assists" in each[0] or "FROM orders" in each[0]]
    assert len(asked) == 2, seen
    crowd(city)
    plan = city.store.read(ASSISTANT, lambda tx: plan_of(tx, *asked[0]))
    assert "ix_assists_owed" in plan, plan
