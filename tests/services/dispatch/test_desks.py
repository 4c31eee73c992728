"""Lists: who sees what, in which order, in how many queries, and by an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from chassis.store import Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.actions.timing import redate_orders
from services.dispatch.store import due
from tests.services.dispatch.city import (
    CALLER_BACK,
    CITY,
    DISPATCHER,
    DISTRICT,
    DISTRICT_HUB,
    HANDLER,
    OUTSIDER,
    REVIEWER,
    SUPERVISOR,
    TOWN,
    City,
    Serve,
    person,
)
from tests.services.dispatch.crowd import crowd
from tests.services.refused import Refused

RETURN = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


@contextmanager
def queries(city: City, *, across: bool = False) -> Iterator[list[tuple[str, Any]]]:
    """Statements on dispatch's own tables while the block runs, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and not any(word in statement for word in ("set_config", "token_keys", "revocations")):
            seen.append((statement, parameters))

    engine = city.store._across if across else city.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def ids(orders: Any) -> list[str]:
    return [each.order_id for each in orders]


def test_the_dispatch_queue_is_by_the_hubs_date(city: City) -> None:
    ordinary = city.form()
    city.wait(minutes=1)
    urgent = city.form(urgency=ticket_pb2.URGENCY_URGENT)
    city.dispatched()
    assert ids(city.ask("DeskService/ListDispatchQueue", DISPATCHER).orders) == [urgent.order_id, ordinary.order_id]
    wanted = {"urgency": ticket_pb2.URGENCY_ORDINARY, "category": "01.01.01", "nature": ticket_pb2.NATURE_HELP}
    assert ids(city.ask("DeskService/ListDispatchQueue", DISPATCHER, filter=wanted).orders) == [ordinary.order_id]
    until = {"due_until": city.clock.now() + dt.timedelta(hours=1)}
    assert ids(city.ask("DeskService/ListDispatchQueue", DISPATCHER, filter=until).orders) == [urgent.order_id]


def test_a_units_inbox_holds_what_it_has_to_do(city: City) -> None:
    first, second = city.dispatched(), city.handling()
    city.dispatched("roads")
    city.replied()
    assert set(ids(city.ask("DeskService/ListUnitInbox", HANDLER).orders)) == {first.order_id, second.order_id}
    states = {"states": [events_pb2.ORDER_STATE_HANDLING]}
    assert ids(city.ask("DeskService/ListUnitInbox", HANDLER, filter=states).orders) == [second.order_id]
    assert len(city.ask("DeskService/ListUnitInbox", OUTSIDER).orders) == 1


def test_a_districts_hub_sees_the_citys_orders_and_a_town_its_own(city: City) -> None:
    outer = city.dispatched("zhangdian")
    answer = city.ask("AssignmentService/HandOn", DISTRICT_HUB, order_id=outer.order_id, version=outer.version, unit_id="town-1")
    assert ids(city.ask("DeskService/ListUnitInbox", DISTRICT_HUB).orders) == [outer.order_id]
    assert ids(city.ask("DeskService/ListUnitInbox", TOWN).orders) == [answer.inner.order_id]
    assert ids(city.ask("OrderService/ListOrders", TOWN).orders) == [answer.inner.order_id]
    assert ids(city.ask("OrderService/ListOrders", DISTRICT_HUB).orders) == [answer.inner.order_id]
    assert ids(city.ask("OrderService/ListOrders", DISTRICT_HUB, handled=True).orders) == [outer.order_id]
    assert ids(city.ask("OrderService/ListOrders", DISPATCHER).orders) == [outer.order_id]
    assert ids(city.ask("OrderService/ListOrders", SUPERVISOR, tenant_id="zhangdian").orders) == [answer.inner.order_id]
    with pytest.raises(Refused) as refused:
        city.ask("OrderService/ListOrders", DISPATCHER, tenant_id="zhangdian")
    assert refused.value.code == "PERMISSION_DENIED"


