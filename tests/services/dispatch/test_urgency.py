"""13: an order becomes urgent midway, or ordinary again; who is told of it, and who must not be (17)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from hotline.directory.v1 import events_pb2 as directory
from hotline.ticket.v1 import ticket_pb2
from regulation.calendar import DayOverride
from regulation.deadlines import Kind
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules import clocks
from services.dispatch.rules.handing_on import follow, hand_on, inner_may, receive
from services.dispatch.rules.order import ClockState, Order
from services.dispatch.rules.redating import redate
from services.dispatch.rules.requests import Decision
from services.dispatch.rules.units import Unit
from services.dispatch.rules.urgency import told_units
from tests.services.dispatch.city import DISPATCHER, DISTRICT_HUB, HANDLER, TOWN, City, Serve
from tests.services.dispatch.orders import HOUSING, LAW, WATER, ZHANGDIAN, Desk, at, end_of, formed, handling_desk
from tests.services.dispatch.orders import TOWN as TOWN_UNIT
from tests.services.dispatch.refusals import forbidden, incomplete
from tests.services.refused import Refused


def test_upgrade_gives_two_hours_to_the_first_report_and_three_days_to_the_result() -> None:
    order = handling_desk().on("2021-09-14 09:00").upgrade().order
    assert (order.urgent, order.urgent_kind, order.state) == (True, UrgentKind.WATER, State.HANDLING)
    report, result = clocks.of_kind(order, Kind.FIRST_REPORT), clocks.answer(order)
    assert (report.deadline.deadline_at, report.deadline.red_at) == (at("2021-09-14 11:00"), at("2021-09-14 11:00"))
    assert (result.kind, result.deadline.deadline_at, result.deadline.red_at) == (Kind.RESULT, end_of("2021-09-17"), end_of("2021-09-17"))
    assert {each.state for each in order.clocks if each.kind is Kind.HANDLE} == {ClockState.VOID}


def test_upgrade_never_puts_a_date_off() -> None:
    order = handling_desk().on("2021-09-17 09:00").upgrade().order
    assert clocks.answer(order).deadline.deadline_at == end_of("2021-09-18")


def test_upgrade_caps_the_return() -> None:
    order = Desk().on("2021-09-13 10:00").dispatch().upgrade().order
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == end_of("2021-09-15")


def test_upgrade_lapses_what_an_urgent_order_may_not_have() -> None:
    order = handling_desk().request_extension(3).upgrade().order
    assert order.pending is None
    assert order.request is not None
    assert order.request.decision is Decision.LAPSED
    returning = handling_desk().request_return().upgrade().order
    assert returning.pending is not None
    with forbidden("13"):
        handling_desk().upgrade().request_extension(1)


def test_upgrade_of_a_waiting_order_hurries_the_hub() -> None:
    order = Desk().on("2021-09-13 15:00").upgrade().order
    assert clocks.hub(order).deadline.deadline_at == at("2021-09-13 15:15")
    late = Desk().on("2021-09-16 09:00").upgrade().order
    assert clocks.hub(late).deadline.deadline_at == end_of("2021-09-14")


def test_upgrade_needs_a_kind_and_an_order_that_is_not_urgent() -> None:
    with incomplete("urgent_kind", "13"):
        handling_desk().upgrade(None)
    with forbidden("13", "已是紧急工单"):
        handling_desk(urgent=True).upgrade()


def test_downgrade_gives_back_what_the_upgrade_cut_short() -> None:
    desk = handling_desk().request_extension(5).grant_extension()
    before = clocks.answer(desk.order).deadline
    order = desk.on("2021-09-14 09:00").upgrade().wait(hours=1).downgrade().order
    assert (order.urgent, order.urgent_kind) == (False, None)
    assert clocks.answer(order).deadline == before
    assert clocks.of_kind(order, Kind.FIRST_REPORT).state is ClockState.VOID
    with forbidden("13", "不是紧急工单"):
        Desk(order).submit_first_report()


def test_downgrade_of_what_was_urgent_from_its_delivery_gives_the_ordinary_term() -> None:
    order = Desk(urgent=True).dispatch(result_days=1).on("2021-09-13 11:00").downgrade().order
    assert (clocks.answer(order).kind, clocks.answer(order).deadline.deadline_at) == (Kind.HANDLE, end_of("2021-09-18"))
    assert clocks.of_kind(order, Kind.RETURN).deadline.deadline_at == end_of("2021-09-15")
    hub = Desk(urgent=True).wait(minutes=5).downgrade().order
    assert clocks.hub(hub).deadline.deadline_at == end_of("2021-09-14")


def test_downgrade_erases_no_breach() -> None:
    desk = Desk(urgent=True).dispatch(result_days=1).sign_in().on("2021-09-15 09:00").downgrade()
    missed = [each for each in desk.order.clocks if each.late]
    assert {each.kind for each in missed} == {Kind.FIRST_REPORT, Kind.RESULT}
    assert desk.order.present.breached
    order = desk.reply().order
    assert clocks.answer(order).late is False
    assert clocks.overdue(order, 1, desk.now)
    hub = Desk(urgent=True).wait(minutes=20).downgrade().order
    assert [each.late for each in hub.clocks] == [True, False]


def test_downgrade_needs_a_reason_and_an_urgent_order() -> None:
    with incomplete("reason", "13"):
        handling_desk(urgent=True).downgrade(" ")
    with forbidden("13", "不是紧急工单"):
        handling_desk().downgrade()


def test_redate_counts_an_upgraded_result_from_the_upgrade() -> None:
    desk = handling_desk().on("2021-09-14 09:00").upgrade()
    law = replace(LAW, calendar=LAW.calendar.with_days("r2", [DayOverride(dt.date(2021, 9, 16), False, "台风停工")]))
    assert clocks.answer(redate(desk.order, law)).deadline.deadline_at == end_of("2021-09-18")
    waiting = Desk().on("2021-09-16 09:00").upgrade().order
    assert clocks.hub(redate(waiting, law)).deadline.deadline_at == end_of("2021-09-14")


def handed_on(**facts: Any) -> tuple[Desk, Desk]:
    outer = Desk(**facts).dispatch(ZHANGDIAN)
    outer.order = hand_on(outer.order, TOWN_UNIT, None, outer.act())
    inner = Desk(receive(outer.order, TOWN_UNIT, outer.act()))
    return outer, inner


def followed(inner: Desk, before: Order, outer: Desk, verb: Verb) -> Order | None:
    found = follow(inner.order, before, outer.order, verb, inner.act(outer=outer.order))
    return found[0] if found else None


def test_an_inner_order_is_as_urgent_as_its_outer_one() -> None:
    outer, inner = handed_on()
    before = outer.order
    outer.on("2021-09-14 09:00").upgrade()
    inner.now = outer.now
    urgent = followed(inner, before, outer, Verb.UPGRADE)
    assert urgent is not None
    assert urgent.urgent
    for kind in (Kind.RESULT, Kind.FIRST_REPORT):
        ours, theirs = clocks.of_kind(urgent, kind).deadline, clocks.of_kind(outer.order, kind).deadline
        assert ours.deadline_at == theirs.deadline_at
    before = outer.order
    outer.downgrade()
    again = followed(Desk(urgent), before, outer, Verb.DOWNGRADE)
    assert again is not None
    assert not again.urgent
    assert clocks.answer(again).deadline.deadline_at == clocks.answer(outer.order).deadline.deadline_at


def test_an_inner_order_that_was_answered_goes_on() -> None:
    outer, inner = handed_on()
    inner.sign_in().reply()
    before = outer.order
    outer.upgrade()
    assert followed(inner, before, outer, Verb.UPGRADE) is None


@pytest.mark.parametrize("verb", [Verb.UPGRADE, Verb.DOWNGRADE])
def test_a_district_does_not_say_how_urgent_it_is(verb: Verb) -> None:
    _, inner = handed_on()
    with forbidden("13", "市热线"):
        inner_may(inner.order, verb)


def test_told_units_leaves_out_who_must_not_know_and_takes_the_nearest_superior_that_may() -> None:
    hub = Unit("zibo-hub", "市民投诉中心", hub=True)
    bureau = Unit("bureau", "市局", above=(("zibo-hub", "市民投诉中心"),))
    station = Unit("station", "下属站", above=(("bureau", "市局"), ("zibo-hub", "市民投诉中心")))
    lines = {"station": [bureau, hub], "bureau": [hub]}
    order = replace(formed(), party_units=frozenset({"station"}))
    told = told_units(order, (station, WATER, replace(HOUSING, open=False)), lambda unit: lines.get(unit.unit_id, []))
    assert [each.unit_id for each in told] == ["bureau", "zibo-water"]
    everybody = replace(order, party_units=frozenset({"bureau"}))
    assert told_units(everybody, (station, bureau), lambda unit: lines[unit.unit_id]) == ()


@pytest.fixture
def city(served: Serve) -> City:
    city = City(served("dispatch"))
    policies = {"urgent_told": "roads", "urgent_told_water": "water-east,roads", "urgent_told_gas": "water"}
    city.tell(directory.TenantChanged(tenant_id="zibo", policies=policies, version=1), source="directory")
    return city


def urgent(city: City, **facts: Any) -> Any:
    return city.form(**{"urgency": ticket_pb2.URGENCY_URGENT, "urgent_kind": ticket_pb2.URGENT_KIND_WATER, **facts})


def test_named_departments_are_told_as_an_urgent_order_begins(city: City) -> None:
    order = urgent(city)
    assert order.urgent_kind == ticket_pb2.URGENT_KIND_WATER
    assert [each.unit_id for each in city.get(order).told] == ["roads", "water-east"]
    (raised,) = city.raised(order)
    assert (list(raised.told_unit_ids), raised.urgent_kind) == (["roads", "water-east"], ticket_pb2.URGENT_KIND_WATER)
    verb, _, detail = city.journal(order)[0]
    assert (verb, detail["told"]) == ("open", "roads,water-east")
    assert [each.unit_id for each in city.get(urgent(city, urgent_kind=0)).told] == ["roads"]
    assert not city.raised(city.form())


def test_a_department_that_must_not_know_is_not_told(city: City) -> None:
    order = urgent(city, parties=[{"name": "东区站", "unit_id": "water-east"}])
    assert [each.unit_id for each in city.get(order).told] == ["roads", "water"]
    whole = urgent(city, parties=[{"name": "自来水公司", "unit_id": "water"}])
    assert [each.unit_id for each in city.get(whole).told] == ["roads"]
    assert list(city.raised(whole)[0].told_unit_ids) == ["roads"]


def test_upgrade_and_downgrade_through_the_doors(city: City) -> None:
    order = city.handling()
    with pytest.raises(Refused) as refused:
        city.do("UrgencyService/Upgrade", order, HANDLER, urgent_kind=ticket_pb2.URGENT_KIND_GAS)
    assert refused.value.code == "PERMISSION_DENIED"
    order = city.do("UrgencyService/Upgrade", order, DISPATCHER, urgent_kind=ticket_pb2.URGENT_KIND_GAS, reason="燃气泄漏")
    assert (order.urgency, order.due_kind) == (ticket_pb2.URGENCY_URGENT, ticket_pb2.DEADLINE_KIND_RESULT)
    assert [each.unit_id for each in city.get(order).told] == ["roads", "water"]
    assert city.told(order)[-1].order.urgent_kind == ticket_pb2.URGENT_KIND_GAS
    city.wait(hours=3)
    order = city.do("UrgencyService/Downgrade", order, DISPATCHER, reason="已查明不是燃气泄漏")
    assert (order.urgency, order.urgent_kind, order.due_kind) == (
        ticket_pb2.URGENCY_ORDINARY, ticket_pb2.URGENT_KIND_UNSPECIFIED, ticket_pb2.DEADLINE_KIND_HANDLE,
    )  # fmt: skip
    assert city.told(order)[-1].late
    assert [each.late for each in city.get(order).dates if each.deadline.kind == ticket_pb2.DEADLINE_KIND_FIRST_REPORT] == [True]
    assert len(city.raised(order)) == 1


def test_an_inner_order_follows_through_the_doors(city: City) -> None:
    outer = city.dispatched("zhangdian")
    inner = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id="town-1").inner
    outer = city.do("UrgencyService/Upgrade", city.get(outer).order, DISPATCHER, urgent_kind=ticket_pb2.URGENT_KIND_DISASTER)
    seen = city.get(inner, TOWN).order
    assert (seen.urgent_kind, seen.due_at) == (ticket_pb2.URGENT_KIND_DISASTER, outer.due_at)
    assert [each.verb for each in city.told(inner)] == ["hand_on", "upgrade"]
    city.do("UrgencyService/Downgrade", outer, DISPATCHER, reason="险情已经解除")
    assert city.get(inner, TOWN).order.urgency == ticket_pb2.URGENCY_ORDINARY
