"""A revision of the calendar tried before it is made: what would move is what then moves, in pages, by an index, in few queries."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from hotline.dispatch.v1 import calendars_pb2 as pb
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.actions.timing import redate_orders
from tests.services.dispatch.city import CITY, DISPATCHER, DISTRICT, DISTRICT_HUB, HANDLER, SUPERVISOR, TOWN, City, Serve, person
from tests.services.dispatch.crowd import crowd
from tests.services.dispatch.test_desks import plan_of, queries
from tests.services.dispatch.test_inner_orders import handed_on
from tests.services.dispatch.test_ticks import revise
from tests.services.refused import Refused

ADMIN = person("admin", "TENANT_ADMIN")
DISTRICT_ADMIN = person("district-admin", "TENANT_ADMIN", unit="zhangdian-hub", tenant=DISTRICT)
TUESDAY_OFF = ("2025-01-07", False)
RETURN = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def draft(*days: tuple[str, bool], years: tuple[int, ...] = ()) -> dict[str, Any]:
    told = [{"date": date, "working": working, "reason": "市政府通知"} for date, working in days]
    return {"days": told, "noticed_years": years}


def preview(city: City, *days: tuple[str, bool], by: Any = ADMIN, size: int = 200, **more: Any) -> list[pb.PreviewRevisionResponse]:
    """Every page."""
    pages: list[pb.PreviewRevisionResponse] = []
    while not pages or pages[-1].next_page_token:
        token = pages[-1].next_page_token if pages else ""
        page = {"size": size, "token": token}
        pages.append(city.ask("CalendarService/PreviewRevision", by, **draft(*days), **more, page=page))
    return pages


def redated(city: City) -> set[str]:
    """What a real re-dating told."""
    while redate_orders(city.store):
        pass
    return {each.order.order_id for each in city.told() if each.verb == "redate"}


def a_bit_of_everything(city: City) -> list[orders_pb2.Order]:
    extended = city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=3, reason="需停水施工")
    city.do("ExtensionService/GrantExtension", extended, SUPERVISOR)
    city.do("ReturnService/RequestReturn", city.dispatched(), HANDLER, **RETURN)
    city.form()
    city.dispatched(urgency=ticket_pb2.URGENCY_URGENT)
    city.handling()
    city.replied()
    city.calling()
    outer, inner = handed_on(city)
    return [outer, inner]


def test_what_a_preview_lists_is_what_the_revision_moves_to_the_same_instants(city: City) -> None:
    a_bit_of_everything(city)
    listed = [order for page in preview(city, TUESDAY_OFF) for order in page.orders]
    foreseen = {(o.order_id, d.after.kind, d.after.deadline_at.seconds, d.after.red_at.seconds) for o in listed for d in o.dates}
    before = city.told()
    assert not [each for each in before if each.verb == "redate"]
    revise(city, 1, TUESDAY_OFF)
    revise(city, 1, TUESDAY_OFF, tenant_id=DISTRICT)
    assert redated(city) == {order.order_id for order in listed}
    for order in listed:
        by = TOWN if order.tenant_id == DISTRICT else DISPATCHER
        dates = city.get(orders_pb2.Order(order_id=order.order_id), by).dates
        now = {(order.order_id, d.deadline.kind, d.deadline.deadline_at.seconds, d.deadline.red_at.seconds) for d in dates}
        assert {each for each in foreseen if each[0] == order.order_id} <= now
    assert not [order for page in preview(city, TUESDAY_OFF) for order in page.orders]


def test_drafts_of_the_city_and_its_districts_are_tried_together(city: City) -> None:
    a_bit_of_everything(city)
    told = [{"tenant_id": tenant_id, **draft(TUESDAY_OFF)} for tenant_id in (CITY, DISTRICT)]
    pages = [city.ask("CalendarService/PreviewRevision", SUPERVISOR, drafts=told, tenant_id=each) for each in (CITY, DISTRICT)]
    listed = [order for page in pages for order in page.orders]
    foreseen = {(o.order_id, d.after.kind, d.after.deadline_at.seconds) for o in listed for d in o.dates}
    for tenant_id in (CITY, DISTRICT):
        revise(city, 1, TUESDAY_OFF, tenant_id=tenant_id)
    assert redated(city) == {order.order_id for order in listed}
    for order in listed:
        by = TOWN if order.tenant_id == DISTRICT else DISPATCHER
        dates = city.get(orders_pb2.Order(order_id=order.order_id), by).dates
        now = {(order.order_id, d.deadline.kind, d.deadline.deadline_at.seconds) for d in dates}
        assert {each for each in foreseen if each[0] == order.order_id} <= now


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"drafts": [{"tenant_id": DISTRICT}]}, "drafts"),
        ({"drafts": [{"tenant_id": CITY}], "noticed_years": [2027]}, "drafts"),
        ({"drafts": [{"tenant_id": CITY}] * 51}, "drafts"),
        ({"drafts": [{"tenant_id": CITY, "noticed_years": [2101]}]}, "drafts[0].noticed_years"),
        ({"drafts": [{"tenant_id": CITY, "days": [{"working": True}]}]}, "drafts[0].days[0].date"),
    ],
)
def test_drafts_that_do_not_fit_are_refused(city: City, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        city.ask("CalendarService/PreviewRevision", ADMIN, **said)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)


def test_an_assisting_unit_s_date_moves_in_the_preview_as_it_then_moves(city: City) -> None:
    order = city.do("AssignmentService/Dispatch", city.form(), DISPATCHER, unit_id="water", assisting_unit_ids=["roads"])
    ((listed,),) = ([*page.orders] for page in preview(city, TUESDAY_OFF))
    foreseen = sorted(each.after.deadline_at.seconds for each in listed.dates)
    revise(city, 1, TUESDAY_OFF)
    assert redated(city) == {order.order_id}
    running = [each for each in city.get(order).dates if each.state == events_pb2.CLOCK_STATE_RUNNING]
    assert {each.assisting for each in running} == {False, True}
    assert foreseen == sorted(each.deadline.deadline_at.seconds for each in running)


def test_a_preview_of_a_districts_own_day_moves_no_date_of_the_citys(city: City) -> None:
    a_bit_of_everything(city)
    listed = [order for page in preview(city, TUESDAY_OFF, by=DISTRICT_ADMIN) for order in page.orders]
    revise(city, 1, TUESDAY_OFF, tenant_id=DISTRICT)
    assert redated(city) == {order.order_id for order in listed}
    assert {order.tenant_id for order in listed} <= {DISTRICT}
    by_supervisor = preview(city, TUESDAY_OFF, by=SUPERVISOR, tenant_id=DISTRICT)
    assert not [order for page in by_supervisor for order in page.orders]


def test_a_preview_is_paged_over_open_orders_and_adds_up(city: City) -> None:
    ids = {city.handling().order_id for _ in range(5)}
    pages = preview(city, TUESDAY_OFF, size=2)
    assert [(each.totals.looked_at, each.totals.redated_orders, each.open_orders) for each in pages] == [(2, 2, 5), (2, 2, 0), (1, 1, 0)]
    assert [order.order_id for page in pages for order in page.orders] == sorted(ids)


def test_a_preview_tells_lights_that_go_back_and_urgings_that_lose_their_ground(city: City) -> None:
    order = city.handling()
    due = city.get(order).order.due_at
    city.at("2025-01-15 00:00")
    urging = sla.UrgingIssued(
        urging_id="u-1", order_id=order.order_id, ticket_id=order.ticket_id, unit_id="water", round=1, deadline_version=1,
        kind=ticket_pb2.DEADLINE_KIND_HANDLE, deadline_at=due, at=due, version=1,
    )  # fmt: skip
    city.tell(urging, source="sla")
    (page,) = preview(city, TUESDAY_OFF)
    (date,) = (each for each in page.orders[0].dates if each.before.kind == ticket_pb2.DEADLINE_KIND_HANDLE)
    assert (date.light_before, date.light_after, date.void_urging_id) == (ticket_pb2.LIGHT_RED, ticket_pb2.LIGHT_YELLOW, "u-1")
    assert (page.totals.lights_back, page.totals.void_urgings) == (1, 1)


def test_a_year_that_is_noticed_loses_its_mark_without_a_date_that_moves(city: City) -> None:
    city.at("2026-12-28 10:00")
    order = city.handling()
    holidays = [(f"2027-01-0{day}", False) for day in (1, 2, 3)]
    found = city.ask("CalendarService/PreviewRevision", ADMIN, **draft(*holidays, years=(2027,)))
    dates = [each for each in found.orders[0].dates if each.before.kind == ticket_pb2.DEADLINE_KIND_HANDLE]
    assert [(each.before.provisional, each.after.provisional) for each in dates] == [(True, False)]
    assert dates[0].before.deadline_at == dates[0].after.deadline_at
    assert [each.order_id for each in found.orders] == [order.order_id]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"days": [{"date": "", "reason": "x"}]}, "days[0].date"),
        ({"days": [{"date": "2025-13-01", "reason": "x"}]}, "days[0].date"),
        ({"days": [{"date": "2025-01-07", "reason": "x"}] * 2}, "days[1].date"),
        ({"days": [{"date": "2099-01-07", "reason": "x"}]}, "noticed_years"),
        ({"noticed_years": [2029]}, "noticed_years"),
        ({"noticed_years": [0]}, "noticed_years"),
        ({"noticed_years": [4294967295]}, "noticed_years"),
        ({"noticed_years": list(range(2027, 2050))}, "days"),
        ({"page": {"token": "no-such"}}, "page.token"),
    ],
)
def test_a_draft_that_is_no_calendar_is_refused(city: City, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        city.ask("CalendarService/PreviewRevision", ADMIN, **said)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)


def test_a_preview_is_shut_to_other_units_and_other_tenants(city: City) -> None:
    for by, said in ((person("x", "SUPERVISOR", unit="water"), {}), (ADMIN, {"tenant_id": DISTRICT}), (DISTRICT_HUB, {})):
        with pytest.raises(Refused) as refused:
            city.ask("CalendarService/PreviewRevision", by, **said)
        assert refused.value.code == "PERMISSION_DENIED"


def test_a_party_does_not_see_its_order_in_a_preview(city: City) -> None:
    city.handling(parties=[ticket_pb2.Party(name="某某", person_id="admin")])
    assert not preview(city, TUESDAY_OFF)[0].orders


def test_a_preview_asks_as_much_for_many_orders_as_for_few(city: City) -> None:
    a_bit_of_everything(city)
    counts = []
    for _ in range(2):
        with queries(city) as seen:
            preview(city, TUESDAY_OFF)
        counts.append(len(seen))
        a_bit_of_everything(city)
    assert counts[0] == counts[1]


def test_a_preview_finds_open_orders_by_their_index(city: City) -> None:
    city.handling()
    with queries(city) as seen:
        preview(city, TUESDAY_OFF, size=1)
    (page,) = (each for each in seen if "LIMIT" in each[0] and "ORDER BY orders.order_id" in each[0])
    crowd(city)
    plan = city.store.read(ADMIN, lambda tx: plan_of(tx, *page))
    assert "ix_orders_open" in plan, plan


def test_a_preview_writes_nothing(city: City) -> None:
    city.handling()
    table = city.store.tables["orders"]
    before = city.store.across(lambda tx: tx.all(select(table)))
    preview(city, TUESDAY_OFF)
    assert city.store.across(lambda tx: tx.all(select(table))) == before
