"""What is done before a test looks: tickets registered, orders at a unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from playwright.sync_api import Page

from hotline.clock.v1 import clock_pb2 as clocks
from hotline.directory.v1 import systems_pb2 as systems
from hotline.dispatch.v1 import desks_pb2 as desks
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.options.v1 import options_pb2 as options
from hotline.ticket.v1 import ticket_pb2 as shared
from regulation.instants import SHANGHAI
from simulator.people import House, Person
from tests.console.desks import is_shown
from tests.journeys.verbs import ask, request_of
from tests.journeys.waiting import until

A_DAY_MINUTES = 24 * 60
# Beyond the term of five working days, whatever holidays lie between, and the night after.
LATE_MINUTES = 21 * A_DAY_MINUTES
# The look comes within seconds, wherever there is a processor left for it.
DAYS, LOOK_SECONDS = 5, 15.0
HUB, UNIT, CATEGORY = "zibo-hub", "urban-management", "01.01.01"


def formed(house: House, text: str, **said: Any) -> Any:
    """A ticket that became an order."""
    operator, ticket = _registered(house, text, said)
    return ask(operator, "form_ticket", tickets.FormTicketRequest(ticket_id=ticket.ticket_id, version=ticket.version)).ticket


def answered(house: House, text: str, **said: Any) -> Any:
    """A ticket whose caller was answered at once."""
    operator, ticket = _registered(house, text, said)
    told = {"ticket_id": ticket.ticket_id, "version": ticket.version, "answer": "已告知诉求人由市政部门维修。"}
    return ask(operator, "answer_directly", request_of("answer_directly", told)).ticket


def known_to_answers(house: House, text: str) -> None:
    """Waits until the knowledge base, which reads its entries after it began, answers a text."""
    operator = house.of_unit(HUB, "ROLE_OPERATOR")
    until(lambda: ask(operator, "suggest_answers", request_of("suggest_answers", {"text": text})).suggestions, bool)


def _registered(house: House, text: str, said: dict[str, Any]) -> tuple[Person, Any]:
    operator = house.of_unit(HUB, "ROLE_OPERATOR")
    what = content.TicketContent(
        channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category=CATEGORY, text=text,
        caller=content.Caller(name="演示赵", phone="19900000001"), place=shared.Place(district="zhangdian", address="演示路1号"),
    )  # fmt: skip
    what.MergeFrom(content.TicketContent(**said))
    return operator, ask(operator, "register_ticket", tickets.RegisterTicketRequest(content=what, masking_confirmed=True)).ticket


def dispatched(house: House, text: str, unit_id: str = UNIT, **said: Any) -> Any:
    """An order that a unit has to sign in."""
    ticket, dispatcher = formed(house, text, **said), house.of_unit(HUB, "ROLE_DISPATCHER")
    order = until(lambda: _waiting(dispatcher, ticket.ticket_id), lambda found: found is not None)
    return did(dispatcher, "dispatch", order, unit_id=unit_id)


def replied(house: House, text: str, result: str = "路灯已于当日恢复照明", **said: Any) -> Any:
    """An order whose reply passed the review."""
    handler, reviewer = house.of_unit(UNIT, "ROLE_HANDLER"), house.of_unit(HUB, "ROLE_REVIEWER")
    order = did(handler, "sign_in", dispatched(house, text, **said))
    answered_at = passed(house, 10) - dt.timedelta(minutes=2)
    told = {"measures": "已安排抢修人员更换灯具并检查线路", "result": result, "answered_by": "PHONE"}
    return did(reviewer, "pass_review", did(handler, "reply", order, **told, answered_at=answered_at))


def closed(house: House, text: str) -> Any:
    """An order that was answered, called back satisfied and closed."""
    caller = house.of_unit(HUB, "ROLE_CALL_BACK")
    rated = did(caller, "record_ratings", replied(house, text), process="SATISFIED", result="SATISFIED", via="PHONE")
    return did(caller, "close_satisfied", rated)


def did(by: Person, verb: str, order: Any, **said: Any) -> Any:
    """The order after a verb."""
    return ask(by, verb, request_of(verb, {"order_id": order.order_id, "version": order.version, **said})).order


def passed(house: House, minutes: int) -> dt.datetime:
    """So much later, the local instant that it is."""
    admin = house.of_unit(HUB, "ROLE_TENANT_ADMIN")
    request = clocks.MoveClockRequest()
    request.to.FromDatetime(_now(house) + dt.timedelta(minutes=minutes))
    admin.ask("clock.v1.ClockService/MoveClock", request, clocks.MoveClockResponse)
    return _now(house).astimezone(SHANGHAI)


def looked_at(house: House, page: Page, seen: str) -> None:
    """Days pass until a page shows it: once a day facts are looked at; what is told while a day turns, with the next."""
    for _ in range(DAYS):
        passed(house, A_DAY_MINUTES)
        if is_shown(page, f"() => {seen}", seconds=LOOK_SECONDS):
            return
    raise AssertionError(f"{page.url} does not show: {seen}")


def next_month(house: House) -> tuple[str, dt.date, dt.date]:
    """Its second day is come; the month that is over with its first and last day."""
    today = passed(house, 0).date()
    first = today.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    passed(house, ((after - today).days + 1) * 24 * 60)
    return f"{first:%Y-%m}", first, after - dt.timedelta(days=1)


def system(house: House, role: int, name: str) -> tuple[str, Person]:
    """A system of the hub's tenant with a narrow role: its key, and whoever calls by it."""
    asked = systems.AddSystemRequest(unit_id=HUB, name=name, roles=[options.Role.ValueType(role)])
    key = house.of_unit(HUB, "ROLE_TENANT_ADMIN").ask("directory.v1.SystemService/AddSystem", asked, systems.AddSystemResponse).key
    return key, Person(house, {"tenant_id": "zibo", "unit_id": HUB, "key": key, "roles": [options.Role.Name(asked.roles[0])]})


def _now(house: House) -> dt.datetime:
    admin = house.of_unit(HUB, "ROLE_TENANT_ADMIN")
    return admin.ask("clock.v1.ClockService/GetClock", clocks.GetClockRequest(), clocks.GetClockResponse).now.ToDatetime(dt.UTC)


def _waiting(dispatcher: Person, ticket_id: str) -> Any:
    queue = ask(dispatcher, "list_dispatch_queue", desks.ListDispatchQueueRequest(page=shared.Page(size=200)))
    return next((order for order in queue.orders if order.ticket_id == ticket_id), None)