def test_decisions_wait_with_what_was_asked_the_oldest_first(city: City) -> None:
    returned = city.do("ReturnService/RequestReturn", city.dispatched(), HANDLER, **RETURN)
    city.wait(minutes=1)
    extended = city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=2, reason="需停水施工")
    items = city.ask("DeskService/ListDecisions", SUPERVISOR).items
    assert ids(each.order for each in items) == [returned.order_id, extended.order_id]
    assert [each.request.WhichOneof("asked") for each in items] == ["return", "extension"]
    (only,) = city.ask("DeskService/ListDecisions", SUPERVISOR, facet=orders_pb2.FACET_EXTENSION).items
    assert only.request.extension.days == 2


def test_the_review_queue_shows_the_reply_and_the_call_back_queue_the_calls(city: City) -> None:
    order = city.replied()
    (item,) = city.ask("DeskService/ListReviewQueue", REVIEWER).items
    assert (item.order.order_id, item.reply.result) == (order.order_id, "当日18时恢复供水，水压正常")
    order = city.do("ReviewService/PassReview", order, REVIEWER)
    city.do("CallBackService/RecordAttempt", order, CALLER_BACK, outcome=orders_pb2.ATTEMPT_OUTCOME_NO_ANSWER)
    (called,) = city.ask("DeskService/ListCallBackQueue", CALLER_BACK).items
    assert (called.order.order_id, called.call_back.attempts) == (order.order_id, 1)


def test_lists_page_by_token_without_gap_or_repeat(city: City) -> None:
    made = {city.form().order_id for _ in range(7)}
    for method, field in (("DeskService/ListDispatchQueue", "orders"), ("OrderService/ListOrders", "orders")):
        seen: list[str] = []
        token = ""
        while True:
            answer = city.ask(method, DISPATCHER, page={"size": 3, "token": token})
            seen += ids(getattr(answer, field))
            token = answer.next_page_token
            if not token:
                break
        assert (len(seen), set(seen)) == (7, made)
    with pytest.raises(Refused) as refused:
        city.ask("OrderService/ListOrders", DISPATCHER, page={"size": 3, "token": "bm9uZQ=="})
    assert refused.value.code == "INVALID_ARGUMENT"


def test_lights_are_listed_as_sla_turned_them_last(city: City) -> None:
    order = city.handling()

    def turn(light: ticket_pb2.Light.ValueType, version: int) -> None:
        city.tell(sla.LightTurned(order_id=order.order_id, ticket_id=order.ticket_id, light=light, version=version), source="sla")

    turn(ticket_pb2.LIGHT_RED, 2)
    turn(ticket_pb2.LIGHT_YELLOW, 1)
    red = {"light": ticket_pb2.LIGHT_RED}
    (found,) = city.ask("DeskService/ListUnitInbox", HANDLER, filter=red).orders
    assert (found.light, found.version) == (ticket_pb2.LIGHT_RED, order.version)


def test_urgings_are_shown_and_marked_void_in_whatever_order_they_are_told(city: City) -> None:
    order = city.handling()
    issued = sla.UrgingIssued(
        urging_id="u-1", order_id=order.order_id, ticket_id=order.ticket_id, unit_id="water", round=1,
        kind=ticket_pb2.DEADLINE_KIND_HANDLE, deadline_version=1, version=1,
    )  # fmt: skip
    issued.deadline_at.FromDatetime(city.clock.now())
    issued.at.FromDatetime(city.clock.now())
    city.tell(sla.UrgingVoided(urging_id="u-1", order_id=order.order_id, reason="延期获准", version=2), source="sla")
    assert not city.get(order).urgings
    city.tell(issued, source="sla")
    (urging,) = city.get(order).urgings
    assert (urging.voided_reason, urging.unit_id) == ("延期获准", "water")
    issued.version = 3
    city.tell(issued, source="sla")
    assert not city.get(order).urgings[0].voided_reason


