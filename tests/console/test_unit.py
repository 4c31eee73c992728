"""承办台 in a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from simulator.people import House
from tests.console.desks import comes, do
from tests.console.matters import did, dispatched, passed

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
    page.wait_for_selector("#journal tr:has-text('转办')")
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


def _chosen(panel: Locator, text: str) -> None:
    """The first template, by the keyboard; once more where the key came before the list was wired."""
    choice = panel.get_by_label("答复模板")

    def choose() -> None:
        choice.press("ArrowUp")
        choice.press("ArrowDown")

    choose()
    comes(panel.locator("p", has_text=text), choose)


def test_a_unit_keeps_a_template_and_begins_a_reply_with_it_and_nothing_typed_is_lost(
    house: House, enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    order = did(house.of_unit(*HANDLER), "sign_in", dispatched(house, TEXT))
    page = enter(*HANDLER)
    page.goto("/unit")
    page.locator("main nav a", has_text="答复模板").press("Enter")
    page.wait_for_url("**/unit/templates")
    name = f"演示灯具维修{order.number}"
    do(page, "新增模板", name=name, measures="已安排抢修人员更换灯具\n并检查线路", result="路灯已恢复照明", basis="演示规定")
    assert name in page.inner_text("dl")
    do(page, "修改模板", result="路灯已于当日恢复照明")
    page.goto("/unit/templates")
    assert "路灯已于当日恢复照明" in page.inner_text("tbody")
    accessible(page)

    page.goto(f"/orders/{order.order_id}")
    explaining = page.locator("details[name=verb]", has=page.locator("summary", has_text="回复解释说明"))
    explaining.locator("summary").press("Enter")
    _chosen(explaining, "演示规定")
    page.keyboard.press("Alt+t")
    assert explaining.locator("[name=basis]").input_value() == "演示规定"
    panel = page.locator("details[name=verb]", has=page.locator("summary", has_text="回复办理结果"))
    panel.locator("summary").press("Enter")
    _chosen(panel, "并检查线路")
    accessible(page)
    said = [panel.locator(f"[name={name}]") for name in ("measures", "result")]
    said[0].fill("演示路12号灯杆已校正")
    page.once("dialog", lambda asked: asked.dismiss())
    page.keyboard.press("Alt+t")
    page.wait_for_function("document.querySelector('#reply-result').value !== ''")
    assert [each.input_value() for each in said] == ["演示路12号灯杆已校正", "路灯已于当日恢复照明"]
    told: list[str] = []
    page.on("dialog", lambda asked: told.append(asked.message))
    page.on("dialog", lambda asked: asked.accept())
    page.keyboard.press("Alt+t")
    page.wait_for_function("document.querySelector('#reply-measures').value.includes('检查线路')")
    assert ["办理措施" in each for each in told] == [True], "what the template says already is asked about no more"
    assert said[0].input_value() == "已安排抢修人员更换灯具\n并检查线路"
    answered_at = passed(house, 10) - dt.timedelta(minutes=2)
    do(page, "回复办理结果", answered_at=f"{answered_at:%Y-%m-%dT%H:%M}", answered_by="PHONE")
    assert "待审核" in page.inner_text(".facts")
    assert "并检查线路" in page.inner_text("section[aria-labelledby=replies]")
