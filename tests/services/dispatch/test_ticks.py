"""What happens because an instant came: undecided requests go up, calendars re-date, days are sealed."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis import journal
from chassis.caller import Caller
from chassis.store import Tx
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.actions.timing import escalate_requests, redate_orders
from tests.services.dispatch.city import (
    DISPATCHER,
    DISTRICT,
    DISTRICT_HUB,
    HANDLER,
    REVIEWER,
    SUPERVISOR,
    TOWN,
    City,
    Serve,
)
from tests.services.dispatch.test_inner_orders import handed_on
from tests.services.refused import Refused


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def revise(city: City, version: int, *days: tuple[str, bool], tenant_id: str = "zibo", years: tuple[int, ...] = ()) -> None:
    told = [directory.CalendarDay(date=date, working=working, reason="市政府通知") for date, working in days]
    event = directory.CalendarRevised(
        tenant_id=tenant_id, revision=f"{tenant_id}-{version}", days=told, noticed_years=years, version=version
    )
    city.tell(event, source="directory")


def due(order: orders_pb2.Order) -> dt.datetime:
    return order.due_at.ToDatetime(dt.UTC)


def test_an_undecided_request_goes_up_to_the_supervisor_once(city: City) -> None:
    order = city.do("ExtensionService/RequestExtension", city.handling(), HANDLER, days=3, reason="需停水施工")
    city.at("2025-01-08 00:00")
    assert escalate_requests(city.store) == 0
    city.wait(seconds=1)
    assert escalate_requests(city.store) == 1
    assert escalate_requests(city.store) == 0
    verb, article, _ = city.journal(order)[-1]
    assert (verb, article) == ("escalate", "11-4")
    (item,) = city.ask("DeskService/ListDecisions", SUPERVISOR, escalated=True).items
    assert item.request.HasField("escalated_at")
    city.do("ExtensionService/GrantExtension", item.order, SUPERVISOR)
    assert not city.ask("DeskService/ListDecisions", SUPERVISOR).items


def test_a_pending_return_never_goes_up(city: City) -> None:
    said = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "roads"}
    city.do("ReturnService/RequestReturn", city.dispatched(), HANDLER, **said)
    city.at("2025-03-01 09:00")
    assert escalate_requests(city.store) == 0


def test_a_revised_calendar_re_dates_what_is_open(city: City) -> None:
    open_order, waiting = city.handling(), city.form()
    replied = city.calling()
    revise(city, 1, ("2025-01-07", False))
    while redate_orders(city.store):
        pass
    found = city.get(open_order)
    assert due(found.order) == dt.datetime(2025, 1, 14, 16, tzinfo=dt.UTC)
    assert due(city.get(waiting).order) == dt.datetime(2025, 1, 8, 16, tzinfo=dt.UTC)
    assert due(city.get(replied).order) == dt.datetime(2025, 1, 14, 16, tzinfo=dt.UTC)
    told = city.told(open_order)[-1]
    assert (told.verb, {(each.deadline_version, each.state) for each in told.order.clocks}) == (
        "redate",
        {(1, events_pb2.CLOCK_STATE_VOID), (2, events_pb2.CLOCK_STATE_RUNNING)},
    )
    handle = max((each for each in found.dates if each.deadline.kind == ticket_pb2.DEADLINE_KIND_HANDLE), key=lambda each: each.version)
    assert "市政府通知" in handle.days[1].why
    assert redate_orders(city.store) == 0


def test_a_revision_that_moves_no_date_is_no_verb(city: City) -> None:
    order = city.handling()
    revise(city, 1, ("2025-05-06", False))
    while redate_orders(city.store):
        pass
    assert city.get(order).order.version == order.version
    fresh = city.handling()
    assert {each.deadline.calendar_revision for each in city.get(fresh).dates} == {"zibo-1"}


def test_an_older_revision_told_late_changes_nothing(city: City) -> None:
    order = city.handling()
    revise(city, 2, ("2025-01-07", False))
    while redate_orders(city.store):
        pass
    revise(city, 1)
    revise(city, 2, ("2025-01-07", False))
    while redate_orders(city.store):
        pass
    assert due(city.get(order).order) == dt.datetime(2025, 1, 14, 16, tzinfo=dt.UTC)


def test_an_order_that_is_opened_while_its_calendar_is_revised_is_re_dated(city: City) -> None:
    """Its transaction read the old calendar, and stands only after the tick found nothing left to count."""
    if city.store.is_sqlite:
        pytest.skip("SQLite lets one write at a time")
    event, opened, looked = city.form_event(), threading.Event(), threading.Event()

    def open_slowly(tx: Tx) -> None:
        city.worker.ticket_formed(event, tx)
        opened.set()
        assert looked.wait(30)

    with ThreadPoolExecutor(1) as threads:
        forming = threads.submit(city.store.write, Caller.peer("intake", "zibo"), open_slowly)
        assert opened.wait(30)
        revise(city, 1, ("2025-01-07", False))
        assert redate_orders(city.store) == 0
        looked.set()
        forming.result(30)
    assert due(city.of_ticket(event.ticket_id)) == dt.datetime(2025, 1, 7, 16, tzinfo=dt.UTC)
    assert [redate_orders(city.store), redate_orders(city.store)] == [1, 0]
    assert due(city.of_ticket(event.ticket_id)) == dt.datetime(2025, 1, 8, 16, tzinfo=dt.UTC)


def test_an_ended_order_is_never_re_dated(city: City) -> None:
    order = city.do("ClosingService/CloseSatisfied", city.rated(), REVIEWER)
    revise(city, 1, ("2025-01-07", False))
    while redate_orders(city.store):
        pass
    assert city.get(order).order == order


def test_a_notice_settles_a_provisional_year(city: City) -> None:
    city.at("2026-12-29 10:00")
    order = city.handling()
    provisional = [each for each in city.told(order)[-1].order.clocks if each.deadline.provisional]
    assert provisional
    holidays = [("2027-01-01", False), ("2027-01-02", False), ("2027-01-03", False)]
    revise(city, 1, *holidays, years=(2027,))
    while redate_orders(city.store):
        pass
    assert not [each for each in city.told(order)[-1].order.clocks if each.deadline.provisional]
    assert city.told(order)[-1].verb == "redate"


def test_an_inner_order_is_re_dated_with_the_citys(city: City) -> None:
    outer, inner = handed_on(city)
    revise(city, 1, ("2025-01-08", False))
    revise(city, 1, ("2025-01-08", False), tenant_id=DISTRICT)
    while redate_orders(city.store):
        pass
    assert city.get(inner, TOWN).order.due_at == city.get(outer).order.due_at
    assert due(city.get(inner, DISTRICT_HUB).order) == dt.datetime(2025, 1, 14, 16, tzinfo=dt.UTC)


def test_a_date_in_a_year_without_a_calendar_is_refused(city: City) -> None:
    order = city.form()
    city.at("2027-12-31 10:00")
    with pytest.raises(Refused) as refused:
        city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="water")
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-2")
    assert "2028" in refused.value.message


def test_days_are_sealed_and_verified(city: City) -> None:
    city.rated()
    city.at("2025-01-07 08:00")
    for _ in range(2):
        city.worker.seal_days(city.store)
    seals = city.store.tables["seals"]
    assert [row["service"] for row in city.store.across(lambda tx: tx.all(seals.select()))] == ["dispatch"]
    assert journal.verify(city.store) == []
