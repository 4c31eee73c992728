from __future__ import annotations

import datetime as dt
from dataclasses import replace

from regulation.calendar import DayOverride
from regulation.deadlines import Kind
from services.dispatch.lifecycle import State
from services.dispatch.rules import clocks
from services.dispatch.rules.order import ClockState, Rating
from services.dispatch.rules.redating import Outer, moved, redate
from tests.services.dispatch.orders import LAW, Desk, end_of, formed, handling_desk
from tests.services.dispatch.test_handing_on import handed_on

THURSDAY_OFF = replace(LAW, calendar=LAW.calendar.with_days("r2", [DayOverride(dt.date(2021, 9, 16), False, "台风停工")]))
SAME_DAYS = replace(LAW, calendar=LAW.calendar.with_days("r3", []))


def test_redate_moves_an_open_date_to_its_next_version() -> None:
    before = handling_desk().order
    order = redate(before, THURSDAY_OFF)
    old, new = (each for each in order.clocks if each.kind in clocks.ANSWER)
    assert (old.version, old.state) == (1, ClockState.VOID)
    assert (new.kind, new.version, new.state) == (Kind.HANDLE, 2, ClockState.RUNNING)
    assert (new.deadline.deadline_at, new.deadline.calendar_revision) == (end_of("2021-09-22"), "r2")
    assert moved(before, order)
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == end_of("2021-09-15")


def test_redate_of_dates_that_stay_keeps_their_version() -> None:
    before = handling_desk().order
    order = redate(before, SAME_DAYS)
    assert [each.key for each in order.clocks] == [each.key for each in before.clocks]
    assert clocks.answer(order).deadline.calendar_revision == "r3"
    assert not moved(before, order)


def test_redate_counts_an_extension_again_from_its_old_deadline() -> None:
    order = redate(handling_desk().request_extension(5).grant_extension().order, THURSDAY_OFF)
    new = clocks.answer(order)
    assert (new.kind, new.version, new.counted_from) == (Kind.EXTENSION, 3, 1)
    assert new.deadline.deadline_at == end_of("2021-09-28")  # from 09-22: 23, 24, Sunday 26, 27, 28
    twice = redate(order, SAME_DAYS)
    assert clocks.answer(twice).deadline.deadline_at == end_of("2021-09-27")


def test_redate_keeps_the_promised_day_and_moves_its_lights() -> None:
    order = handling_desk().request_progress_report(dt.date(2021, 9, 22)).grant_progress_report().order
    friday_off = replace(LAW, calendar=LAW.calendar.with_days("r4", [DayOverride(dt.date(2021, 9, 18), False, "台风停工")]))
    new = clocks.answer(redate(order, friday_off))
    assert (new.deadline.deadline_at, new.deadline.yellow_at) == (end_of("2021-09-22"), end_of("2021-09-17"))


def test_redate_counts_a_deficient_reply_again() -> None:
    desk = handling_desk().on("2021-09-18 12:00").reply().on("2021-09-18 17:00").send_back_reply()
    wednesday_off = replace(LAW, calendar=LAW.calendar.with_days("r5", [DayOverride(dt.date(2021, 9, 22), False, "台风停工")]))
    assert clocks.answer(redate(desk.order, wednesday_off)).deadline.deadline_at == end_of("2021-09-23")


def test_redate_of_a_held_or_answered_date_keeps_how_far_it_had_come() -> None:
    held = clocks.answer(redate(handling_desk().request_extension().order, THURSDAY_OFF))
    assert (held.state, held.held_at is not None) == (ClockState.HELD, True)
    desk = handling_desk().on("2021-09-19 09:00").reply()
    assert clocks.overdue(desk.order, 1, desk.now)
    order = redate(desk.order, THURSDAY_OFF)
    assert (clocks.answer(order).state, clocks.answer(order).stopped_at) == (ClockState.STOPPED, desk.now)
    assert not clocks.overdue(order, 1, desk.now)


def test_redate_moves_the_hubs_own_date_while_it_runs() -> None:
    tuesday_off = replace(LAW, calendar=LAW.calendar.with_days("r6", [DayOverride(dt.date(2021, 9, 14), False, "台风停工")]))
    assert clocks.hub(redate(formed(), tuesday_off)).deadline.deadline_at == end_of("2021-09-15")
    dispatched = Desk().dispatch().order
    assert clocks.hub(redate(dispatched, tuesday_off)) == clocks.hub(dispatched)


def test_redate_never_moves_a_closed_round() -> None:
    desk = Desk().to(State.CALLING_BACK).record_ratings(result=Rating.DISSATISFIED).rework()
    first = {each for each in desk.order.clocks if each.round == 1}
    assert first <= set(redate(desk.order, THURSDAY_OFF).clocks)


def test_redate_knows_no_hours_by_the_clock() -> None:
    order = Desk(urgent=True).dispatch().order
    assert clocks.of_kind(redate(order, THURSDAY_OFF), Kind.FIRST_REPORT) == clocks.of_kind(order, Kind.FIRST_REPORT)


def test_redate_of_an_inner_order_follows_the_outer_date_it_took_over() -> None:
    outer, inner = handed_on()
    was = clocks.answer(outer.order).deadline
    now = clocks.answer(redate(outer.order, THURSDAY_OFF)).deadline
    assert clocks.answer(redate(inner.order, LAW, Outer(now, was))).deadline == now
    assert clocks.answer(redate(inner.order, THURSDAY_OFF, Outer(was, was))).deadline == was


def test_redate_of_an_inner_order_is_capped_when_the_outer_date_comes_nearer() -> None:
    outer, inner = handed_on()
    was = clocks.answer(outer.order).deadline
    outer.request_extension(1).grant_extension()
    nearer = replace(was, deadline_at=end_of("2021-09-16"))
    order = redate(inner.order, LAW, Outer(nearer, clocks.answer(outer.order).deadline))
    assert clocks.answer(order).deadline.deadline_at == end_of("2021-09-16")
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == end_of("2021-09-16")
