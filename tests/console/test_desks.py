"""The desks that have orders before them: an order's whole life by pages alone, and what happens where two work on one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from services.gateway.console.desks import QUEUES
from simulator.people import House
from tests.console.desks import SAYS, do, is_shown
from tests.console.matters import HUB, UNIT, did, dispatched, formed, passed

Enter = Callable[..., Page]
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
OF = {"/dispatch": (HUB, "ROLE_DISPATCHER"), "/decisions": (HUB, "ROLE_REVIEWER"), "/unit": (UNIT, "ROLE_HANDLER"),
      "/assists": (UNIT, "ROLE_HANDLER"), "/review": (HUB, "ROLE_REVIEWER"), "/callback": (HUB, "ROLE_CALL_BACK")}  # fmt: skip


def _open(page: Page, desk: str, number: str) -> None:
    page.goto(desk)
    page.locator("tbody tr", has_text=number).locator("a").click()
    page.wait_for_url("**/orders/*")


@pytest.mark.parametrize("path", [queue.path for queue in QUEUES])
def test_every_desk_is_usable_by_everybody(path: str, enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*OF[path])
    page.goto(path)
    assert page.locator("nav a[aria-current]").get_attribute("href") == path
    accessible(page)


def test_an_order_lives_its_whole_life_by_pages(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    number = formed(house, TEXT).number
    dispatcher = enter(*OF["/dispatch"])
    dispatcher.goto("/dispatch")
    assert is_shown(dispatcher, SAYS, number)
    _open(dispatcher, "/dispatch", number)
    panel = dispatcher.locator("details[name=verb]", has=dispatcher.locator("summary", has_text="转办")).first
    panel.locator("summary").press("Enter")
    panel.locator("legend", has_text="建议的承办单位").wait_for()
    accessible(dispatcher)
    suggested = panel.locator("input[type=radio]").first
    suggested.check()
    assert panel.locator("[name=unit_id]").input_value() == suggested.get_attribute("value")
    do(dispatcher, "转办", unit_id=UNIT)
    assert "待签收" in dispatcher.inner_text(".facts")
    handler = enter(*OF["/unit"])
    _open(handler, "/unit", number)
    do(handler, "签收")
    answered_at = passed(house, 10) - dt.timedelta(minutes=2)
    do(
        handler, "回复办理结果", measures="已安排抢修人员更换灯具并检查线路", result="路灯已于当日恢复照明",
        answered_at=f"{answered_at:%Y-%m-%dT%H:%M}", answered_by="PHONE",
    )  # fmt: skip
    assert "待审核" in handler.inner_text(".facts")
    reviewer = enter(*OF["/review"])
    reviewer.goto("/review")
    assert "路灯已于当日恢复照明" in reviewer.locator("tbody tr", has_text=number).inner_text()
    _open(reviewer, "/review", number)
    do(reviewer, "审核通过")
    caller = enter(*OF["/callback"])
    _open(caller, "/callback", number)
    do(caller, "记录回访评价", process="SATISFIED", result="SATISFIED", via="PHONE")
    do(caller, "满意办结")
    assert "已办结" in caller.inner_text(".facts")
    assert "没有您可以办理的事项" in caller.inner_text(".panels")
    accessible(caller)


def test_what_is_refused_is_told_with_its_article_and_nothing_typed_is_lost(house: House, enter: Enter) -> None:
    order = did(house.of_unit(UNIT, "ROLE_HANDLER"), "sign_in", dispatched(house, TEXT))
    page = enter(*OF["/unit"])
    page.goto(f"/orders/{order.order_id}")
    panel = page.locator("details[name=verb]", has=page.locator("summary", has_text="回复办理结果")).first
    panel.locator("summary").click()
    panel.locator("[name=measures]").fill("已处理")
    panel.locator("button.btn-primary").click()
    alert = page.locator("#problem [role=alert]")
    alert.wait_for()
    assert "第十一条第(五)项" in alert.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert panel.locator("[name=measures]").input_value() == "已处理"


def test_of_two_on_one_order_the_second_sees_what_changed(house: House, enter: Enter) -> None:
    order = dispatched(house, TEXT)
    first, second = enter(*OF["/unit"]), enter(*OF["/unit"])
    for page in (first, second):
        page.goto(f"/orders/{order.order_id}")
    do(first, "签收")
    panel = second.locator("details[name=verb]", has=second.locator("summary", has_text="签收")).first
    panel.locator("summary").click()
    panel.locator("button.btn-primary").click()
    alert = second.locator("#problem [role=alert]")
    alert.wait_for()
    assert "签收" in alert.inner_text()
    alert.locator("text=打开最新内容").click()
    second.wait_for_function("document.querySelector('.facts').innerText.includes('办理中')")


def test_a_session_that_ended_keeps_what_was_typed(house: House, enter: Enter, instance: Any) -> None:
    order = did(house.of_unit(UNIT, "ROLE_HANDLER"), "sign_in", dispatched(house, TEXT))
    page = enter(*OF["/unit"])
    page.goto(f"/orders/{order.order_id}")
    page.context.clear_cookies()
    panel = page.locator("details[name=verb]", has=page.locator("summary", has_text="申请延期")).first
    panel.locator("summary").click()
    panel.locator("[name=days]").fill("3")
    panel.locator("[name=reason]").fill("所需灯具须从外地采购")
    panel.locator("button.btn-primary").click()
    page.locator("#problem [role=alert]", has_text="登录已过期").wait_for()
    with page.context.expect_page() as opened:
        page.click("#problem a")
    row = next(row for row in instance.credentials if row["unit_id"] == UNIT and "ROLE_HANDLER" in row["roles"])
    for name in ("tenant_id", "login", "password"):
        opened.value.fill(f"#{name}", row[name])
    opened.value.keyboard.press("Enter")
    opened.value.wait_for_url(lambda url: "/login" not in url)
    with page.expect_navigation():
        panel.locator("button.btn-primary").click()
    assert "延期申请待决定" in page.inner_text(".facts")
