"""What others do for the hotline: a third party that samples (Art. 20), a company at the seats (6(3)), each on its pages."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from chassis.stamps import stamp
from hotline.assessment.v1 import seats_pb2 as seats
from hotline.options.v1.options_pb2 import ROLE_TELEPHONE_EXCHANGE, ROLE_THIRD_PARTY
from simulator.instance import Instance
from simulator.people import House
from tests.console.browser import context_of
from tests.console.desks import SAYS, do, is_shown
from tests.console.matters import HUB, closed, next_month, passed, system

Enter = Callable[..., Page]
ASSESSOR = (HUB, "ROLE_ASSESSOR")
TEXT = "演示路的公交站牌倾斜，候车时很不安全，请尽快扶正。"
SEED = "a seed that nobody at the hotline knows"
COMPANY = "演示话务服务有限公司"


def test_a_sample_from_its_seed_to_what_does_not_agree(
    house: House, enter: Enter, browser: Browser, instance: Instance, accessible: Callable[[Page], None]
) -> None:
    page = enter(*ASSESSOR)
    page.goto("/assessment/samples")
    month = f"{passed(house, 0):%Y-%m}"
    do(page, "公布种子摘要", month=month, seed_hash=hashlib.sha256(SEED.encode()).hexdigest(), percent="100", minimum="1")
    order = closed(house, TEXT)
    _, first, last = next_month(house)
    # Drawn from what the hub called back, once it is counted.
    page.goto(f"/assessment/rates/unreachable?since_day={first}&until_day={last}")
    assert is_shown(page, SAYS, order.number)
    page.goto("/assessment/samples")
    row = page.locator("tbody tr", has_text=month)
    row.locator("summary", has_text="公开种子并抽样").click()
    row.locator("[name=seed]").fill(SEED)
    accessible(page)
    with page.expect_navigation():
        row.locator("button", has_text="公开种子并抽样").click()
    assert "没有不一致的工单" in page.inner_text("main")

    key, _ = system(house, ROLE_THIRD_PARTY, "第三方抽测")
    context = context_of(browser, instance.page)
    third = context.new_page()
    third.goto("/login/key")
    accessible(third)
    third.fill("#key", key)
    third.keyboard.press("Enter")
    third.wait_for_url("**/survey")
    item = third.locator("tbody tr", has_text=order.number)
    assert "未取得" in item.inner_text()
    accessible(third)
    item.locator("summary", has_text="登记评价").click()
    item.locator("[name=process]").select_option("SATISFIED")
    item.locator("[name=result]").select_option("DISSATISFIED")
    with third.expect_navigation():
        item.locator("button", has_text="登记评价").click()
    assert "不满意" in item.inner_text()
    context.close()

    page.reload()
    assert "满意 / 不满意" in page.locator("tbody tr", has_text=order.number).inner_text()
    accessible(page)
    page.click("text=抽取的依据")
    assert order.order_id in page.inner_text("section[aria-labelledby=drawn]")
    accessible(page)


def test_a_company_is_held_against_its_contract(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    _, exchange = system(house, ROLE_TELEPHONE_EXCHANGE, "话务平台")
    now = passed(house, 60)
    since, until = now.date().replace(day=1), dt.date(now.year, 12, 31)
    at = [now - dt.timedelta(minutes=30, seconds=each) for each in (0, 5, 40)]
    calls = [
        seats.SeatCall(call_id="demo-a", queued_at=stamp(at[1]), answered_at=stamp(at[0]), ended_at=stamp(now), seat="S1", agent="W1"),
        seats.SeatCall(call_id="demo-b", queued_at=stamp(at[2]), answered_at=stamp(at[0]), ended_at=stamp(now), seat="S2", agent="W2"),
    ]
    exchange.ask("assessment.v1.SeatService/ImportSeatCalls", seats.ImportSeatCallsRequest(calls=calls), seats.ImportSeatCallsResponse)

    page = enter(*ASSESSOR)
    page.goto("/assessment/seats")
    page.locator("summary", has_text="设定或变更合同").click()
    told = {"company": COMPANY, "number": "演示〔2025〕1号", "since_day": f"{since}", "until_day": f"{until}"}
    for name, value in told.items():
        page.fill(f"[name='contract.{name}']", value)
    for name, value in {"ANSWERED_IN_TIME": "0.9", "QUALITY": "0.95"}.items():
        page.fill(f"[name='bound.{name}']", value)
    with page.expect_navigation():
        page.locator("button", has_text="设定合同").click()
    assert COMPANY in page.inner_text("section[aria-labelledby=contracts]")

    page.goto("/assessment/seats/marks")
    do(page, "登记质检", inspected="CALL", subject_id="demo-a", score="92.5", evidence="用语规范，记录完整")
    assert "92.5 分" in page.inner_text("tbody")
    accessible(page)

    month, first, last = next_month(house)
    page.goto(f"/assessment/seats?since_day={first}&until_day={last}")
    figure = page.locator("tbody tr", has_text="及时接听率")
    assert "50.00%" in figure.inner_text()
    assert "未达标" in figure.inner_text()
    # Nothing was marked of tickets: no figure, and no zero.
    assert page.locator("tbody tr", has_text="工单差错率").locator("td a").inner_text() == "—"
    accessible(page)
    figure.locator("a").click()
    assert {"demo-a", "demo-b"} <= set(page.locator("tbody code").all_inner_texts())
    page.select_option("[name=hits]", "NONE")
    page.click("button:has-text('查询')")
    assert page.locator("tbody code").all_inner_texts() == ["demo-b"]
    accessible(page)

    page.goto("/assessment/seats")
    do(page, "出具履约考核单", month=month)
    assert "未达标" in page.locator("tbody tr", has_text="及时接听率").inner_text()
    assert "更正履约考核单" in page.inner_text(".panels")
    accessible(page)
