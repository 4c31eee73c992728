"""11(3), 11(4), 11(6): the province's own date beside ours, in every verb that gives a unit a date, and as the province moves it."""

from __future__ import annotations

import datetime as dt

import pytest
from google.protobuf.json_format import Parse
from sqlalchemy import select

from hotline.dispatch.v1 import events_pb2
from hotline.intake.v1 import events_pb2 as intake
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.ticket.v1 import ticket_pb2
from regulation.deadlines import Kind
from regulation.policy import Policy
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.handing_on import follow, receive
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import ClockState, Rating
from services.dispatch.rules.provincial import move_provincial_date
from tests.services.dispatch.city import DISPATCHER, DISTRICT_HUB, HANDLER, REVIEWER, TOWN, City, Serve
from tests.services.dispatch.orders import HOUSING, LAW, MORNING, PROVINCIAL, ZHANGDIAN, Desk, at, end_of
from tests.services.dispatch.orders import TOWN as TOWN_UNIT
from tests.services.dispatch.refusals import forbidden
from tests.services.refused import Refused

# Monday, 2021-09-13; ours is the end of Saturday 18, a make-up day, and a working day before it Friday 17.
OWN = end_of("2021-09-18")


def desk(due: str = "2021-09-16 12:00", law: Law = LAW) -> Desk:
    return Desk(law=law, source=PROVINCIAL, provincial_due_at=at(due), provincial_since=MORNING)


def handling(due: str = "2021-09-16 12:00", law: Law = LAW) -> Desk:
    return desk(due, law).to(State.HANDLING)


def move(desk: Desk, due: dt.datetime) -> Desk:
    return desk.keeping_up(lambda: setattr(desk, "order", move_provincial_date(desk.order, due, desk.act())))


def due(desk: Desk) -> dt.datetime:
    return clocks.answer(desk.order).deadline.deadline_at


def test_dispatch_stamps_the_earlier_of_both_and_keeps_both() -> None:
    deadline = clocks.answer(handling().order).deadline
    assert (deadline.kind, deadline.deadline_at, deadline.own_at) == (Kind.HANDLE, at("2021-09-16 12:00"), OWN)
    later = clocks.answer(handling("2021-09-24 00:00").order).deadline
    assert (later.deadline_at, later.own_at) == (OWN, None)


def test_dispatch_after_the_province_s_date_gives_the_unit_its_own_term() -> None:
    late = desk("2021-09-13 09:00").to(State.HANDLING)
    assert clocks.answer(late.order).deadline.deadline_at == OWN


def test_request_return_is_late_after_the_province_s_date() -> None:
    asked = desk("2021-09-13 18:00").dispatch().on("2021-09-13 18:30").request_return()
    assert asked.order.present.late_return
    assert not desk("2021-09-16 12:00").dispatch().on("2021-09-14 18:00").request_return().order.present.late_return


def test_request_extension_ends_a_working_day_before_the_province_s_date() -> None:
    assert handling().on("2021-09-15 23:59").request_extension().order.pending
    with forbidden("11-4", "1个工作日"):
        handling().on("2021-09-16 00:01").request_extension()


def test_grant_extension_waits_for_the_province_where_its_date_rules() -> None:
    asked = handling().request_extension(2)
    with forbidden("11-4", "省级平台", "2021-09-16 12:00"):
        asked.wait(hours=1).grant_extension()
    move(asked, at("2021-09-18 12:00"))
    assert (due(asked), clocks.answer(asked.order).state) == (at("2021-09-18 12:00"), ClockState.HELD)
    granted = asked.grant_extension().order
    deadline = clocks.answer(granted).deadline
    # Ours by the rule: two working days after Saturday 18 are Wednesday 22 and Thursday 23.
    assert (deadline.kind, deadline.deadline_at, deadline.own_at) == (Kind.EXTENSION, at("2021-09-18 12:00"), end_of("2021-09-23"))


def test_grant_extension_goes_as_far_as_the_province_s_date_lets_it() -> None:
    granted = handling("2021-09-22 00:00").request_extension(5).grant_extension()
    assert due(granted) == at("2021-09-22 00:00")


def test_refuse_extension_leaves_the_province_s_date() -> None:
    assert due(handling().request_extension().refuse_extension()) == at("2021-09-16 12:00")


def test_grant_progress_report_waits_for_the_province_where_its_date_rules() -> None:
    asked = handling().request_progress_report(dt.date(2021, 9, 30))
    with forbidden("11-7", "省级平台"):
        asked.wait(hours=1).grant_progress_report()
    granted = move(asked, at("2021-09-29 12:00")).grant_progress_report()
    deadline = clocks.answer(granted.order).deadline
    assert (deadline.deadline_at, deadline.own_at) == (at("2021-09-29 12:00"), end_of("2021-09-30"))


def test_request_progress_report_is_not_granted_by_itself_against_the_province_s_date() -> None:
    law = Law(LAW.calendar, Policy(promise_granted_by_hub=False))
    assert handling(law=law).request_progress_report(dt.date(2021, 9, 30)).order.pending
    free = handling("2021-10-20 00:00", law).request_progress_report(dt.date(2021, 9, 30))
    assert (free.order.pending, due(free)) == (None, end_of("2021-09-30"))


