"""知识库 in a browser: written, reviewed, found while it is typed; two who revise one text (Art. 6(4), 8(3))."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.console.desks import do
from tests.console.matters import HUB

Enter = Callable[..., Page]
EDITOR, REVIEWER = (HUB, "ROLE_KB_EDITOR"), (HUB, "ROLE_KB_REVIEWER")


def _begun(page: Page, title: str) -> str:
    page.goto("/knowledge/new")
    _fill(page, title=title, public_words="演示业务凭身份证在窗口办理，三个工作日办结。", review_on="2099-12-31")
    page.fill("[name='content.source.name']", "演示业务办理办法")
    page.select_option("[name='content.unit_id']", HUB)
    with page.expect_navigation():
        page.click("main button:has-text('保存为新的一版')")
    return page.url


def _fill(page: Page, **said: str) -> None:
    for name, value in said.items():
        page.fill(f"[name='content.{name}']", value)


def test_an_entry_is_written_reviewed_found_and_judged(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*EDITOR)
    where = _begun(page, "演示业务的办理条件")
    assert "起草中" in page.inner_text("main .facts")
    accessible(page)
    do(page, "送审")
    assert "送审中" in page.inner_text("main .facts")

    reviewer = enter(*REVIEWER)
    reviewer.goto(where)
    do(reviewer, "退回修改", reason="没有写明办理地点")
    page.goto(where)
    assert "没有写明办理地点" in page.inner_text("main")
    page.click("main a:has-text('修订')")
    accessible(page)
    _fill(page, public_words="演示业务凭身份证在演示大厅一楼窗口办理，三个工作日办结。")
    with page.expect_navigation():
        page.click("main button:has-text('保存为新的一版')")
    page.click("main button:has-text('对照')")
    page.wait_for_selector("#differences ins")
    assert "演示大厅一楼" in page.inner_text("#differences ins")
    accessible(page)
    do(page, "送审")
    reviewer.goto(where)
    do(reviewer, "审核通过并发布")
    assert "已发布第 2 版" in reviewer.inner_text("main .facts")

    operator = enter(HUB, "ROLE_OPERATOR")
    operator.click("nav >> text=知识库")
    operator.locator("#search [name=query]").press_sequentially("演示业务")
    operator.wait_for_selector("#hits mark")
    accessible(operator)
    operator.click("#hits a:has-text('演示业务')")
    do(operator, "反馈", verdict="HELPFUL", note="一次答清")
    page.goto(where)
    assert "一次答清" in page.inner_text("main")
    page.goto("/knowledge/usage")
    assert "演示业务的办理条件" in page.inner_text("main")
    accessible(page)
    page.goto("/kb/entries")
    page.locator("tbody tr", has_text="演示业务的办理条件").wait_for()


def test_a_question_without_an_answer_becomes_a_gap(enter: Enter, accessible: Callable[[Page], None]) -> None:
    operator = enter(HUB, "ROLE_OPERATOR")
    operator.goto("/knowledge?query=火星移民登记")
    operator.click("#hits button:has-text('记为知识缺口')")
    operator.wait_for_selector("#hits [role=status]:has-text('已记为知识缺口')")
    page = enter(*EDITOR)
    page.goto("/kb/gaps")
    page.locator("tbody tr", has_text="火星移民登记").locator("a").click()
    accessible(page)
    panel = page.locator(".opened details", has_text="销号")
    panel.locator("summary").click()
    panel.locator("[name=reason]").fill("不属热线受理的事项")
    with page.expect_navigation():
        panel.locator("button").click()
    assert page.locator("tbody tr", has_text="火星移民登记").count() == 0


def test_the_second_of_two_sees_what_changed_and_loses_nothing(enter: Enter, accessible: Callable[[Page], None]) -> None:
    first, second = enter(*EDITOR), enter(*EDITOR)
    where = _begun(first, "演示证照的补办")
    for page in (first, second):
        page.goto(where)
        page.click("main a:has-text('修订')")
    _fill(first, public_words="补办须先挂失。")
    with first.expect_navigation():
        first.click("main button:has-text('保存为新的一版')")

    _fill(second, internal_words="本人不能到场的可以委托。")
    second.click("main button:has-text('保存为新的一版')")
    second.wait_for_selector("#problem ins")
    assert "挂失" in second.inner_text("#problem")
    assert second.input_value("[name='content.internal_words']") == "本人不能到场的可以委托。"
    accessible(second)
    first.reload()
    assert "第 2 版" in first.inner_text("h1")
    _fill(second, public_words="补办须先挂失。")
    with second.expect_navigation():
        second.click("main button:has-text('保存为新的一版')")
    assert "第 3 版" in second.inner_text("h1")
    assert "补办须先挂失。" in second.inner_text("main")
    assert "本人不能到场的可以委托。" in second.inner_text("main")
