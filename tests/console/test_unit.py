"""承办台 in a browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from simulator.people import House
from tests.console.matters import dispatched

HANDLER = ("urban-management", "ROLE_HANDLER")
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"


def test_the_inbox_leads_to_an_order_with_its_dates_explained(
    house: House, enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    order = dispatched(house, TEXT)
    page = enter(*HANDLER)
    row = page.locator("tbody tr", has_text=order.number)
    assert "待签收" in row.inner_text()
    assert "还剩" in row.inner_text()
    accessible(page)
    row.locator("a").click()
    page.wait_for_url(f"**/orders/{order.order_id}")
    assert "依据第十一条第(三)项" in page.inner_text("section[aria-labelledby=dates]")
    assert "第5个工作日" in page.inner_text("section[aria-labelledby=dates]")
    page.click("text=流转记录")
    page.wait_for_selector("#journal li:has-text('转办')")
    accessible(page)


def test_filters_change_the_rows_and_the_address(house: House, enter: Callable[..., Page]) -> None:
    order = dispatched(house, TEXT)
    page = enter(*HANDLER)
    page.wait_for_selector(f"text={order.number}")
    page.select_option("select[name='filter.light']", "RED")
    page.wait_for_function("number => !document.body.innerText.includes(number)", arg=order.number)
    assert "filter.light=RED" in page.url
    page.reload()
    assert page.locator("select[name='filter.light']").input_value() == "RED"


def test_an_order_that_is_not_there_is_told_with_what_to_do(enter: Callable[..., Page]) -> None:
    page = enter(*HANDLER)
    page.goto("/orders/nowhere")
    assert "请核对编号" in page.inner_text("[role=alert]")