def test_send_back_reply_gives_no_day_beyond_the_province_s_and_one_where_that_is_over() -> None:
    back = handling("2021-09-16 23:00").on("2021-09-16 15:00").reply().on("2021-09-16 16:00").send_back_reply()
    assert (due(back), clocks.answer(back.order).version) == (at("2021-09-16 23:00"), 1)
    over = handling().on("2021-09-16 11:00").reply().on("2021-09-16 16:00").send_back_reply()
    assert due(over) == end_of("2021-09-17")


def test_rework_is_a_fresh_term_that_the_province_s_date_cuts_while_it_lasts() -> None:
    def reworked(provincial: str) -> Desk:
        return handling(provincial).on("2021-09-16 13:00").reply().pass_review().record_ratings(result=Rating.DISSATISFIED).rework()

    assert due(reworked("2021-09-16 12:00")) > at("2021-09-24 00:00")
    assert due(reworked("2021-09-23 12:00")) == at("2021-09-23 12:00")


def test_upgrade_and_downgrade_keep_to_the_province_s_date() -> None:
    urgent = handling().on("2021-09-13 12:00").upgrade()
    assert clocks.answer(urgent.order).deadline.red_at == due(urgent) == at("2021-09-16 12:00")
    move(urgent, at("2021-09-17 12:00"))
    assert due(urgent) == end_of("2021-09-16"), "13 is the earlier now"
    back = urgent.downgrade()
    assert (due(back), clocks.answer(back.order).deadline.own_at) == (at("2021-09-17 12:00"), OWN)


def test_move_provincial_date_moves_what_is_owed_and_what_hangs_on_it() -> None:
    moved = move(handling().add_assisting(), at("2021-09-15 12:00"))
    assert due(moved) == at("2021-09-15 12:00")
    assisting = clocks.of_assisting(moved.order, HOUSING.unit_id)
    assert assisting is not None
    assert assisting.deadline.deadline_at == end_of("2021-09-14")
    assert due(move(moved, at("2021-09-30 12:00"))) == OWN
    assert [each.state for each in moved.order.clocks if each.kind is Kind.HANDLE and not each.assisting] == [
        ClockState.VOID, ClockState.VOID, ClockState.RUNNING,
    ]  # fmt: skip


def test_move_provincial_date_leaves_what_was_answered() -> None:
    answered = handling().on("2021-09-15 09:00").reply()
    before = answered.order.clocks
    move(answered, at("2021-09-14 12:00"))
    assert answered.order.clocks == before
    assert not clocks.overdue(answered.order, 1, answered.now)
    assert due(answered.send_back_reply()) == end_of("2021-09-16"), "the day that 11(8) gives, as the moved date is over"
    again = move(handling().on("2021-09-15 09:00").reply(), at("2021-09-17 12:00")).send_back_reply()
    assert due(again) == at("2021-09-17 12:00")
    held = handling().request_extension().on("2021-09-16 13:00").reply()
    assert due(move(held, at("2021-09-17 12:00"))) == at("2021-09-17 12:00"), "its request is undecided"


def test_move_provincial_date_before_dispatch_is_what_dispatch_stamps() -> None:
    assert due(move(desk(), at("2021-09-15 12:00")).to(State.HANDLING)) == at("2021-09-15 12:00")


def test_an_inner_order_follows_the_outer_one_s_date() -> None:
    outer = desk().dispatch(ZHANGDIAN)
    inner = receive(outer.order, TOWN_UNIT, outer.act())
    assert clocks.answer(inner).deadline.deadline_at == at("2021-09-16 12:00")
    before = outer.order
    after = move(outer, at("2021-09-15 12:00")).order
    followed = follow(inner, before, after, Verb.MOVE_PROVINCIAL_DATE, outer.act(outer=after))
    assert followed is not None
    assert (clocks.answer(followed[0]).deadline.deadline_at, followed[1]) == (at("2021-09-15 12:00"), Verb.MOVE_PROVINCIAL_DATE)


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def formed(city: City, hours: float) -> intake.TicketFormed:
    event = city.form_event(source=ticket_pb2.SOURCE_PROVINCIAL, channel=ticket_pb2.CHANNEL_PROVINCIAL, provincial_number="SD1")
    event.provincial_due_at.FromDatetime(city.clock.now() + dt.timedelta(hours=hours))
    return event


def moved(city: City, ticket_id: str, hours: float, version: int) -> provincial.ProvincialDateMoved:
    event = provincial.ProvincialDateMoved(ticket_id=ticket_id, provincial_number="SD1", version=version)
    event.due_at.FromDatetime(city.clock.now() + dt.timedelta(hours=hours))
    return event


