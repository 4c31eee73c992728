"""派单台: several orders to one unit at once; what one is refused for holds up no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from simulator.people import House, Person
from tests.console.matters import HUB, UNIT, did, formed
from tests.journeys.verbs import ask, request_of
from tests.journeys.waiting import until

TEXTS = [f"演示{place}街的路灯不亮，夜里看不清路，请安排维修。" for place in ("甲", "乙", "丙")]


def test_several_are_dispatched_and_one_that_changed_is_told_and_stays(
    house: House, enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    dispatcher = house.of_unit(HUB, "ROLE_DISPATCHER")
    tickets = [formed(house, text).ticket_id for text in TEXTS]
    orders = until(lambda: waiting(dispatcher, tickets), lambda found: len(found) == len(tickets))
    page = enter(HUB, "ROLE_DISPATCHER")
    page.goto("/dispatch")
    for order in orders:
        page.get_by_label(f"勾选 {order.number}").press("Space")
    accessible(page)
    did(dispatcher, "dispatch", orders[1], unit_id=UNIT)
    page.select_option("#many [name=unit_id]", UNIT)
    page.click("button:has-text('一并派出')")
    page.wait_for_selector("#problem:has-text('已派出 2 件，1 件未派出')")
    assert orders[1].number in page.inner_text("#problem")
    left = [page.locator(f"#row-{order.order_id}").count() for order in orders]
    assert left == [0, 1, 0]
    accessible(page)


def test_without_a_unit_or_an_order_it_is_said_what_is_missing(enter: Callable[..., Page]) -> None:
    page = enter(HUB, "ROLE_DISPATCHER")
    page.goto("/dispatch")
    page.click("button:has-text('一并派出')")
    page.wait_for_selector("#problem:has-text('请先勾选要派出的工单')")


def waiting(dispatcher: Person, tickets: list[str]) -> list[Any]:
    found = ask(dispatcher, "list_dispatch_queue", request_of("list_dispatch_queue", {})).orders
    return sorted((order for order in found if order.ticket_id in tickets), key=lambda order: tickets.index(order.ticket_id))