def test_a_party_does_not_find_its_order_in_any_list(city: City) -> None:
    city.tell(city.form_event(parties=[{"name": "某某", "person_id": "dispatcher"}]))
    assert not city.ask("DeskService/ListDispatchQueue", DISPATCHER).orders
    assert not city.ask("OrderService/ListOrders", DISPATCHER).orders
    assert city.ask("DeskService/ListDispatchQueue", person("other", "DISPATCHER")).orders


def test_a_hubs_desks_are_shut_to_other_units_whatever_their_roles(city: City) -> None:
    astray = person("astray", "DISPATCHER", "REVIEWER", "CALL_BACK", "SUPERVISOR", unit="roads")
    for method, (by, _) in LISTS.items():
        if by is not HANDLER and method.startswith("DeskService"):
            with pytest.raises(Refused) as refused:
                city.ask(method, astray)
            assert refused.value.code == "PERMISSION_DENIED"
    order = city.form()
    with pytest.raises(Refused) as verb:
        city.do("AssignmentService/Dispatch", order, astray, unit_id="roads")
    assert verb.value.code == "PERMISSION_DENIED"


def test_list_urgent_what_is_open_of_the_city_and_of_the_district_that_handles_it(city: City) -> None:
    city.form()
    here, there = (city.form(urgency=ticket_pb2.URGENCY_URGENT) for _ in range(2))
    handed = city.do("AssignmentService/Dispatch", there, DISPATCHER, unit_id="zhangdian")
    assert ids(city.ask("DeskService/ListUrgent", DISPATCHER).orders) == ids([here, handed])
    assert ids(city.ask("DeskService/ListUrgent", DISTRICT_HUB).orders)[:1] == ids([handed])
    about = replace(SUPERVISOR, id="p-complained-about")
    city.form(urgency=ticket_pb2.URGENCY_URGENT, parties=[ticket_pb2.Party(person_id=about.id)])
    assert len(city.ask("DeskService/ListUrgent", SUPERVISOR).orders) == 3
    assert ids(city.ask("DeskService/ListUrgent", about).orders) == ids([here, handed])


# A list asks as many queries for one order as for many.
LISTS = {
    "DeskService/ListDispatchQueue": (DISPATCHER, 2),
    "DeskService/ListUnitInbox": (HANDLER, 2),
    "DeskService/ListDecisions": (SUPERVISOR, 4),
    "DeskService/ListReviewQueue": (REVIEWER, 3),
    "DeskService/ListCallBackQueue": (CALLER_BACK, 3),
    "OrderService/ListOrders": (DISPATCHER, 2),
    "DeskService/ListUrgent": (DISPATCHER, 2),
}


@pytest.mark.parametrize("many", [1, 4])
def test_the_number_of_queries_of_each_list_does_not_grow(city: City, many: int) -> None:
    for _ in range(many):
        city.form(urgency=ticket_pb2.URGENCY_URGENT)
        city.handling()
        city.do("ReturnService/RequestReturn", city.dispatched(), HANDLER, **RETURN)
        city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=2, reason="需停水施工")
        city.replied()
        city.calling()
    for method, (by, most) in LISTS.items():
        with queries(city) as seen:
            assert city.ask(method, by).ByteSize()
        assert len(seen) == most, (method, seen)


def test_an_order_is_loaded_once_to_be_shown(city: City) -> None:
    order = city.handling()
    with queries(city) as seen:
        city.get(order)
    assert sum("FROM rounds" in statement for statement, _ in seen) == 1


def test_orders_are_listed_by_the_local_days_they_were_formed_on(city: City) -> None:
    city.at("2025-01-06 23:59")
    first = city.form()
    city.at("2025-01-07 00:00")
    second = city.form()
    for days, expected in (
        ({"formed_to": "2025-01-06"}, [first]), ({"formed_from": "2025-01-07"}, [second]),
        ({"formed_from": "2025-01-06", "formed_to": "2025-01-07"}, [second, first]),
    ):  # fmt: skip
        found = city.ask("OrderService/ListOrders", DISPATCHER, filter=days).orders
        assert ids(found) == [each.order_id for each in expected], days