def test_the_order_shows_both_dates_and_its_clocks_are_told_with_both(city: City) -> None:
    event = formed(city, 48)
    city.tell(event)
    waiting = city.of_ticket(event.ticket_id)
    assert waiting.provincial_due_at == event.provincial_due_at
    order = city.do("AssignmentService/Dispatch", waiting, DISPATCHER, unit_id="water")
    assert order.due_at == event.provincial_due_at
    date = next(each for each in city.get(order).dates if each.deadline.kind == ticket_pb2.DEADLINE_KIND_HANDLE)
    assert date.deadline.deadline_at == event.provincial_due_at
    assert date.deadline.own_at.ToDatetime() > date.deadline.deadline_at.ToDatetime()
    assert [each.why for each in date.days if "省级平台" in each.why]
    (told,) = [each for each in city.told(order)[-1].order.clocks if each.kind == ticket_pb2.DEADLINE_KIND_HANDLE]
    assert told.deadline == date.deadline


def test_move_provincial_date_is_journalled_and_told_once_and_the_newest_word_stands(city: City) -> None:
    event = formed(city, 48)
    city.tell(event)
    order = city.do("AssignmentService/Dispatch", city.of_ticket(event.ticket_id), DISPATCHER, unit_id="water")
    later = moved(city, event.ticket_id, 72, 2)
    for each in (later, later, moved(city, event.ticket_id, 24, 1)):
        city.tell(each, source="provincial")
    found = city.of_ticket(event.ticket_id)
    assert (found.due_at, found.provincial_due_at, found.version) == (later.due_at, later.due_at, order.version + 1)
    assert [each.verb for each in city.told(order)].count("move_provincial_date") == 1
    ((_, article, detail),) = [each for each in city.journal(order) if each[0] == "move_provincial_date"]
    assert (article, "provincial_due_at" in detail, "due_at" in detail) == ("11-3", True, True)


def test_a_date_moved_before_the_ticket_was_formed_is_the_order_s(city: City) -> None:
    event = formed(city, 48)
    early = moved(city, event.ticket_id, 30, 1)
    city.tell(early, source="provincial")
    city.tell(event)
    city.tell(event)
    assert city.of_ticket(event.ticket_id).provincial_due_at == early.due_at


def test_a_date_moved_after_the_end_changes_nothing(city: City) -> None:
    event = formed(city, 48)
    city.tell(event)
    back = intake.TicketWithdrawn(ticket_id=event.ticket_id, reason="已解决", version=3)
    back.at.FromDatetime(city.clock.now())
    city.tell(back)
    before = city.of_ticket(event.ticket_id)
    city.tell(moved(city, event.ticket_id, 24, 1), source="provincial")
    assert city.of_ticket(event.ticket_id) == before


def test_the_hub_is_told_that_the_province_waits_to_be_heard(city: City) -> None:
    event = formed(city, 72)
    city.tell(event)
    order = city.do("AssignmentService/Dispatch", city.of_ticket(event.ticket_id), DISPATCHER, unit_id="water")
    order = city.do("AssignmentService/SignIn", order, HANDLER)
    order = city.do("ExtensionService/RequestExtension", order, HANDLER, days=2, reason="管材未到货")
    city.wait(hours=1)
    with pytest.raises(Refused, match="省级平台") as refused:
        city.do("ExtensionService/GrantExtension", order, REVIEWER)
    assert refused.value.article == "11-4"
    city.tell(moved(city, event.ticket_id, 120, 1), source="provincial")
    order = city.do("ExtensionService/GrantExtension", city.of_ticket(event.ticket_id), REVIEWER)
    assert order.pending == 0


def test_the_province_hears_of_a_promise_as_it_is_asked_for(city: City) -> None:
    event = formed(city, 24 * 60)
    city.tell(event)
    order = city.do("AssignmentService/Dispatch", city.of_ticket(event.ticket_id), DISPATCHER, unit_id="water")
    order = city.do("AssignmentService/SignIn", order, HANDLER)
    city.do(
        "ProgressReportService/RequestProgressReport", order, HANDLER, reason="管材未到货", progress="已开挖", measures="到货即换",
        promised_on="2025-01-20", caller_told_at=city.clock.now(),
    )  # fmt: skip
    outbox = city.store.tables["outbox"]
    wanted = select(outbox.c.payload).where(outbox.c.type == "hotline.dispatch.v1.ProgressReportRequested")
    (told,) = [Parse(row["payload"], events_pb2.ProgressReportRequested()) for row in city.store.across(lambda tx: tx.all(wanted))]
    assert (told.order_id, told.promised_on, told.progress, told.measures) == (order.order_id, "2025-01-20", "已开挖", "到货即换")


def test_a_district_s_inner_order_is_dated_with_the_city_s(city: City) -> None:
    event = formed(city, 72)
    city.tell(event)
    order = city.do("AssignmentService/Dispatch", city.of_ticket(event.ticket_id), DISPATCHER, unit_id="zhangdian")
    handed = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=order.order_id, version=order.version, unit_id="town-1")
    assert handed.inner.due_at == event.provincial_due_at
    sooner = moved(city, event.ticket_id, 24, 1)
    city.tell(sooner, source="provincial")
    inner = city.get(handed.inner, TOWN).order
    assert inner.due_at == sooner.due_at
    assert city.told(inner)[-1].verb == "move_provincial_date"
    assert city.told(inner)[-1].order.state == events_pb2.ORDER_STATE_DISPATCHED
