from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from chassis.caller import Caller
from regulation.calendar import DayOverride
from regulation.deadlines import Kind
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.acting import CALL_BACK_VERBS
from services.dispatch.rules.dispatching import dispatch
from services.dispatch.rules.handing_on import FOLLOWED, follow, hand_on, inner_may, receive
from services.dispatch.rules.order import Closing, Ending, Order
from services.dispatch.rules.redating import redate
from tests.services.dispatch.orders import LAW, TOWN, ZHANGDIAN, Desk, end_of, handling_desk
from tests.services.dispatch.refusals import forbidden

DISTRICT = Caller("person", "district", "zhangdian", "zhangdian-hub", frozenset({"ROLE_DISPATCHER"}))


def handed_on(**facts: Any) -> tuple[Desk, Desk]:
    """The city's order at a district since Monday, and the town's inner one since Wednesday."""
    outer = Desk(**facts).dispatch(ZHANGDIAN).on("2021-09-15 09:00")
    outer.order = hand_on(outer.order, TOWN, None, outer.act(DISTRICT))
    inner = Desk(receive(outer.order, TOWN, outer.act(DISTRICT)))
    inner.now = outer.now
    return outer, inner


def test_hand_on_restarts_nothing() -> None:
    outer, inner = handed_on()
    assert outer.order.state is State.HANDLING
    assert outer.order.present.signed_in_at == outer.now
    assert clocks.answer(inner.order).deadline == clocks.answer(outer.order).deadline
    assert (inner.order.tenant_id, inner.order.outer_order_id, inner.order.state) == ("zhangdian", "order", State.DISPATCHED)
    assert (inner.order.unit_id, inner.order.holders) == ("town-370303001", ("town-370303001",))


def test_hand_on_gives_the_town_its_own_days_to_return_but_never_past_the_date() -> None:
    _, inner = handed_on()
    assert clocks.of_kind(inner.order, Kind.RETURN).deadline.deadline_at == end_of("2021-09-17")
    outer = Desk().dispatch(ZHANGDIAN).on("2021-09-18 09:00")
    late = receive(outer.order, TOWN, outer.act(DISTRICT))
    assert clocks.of_kind(late, Kind.RETURN).deadline.deadline_at == end_of("2021-09-18")


def test_hand_on_shares_the_hours_of_a_first_report() -> None:
    outer, inner = handed_on(urgent=True)
    report = clocks.of_kind(outer.order, Kind.FIRST_REPORT)
    assert clocks.of_kind(inner.order, Kind.FIRST_REPORT).deadline == report.deadline


def test_hand_on_refused_to_the_party_and_below_it() -> None:
    for party in ("town-370303001", "zhangdian-hub"):
        outer = Desk(party_units=frozenset({party})).dispatch(ZHANGDIAN)
        with forbidden("17"):
            hand_on(outer.order, TOWN, None, outer.act(DISTRICT))


def test_hand_on_is_a_districts_and_once_at_a_time() -> None:
    desk = handling_desk()
    with forbidden("7-2", "区县"):
        hand_on(desk.order, TOWN, None, desk.act())
    outer, inner = handed_on()
    with forbidden("7-2", "已转交"):
        hand_on(outer.order, TOWN, inner.order, outer.act(DISTRICT))
    returning = Desk().dispatch(ZHANGDIAN).request_return()
    with forbidden("7-2", "回退"):
        hand_on(returning.order, TOWN, None, returning.act(DISTRICT))


def test_inner_dates_are_never_later_than_the_outer_one() -> None:
    outer, inner = handed_on()
    inner.sign_in().request_extension(2)
    with forbidden("7-2"):
        inner.grant_extension(outer=outer.order)
    outer.request_extension(5).grant_extension()
    granted = Desk(inner.order).grant_extension(outer=outer.order).order
    assert clocks.answer(granted).deadline.deadline_at == end_of("2021-09-23")
    promising = Desk(handed_on()[1].sign_in().order).on("2021-09-16 09:00").request_progress_report(dt.date(2021, 10, 15))
    with forbidden("7-2"):
        promising.grant_progress_report(outer=outer.order)


def test_inner_deficient_reply_is_capped_at_the_outer_date() -> None:
    outer, inner = handed_on()
    inner.sign_in().on("2021-09-18 12:00").reply().on("2021-09-18 17:00").send_back_reply(outer=outer.order)
    assert clocks.answer(inner.order).deadline.deadline_at == end_of("2021-09-18")


def test_inner_dispatched_again_keeps_the_outer_date() -> None:
    outer, inner = handed_on()
    inner.recall().on("2021-09-17 09:00")
    order = dispatch(inner.order, TOWN, inner.act(DISTRICT, outer.order))
    assert clocks.answer(order).deadline == clocks.answer(outer.order).deadline


@pytest.mark.parametrize("verb", sorted(CALL_BACK_VERBS))
def test_inner_orders_are_not_called_back_by_the_district(verb: Verb) -> None:
    _, inner = handed_on()
    with forbidden(verb.article.code, "市热线"):
        inner_may(inner.order, verb)
    inner_may(Desk().order, verb)


def ended(inner: Desk, outer: Desk, verb: Verb) -> tuple[Order, Verb] | None:
    return follow(inner.order, outer.order, outer.order, verb, inner.act())


def test_follow_closes_an_inner_order_whose_reply_passed_with_the_outer_ones_mark() -> None:
    outer, inner = handed_on()
    inner.sign_in().reply().pass_review()
    outer.reply()
    assert ended(inner, outer, Verb.REPLY) is None
    outer.pass_review().record_ratings().close_satisfied()
    followed = ended(inner, outer, Verb.CLOSE_SATISFIED)
    assert followed is not None
    assert (followed[1], followed[0].state, followed[0].closing) == (Verb.CLOSE_SATISFIED, State.CLOSED, Closing.SATISFIED)


@pytest.mark.parametrize(
    "verb", [Verb.RECALL, Verb.GRANT_RETURN, Verb.REPLY, Verb.REPLY_WITH_EXPLANATION, Verb.SEND_BACK_REPLY, Verb.REWORK]
)
def test_follow_lapses_an_inner_order_when_the_outer_round_it_served_is_over(verb: Verb) -> None:
    outer, inner = handed_on()
    followed = ended(inner, outer, verb)
    assert followed is not None
    assert (followed[1], followed[0].closing, followed[0].rounds[0].ending) == (Verb.LAPSE, Closing.LAPSED, Ending.LAPSED)


def test_follow_withdraws_with_the_caller_and_goes_on_otherwise() -> None:
    outer, inner = handed_on()
    followed = ended(inner, outer, Verb.WITHDRAW)
    assert followed is not None
    assert followed[0].state is State.WITHDRAWN
    assert not {Verb.REQUEST_EXTENSION, Verb.GRANT_EXTENSION, Verb.PASS_REVIEW, Verb.RECORD_RATINGS} & FOLLOWED
    assert ended(inner, outer, Verb.SUPPLEMENT) == (inner.order, Verb.SUPPLEMENT)


def test_follow_redates_with_the_outer_date() -> None:
    outer, inner = handed_on()
    law = replace(LAW, calendar=LAW.calendar.with_days("r2", [DayOverride(dt.date(2021, 9, 16), False, "台风停工")]))
    redated = redate(outer.order, law)
    followed = follow(inner.order, outer.order, redated, Verb.REDATE, inner.act())
    assert followed is not None
    assert clocks.answer(followed[0]).deadline == clocks.answer(redated).deadline
    assert follow(inner.order, outer.order, outer.order, Verb.REDATE, inner.act()) is None
