"""协调 in a browser: a case is opened at an order, spoken of, confirmed by 编办 and decided (Art. 16)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from simulator.people import House
from tests.console.desks import do
from tests.console.matters import HUB, dispatched

TEXT = "演示河边的绿化带被占，城管说归水务，水务说归城管，请明确由谁处理。"


def test_a_case_is_opened_spoken_of_confirmed_and_decided(
    house: House, enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    order = dispatched(house, TEXT)
    page = enter(HUB, "ROLE_SUPERVISOR")
    page.goto(f"/orders/{order.order_id}")
    do(page, "协调", reason="两个单位对职责有争议")
    page.goto("/coordinations?undecided=on")
    accessible(page)
    page.locator("#cases tbody tr", has_text="两个单位对职责有争议").locator("a").click()
    do(page, "增加参加单位", unit_ids="water-resources")
    do(page, "记录协调情况", minutes="水务称河道蓝线以外归城管")
    do(page, "提请编办确认职责", question="河边绿化带由谁管护")
    accessible(page)
    do(page, "登记编办确认意见", document_number="编办函〔2025〕1号", documented_on="2025-01-02", finding="蓝线以外由城管管护")
    assert "蓝线以外由城管管护" in page.inner_text("main")
    page.click("main a:has-text('并作出决定')")
    do(page, "决定", lead_unit_id="urban-management", reason="按编办确认意见")
    page.goto("/coordinations")
    row = page.locator("#cases tbody tr", has_text="按编办确认意见")
    assert "已决定" in row.inner_text()
    row.locator("a").click()
    assert "本协调现在没有您可以办理的事项" in page.inner_text("main")
    accessible(page)
