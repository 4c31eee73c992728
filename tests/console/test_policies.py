"""系统 beside its registers: the calendar and the policies, by the administrator."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.console.browser import ROOT

# As a notice would settle it: the year that ships is provisional.
NOTICE = (ROOT / "regulation/holidays/2027.toml").read_text(encoding="utf-8").replace("provisional = true\n", "")
ADMIN = ("zibo-hub", "ROLE_TENANT_ADMIN")


def test_a_day_is_set_and_taken_back(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/calendar?year=2025")
    accessible(page)
    page.click("summary:has-text('设置日期')")
    page.fill("#day", "2025-12-31")
    page.fill("#why", "演示停工")
    page.click("button:has-text('设置日期')")
    page.wait_for_selector("#days tr:has-text('演示停工')")
    page.click("summary:has-text('取消设置')")
    page.fill("#unset", "2025-12-31")
    page.fill("#unset-why", "演示收回")
    page.click("button:has-text('取消设置')")
    page.wait_for_selector("#days tr:has-text('演示停工')", state="detached")


def test_what_is_refused_is_named_as_the_page_names_it_and_marked_until_it_is_sent_again(
    enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = enter(*ADMIN)
    page.goto("/system/policies")
    page.fill("#recording_days", "很久")
    page.fill("#reason", "演示决定")
    page.click("button:has-text('保存设置')")
    page.wait_for_selector("#problem [role=alert]:has-text('回访录音保存（自然日）：应为整数')")
    assert page.get_attribute("#recording_days", "aria-describedby") == "problem"
    accessible(page)
    page.goto("/system/calendar?year=2025")
    page.click("summary:has-text('取消设置')")
    page.click("button:has-text('取消设置')")
    page.wait_for_selector("#problem [role=alert]:has-text('日期：不能为空')")
    assert page.locator("[aria-invalid]").evaluate_all("found => found.map(each => each.id)") == ["unset"]
    page.fill("#unset", "2025-12-30")
    page.click("button:has-text('取消设置')")
    page.wait_for_selector("#problem [role=alert]:has-text('理由')")
    assert page.locator("[aria-invalid]").evaluate_all("found => found.map(each => each.id)") == ["unset-why"]


def test_a_notice_is_tried_on_the_open_orders_and_a_refused_one_names_its_line(
    enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = enter(*ADMIN)
    page.goto("/system/calendar")
    page.click("summary:has-text('导入放假安排')")
    page.fill("#notice", "演示通知")
    page.fill("#text", 'year = 2027\n[off]\n2027-13-01 = "元旦"')
    page.click("button:has-text('先看会改变哪些期限')")
    page.wait_for_selector("#problem [role=alert]:has-text('第3行')")
    page.fill("#text", NOTICE)
    page.click("button:has-text('先看会改变哪些期限')")
    page.wait_for_selector("#draft:has-text('已查看')")
    accessible(page)
    page.click("button:has-text('按此导入')")
    page.wait_for_url("**/system/calendar?year=2027")
    assert "暂定" not in page.inner_text("h1")


def test_a_policy_is_set_within_what_it_may_be(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/policies")
    accessible(page)
    page.fill("#call_attempts", "99")
    page.fill("#reason", "演示决定")
    page.click("button:has-text('保存设置')")
    page.wait_for_selector("#problem [role=alert]:has-text('1至20')")
    page.fill("#call_attempts", "4")
    with page.expect_navigation():
        page.click("button:has-text('保存设置')")
    assert page.input_value("#call_attempts") == "4"
    page.fill("#call_attempts", "")
    page.fill("#reason", "演示收回")
    with page.expect_navigation():
        page.click("button:has-text('保存设置')")
    assert page.input_value("#call_attempts") == ""
