"""考核 in a browser: a rate opens to its orders, a month is previewed, published, appealed against and corrected (Art. 20)."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from simulator.people import House
from tests.console.desks import do, is_shown
from tests.console.matters import HUB, UNIT, closed, next_month

Enter = Callable[..., Page]
ASSESSOR, LEAD = (HUB, "ROLE_ASSESSOR"), (UNIT, "ROLE_UNIT_LEAD")
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
NAME = "市城市管理局"


def test_a_month_from_its_rates_to_its_correction(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    order = closed(house, TEXT)
    month, first, last = next_month(house)
    page = enter(*ASSESSOR)
    page.goto(f"/assessment/rates?since_day={first}&until_day={last}")
    assert is_shown(page, "() => document.querySelector('a[href*=\"result_satisfaction\"]')?.innerText === '100.00%'")
    # Of an empty denominator there is no figure, and no zero.
    assert page.locator("tr", has_text="紧急工单按时首报率").locator("td a").inner_text() == "—"
    accessible(page)
    page.click("a[href*='result_satisfaction']")
    page.wait_for_selector(".chart canvas")
    accessible(page)
    page.locator("section[aria-labelledby=behind] a", has_text=order.number).click()
    page.wait_for_url(f"**/orders/{order.order_id}")

    page.goto(f"/assessment/months/{month}")
    assert "预览，未公布" in page.inner_text("h1")
    assert re.search(r"服务过程满意率 (\d+)/\1", page.locator("tr", has_text=NAME).first.inner_text())
    accessible(page)
    do(page, "公布考核结果")
    assert "公布" in page.inner_text("h1 small")

    unit = enter(*LEAD)
    unit.goto("/assessment")
    unit.locator("tbody a", has_text=month).click()
    assert NAME in unit.inner_text("tr.own")
    do(unit, "申诉", reason="制度文件未计分", evidence="管理办法一份")
    assert unit.locator("details[name=verb]").count() == 0
    unit.goto("/assessment/appeals")
    assert "待决定" in unit.inner_text("tbody")
    accessible(unit)

    page.goto("/assessment/appeals")
    row = page.locator("tbody tr", has_text="制度文件未计分")
    row.locator("summary", has_text="申诉成立").click()
    row.locator("[name=decision]").first.fill("情况属实")
    with page.expect_navigation():
        row.locator("button", has_text="申诉成立").click()
    assert "情况属实" in page.inner_text("tbody")
    page.goto(f"/assessment/months/{month}")
    do(page, "评分", unit_id=UNIT, part="institution", points="4.5", evidence="管理办法一份")
    assert "4.50/5" in page.inner_text("section[aria-labelledby=pending]")
    page.goto(f"/assessment/rates/result_satisfaction?since_day={first}&until_day={last}")
    fact = page.locator("section[aria-labelledby=behind] tr", has_text=order.number)
    fact.locator("summary").click()
    fact.locator("[name=reason]").fill("回访时系统故障")
    with page.expect_navigation():
        fact.locator("button").click()
    page.goto(f"/assessment/months/{month}")
    assert "办理结果满意率" in page.inner_text("section[aria-labelledby=pending]")
    do(page, "更正考核结果", reason="申诉成立，补计制度文件")
    assert "第 2 版更正" in page.inner_text("h1")
    assert "完善制度" in page.inner_text("section[aria-labelledby=changes]")
    accessible(page)
    unit.goto(f"/assessment/months/{month}?version=1")
    assert "完善制度" not in unit.inner_text("tr.own")


def test_an_interview_is_proposed_with_evidence_and_recorded(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*ASSESSOR)
    page.goto("/assessment/interviews")
    do(page, "提出约谈", unit_id=UNIT, ground="SLOWNESS", evidence="多件工单临期方签收")
    row = page.locator("tbody tr", has_text="多件工单临期方签收")
    assert "慢作为" in row.inner_text()
    accessible(page)
    row.locator("summary", has_text="记录约谈").click()
    row.locator("[name=record]").fill("已约谈主要负责人")
    with page.expect_navigation():
        row.locator("button", has_text="记录约谈").click()
    assert "已约谈主要负责人" in page.inner_text("tbody")


def test_a_unit_sees_its_own_figures_alone(enter: Enter) -> None:
    page = enter(*LEAD)
    page.goto("/assessment/rates")
    assert page.locator("select[name=unit_id]").count() == 0
    page.goto("/assessment/rates/on_time?unit_id=water-resources")
    assert "本单位" in page.inner_text("[role=alert]")
