"""知识库 in a browser: written, reviewed, found while it is typed; two who revise one text (Art. 6(4), 8(3))."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page

from tests.console.desks import do
from tests.console.matters import HUB

Enter = Callable[..., Page]
PDF = b"%PDF-1.7 \x00\r\n\xff form"
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
    do(page, "提交审核")
    assert "送审中" in page.inner_text("main .facts")

    reviewer = enter(*REVIEWER)
    reviewer.goto(where)
    do(reviewer, "审核不通过", reason="没有写明办理地点")
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
    do(page, "提交审核")
    reviewer.goto(where)
    do(reviewer, "发布条目")
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


def test_documents_come_and_go_with_a_text_and_a_refused_one_costs_nothing(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*EDITOR)
    where = _begun(page, "演示许可的申请材料")
    page.click("main a:has-text('修订')")
    _fill(page, internal_words="材料不全的一次告知。")
    for content, why in ((b"MZ program", "不支持的附件类型"), (b"%PDF" + bytes(11 * 1024 * 1024), "最大 10 MiB")):
        _choose(page, "申请表（2025版）.pdf", content)
        page.click("main button:has-text('保存为新的一版')")
        page.wait_for_selector(f"#problem [role=alert]:has-text('{why}')")
        assert page.input_value("[name='content.internal_words']") == "材料不全的一次告知。"
    accessible(page)
    _choose(page, "申请表（2025版）.pdf", PDF)
    with page.expect_navigation():
        page.click("main button:has-text('保存为新的一版')")
    found = page.locator("main a:has-text('申请表（2025版）.pdf')")
    got = page.request.get(found.evaluate("each => each.href"))
    assert (got.body(), got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].endswith("%E7%94%B3%E8%AF%B7%E8%A1%A8%EF%BC%882025%E7%89%88%EF%BC%89.pdf")
    assert "材料不全的一次告知。" in page.inner_text("main")

    page.click("main a:has-text('修订')")
    page.get_by_label("申请表（2025版）.pdf").uncheck()
    with page.expect_navigation():
        page.click("main button:has-text('保存为新的一版')")
    page.goto(where)
    assert "第 3 版" in page.inner_text("h1")
    assert "附件" not in page.inner_text("main")


def test_what_is_exported_comes_in_again_and_each_refused_line_says_why(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*EDITOR)
    page.goto("/knowledge")
    page.click("main a:has-text('导入导出')")
    said = {kind: page.request.get(page.url.replace("files", f"export?format={kind}")) for kind in ("JSON_LINES", "MARKDOWN", "CSV")}
    lines = said["JSON_LINES"].text().splitlines()
    assert said["CSV"].text().startswith("\ufefftitle,unit_id")
    assert said["MARKDOWN"].text().count("\n---\n\n") == len(lines) > 100
    unsaid = page.request.get(page.url.replace("files", "export"))
    assert (unsaid.status, "请选择文件格式" in unsaid.text()) == (400, True)
    page.click("main button:has-text('导入')")
    page.wait_for_selector("#problem [role=alert]:has-text('请选择要导入的文件')")
    _choose(page, "一条.jsonl", "\n".join([lines[0], '{"title": "没有别的"}', "乱写"]).encode())
    page.click("main button:has-text('导入')")
    page.wait_for_selector("#imported h2:has-text('收入 1 条，退回 2 条')")
    accessible(page)
    told = page.locator("#imported tbody tr").all_inner_texts()
    assert [each.split("\t")[0] for each in told] == ["2", "3"]
    assert "不是有效的 JSON" in told[1]
    page.click("main button:has-text('导入')")
    page.wait_for_selector("#imported h2:has-text('收入 1 条')")
    page.click("#imported a")
    title = json.loads(lines[0])["title"]
    assert page.locator("tbody tr", has_text=title).count() == 1


def _choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("[name=file]", FilePayload(name=name, mimeType="application/octet-stream", buffer=content))