INDEXES = {
    "DeskService/ListDispatchQueue": "ix_orders_tenant_state_due",
    "DeskService/ListUnitInbox": "ix_orders_unit_state_due",
    "DeskService/ListDecisions": "ix_orders_waiting",
    "DeskService/ListReviewQueue": "ix_orders_tenant_state_since",
    "DeskService/ListCallBackQueue": "ix_orders_tenant_state_since",
    "OrderService/ListOrders": "ix_orders_tenant_formed",
    "DeskService/ListUrgent": "ix_orders_urgent",
}
# SQLite goes by whose they are: of an embedded hotline's open orders, those that are urgent.
OF_SQLITE = {"DeskService/ListUrgent": "ix_orders_open"}
SORTED = ("DeskService/ListUnitInbox", "DeskService/ListUrgent")


@pytest.fixture
def busy(city: City) -> City:
    """A city with something at every desk."""
    city.form(urgency=ticket_pb2.URGENCY_URGENT)
    city.do("ReturnService/RequestReturn", city.dispatched(), HANDLER, **RETURN)
    city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=2, reason="需停水施工")
    city.replied()
    city.calling()
    return city


def test_each_list_has_its_index(busy: City) -> None:
    asked = {}
    for method, (by, _) in LISTS.items():
        with queries(busy) as seen:
            busy.ask(method, by)
        (asked[method],) = (each for each in seen if "FROM orders" in each[0])
    crowd(busy)
    for method, (by, _) in LISTS.items():
        plan = busy.store.read(by, lambda tx, statement=asked[method]: plan_of(tx, *statement))  # type: ignore[misc]  # bound here
        index = OF_SQLITE.get(method, INDEXES[method]) if busy.store.is_sqlite else INDEXES[method]
        assert index in plan, (method, plan)
        assert "TEMP B-TREE FOR ORDER BY" not in plan or method in SORTED, (method, plan)


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (due.requests, "ix_orders_decide_by"),
        (lambda tx: due.behind_of(tx, "zibo", 2), "ix_orders_calendar"),
    ],
)
def test_what_ticks_look_for_has_its_index(busy: City, look: Callable[[Tx], object], index: str) -> None:
    with queries(busy, across=True) as seen:
        busy.store.read_across(look)
    (statement,) = seen
    crowd(busy)
    plan = busy.store.read_across(lambda tx: plan_of(tx, *statement))
    assert index in plan, plan


def test_orders_behind_are_looked_for_by_a_probe_a_tenant_however_many_are_open(city: City) -> None:
    for tenant_id, version in ((CITY, 1), (CITY, 2), (DISTRICT, 1)):
        city.tell(directory.CalendarRevised(tenant_id=tenant_id, revision=f"{tenant_id}-{version}", version=version), source="directory")
    for _ in range(3):
        city.form()
        with queries(city, across=True) as seen:
            assert redate_orders(city.store) == 0
        assert len(seen) == 1 + 2


def test_late_dispatches_are_counted_by_their_index(busy: City) -> None:
    with queries(busy) as seen:
        busy.ask("OrderService/CountHubBreaches", SUPERVISOR, from_day="2025-01-01", to_day="2025-01-31")
    (statement,) = (each for each in seen if "FROM clocks" in each[0])
    crowd(busy)
    plan = busy.store.read(SUPERVISOR, lambda tx: plan_of(tx, *statement))
    assert "ix_clocks_late_dispatch" in plan, plan


def plan_of(tx: Tx, statement: str, parameters: Any) -> str:
    """How the database finds the rows."""
    explain, column = ("explain query plan", -1) if tx.store.is_sqlite else ("explain", 0)
    return "\n".join(row[column] for row in tx.connection.exec_driver_sql(f"{explain} {statement}", parameters))
