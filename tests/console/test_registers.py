"""Registers in a browser: those of 系统 by its administrator."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

ADMIN = ("zibo-hub", "ROLE_TENANT_ADMIN")


def test_somebody_is_added_renamed_and_found(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.click("nav >> text=系统")
    page.click("main >> text=人员")
    accessible(page)
    page.click("summary:has-text('新增人员')")
    page.select_option("#add_person-unit_id", "zibo-hub")
    page.fill("#add_person-login", "yanshi.new")
    page.fill("#add_person-name", "演示新人")
    page.select_option("#add_person-roles", ["OPERATOR", "CALL_BACK"])
    page.fill("#add_person-password", "Long-enough-2026")
    page.click("button:has-text('新增人员')")
    page.wait_for_url("**/system/people/row?*")
    assert "受理员、回访员" in page.inner_text("dl")
    page.click("summary:has-text('改名')")
    accessible(page)
    page.get_by_label("姓名").fill("演示改名")
    page.click("button:has-text('改名')")
    page.wait_for_selector("dd:has-text('演示改名')")


def test_a_row_opens_in_its_place_and_filters_stand_in_the_address(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/people")
    page.select_option(".filters select[name=unit_id]", "urban-management")
    page.wait_for_url("**unit_id=urban-management**")
    page.locator("tbody tr a >> nth=0").click()
    page.wait_for_selector(".opened dl")
    assert "城市管理" in page.inner_text(".opened dl")
    accessible(page)


def test_a_refusal_is_told_and_loses_nothing(enter: Callable[..., Page]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/people")
    page.click("summary:has-text('新增人员')")
    page.fill("#add_person-name", "演示无单位")
    page.click("button:has-text('新增人员')")
    page.wait_for_selector("#problem [role=alert]")
    assert page.input_value("#add_person-name") == "演示无单位"


def test_who_has_no_such_role_has_no_such_desk(enter: Callable[..., Page]) -> None:
    page = enter("zibo-hub", "ROLE_OPERATOR")
    assert page.locator("nav >> text=系统").count() == 0


def test_a_unit_is_added_and_leads_to_its_contacts_and_its_past(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/units")
    page.click("summary:has-text('新增单位')")
    page.fill("#add_unit-name", "演示新设局")
    page.select_option("#add_unit-parent_id", "zibo-hub")
    page.select_option("#add_unit-kind", "DEPARTMENT")
    page.fill("#add_unit-duties", "演示路灯\n演示井盖")
    page.fill("#add_unit-reason", "演示机构改革")
    page.click("button:has-text('新增单位')")
    page.wait_for_url("**/system/units/row?*")
    page.click("summary:has-text('核定职责')")
    assert page.get_by_label("职责每行").input_value() == "演示路灯\n演示井盖", "what it is now stands in the form"
    accessible(page)
    page.click("main >> text=联系人")
    page.click("summary:has-text('新增联系人')")
    page.select_option("#add_contact-purpose", "HANDLING")
    page.fill("#add_contact-name", "演示孙")
    page.fill("#add_contact-phone", "19900000088")
    page.click("button:has-text('新增联系人')")
    page.wait_for_selector("tbody td:has-text('日常办理')")
    assert "19900000088" not in page.content()
    page.click("tbody a:has-text('办理')")
    page.click("summary:has-text('移除联系人')")
    page.click("button:has-text('移除联系人')")
    page.wait_for_selector("tbody td:has-text('没有记录')")


def test_a_systems_key_is_shown_once_with_what_to_do_and_is_changed_and_revoked(
    enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = enter(*ADMIN)
    page.goto("/system/systems")
    page.click("summary:has-text('接入新系统')")
    page.select_option("#add_system-unit_id", "urban-management")
    page.fill("#add_system-name", "演示城管平台")
    page.select_option("#add_system-roles", ["HANDLER"])
    page.click("button:has-text('接入新系统')")
    key = page.inner_text("#problem code")
    assert "遗失的须换发" in page.inner_text("#problem")
    page.click("#problem a")
    page.wait_for_selector("td:has-text('演示城管平台')")
    assert key not in page.content()
    page.click("a[aria-label='办理：演示城管平台']")
    page.click(".opened a:has-text('系统密钥')")
    page.click("summary:has-text('换发密钥')")
    page.fill("#rotate_system_key-overlap_hours", "24")
    page.click("button:has-text('换发密钥')")
    assert page.inner_text("#problem code") != key
    accessible(page)
    page.click("#problem a")
    page.wait_for_function("document.querySelectorAll('tbody tr:not(.opened)').length === 2")
    page.click("tbody a:has-text('办理') >> nth=0")
    page.click("summary:has-text('吊销密钥')")
    page.get_by_label("理由").fill("演示泄露")
    with page.expect_navigation():
        page.click("button:has-text('吊销密钥')")
    revoked = page.locator("tbody tr:not(.opened) td:nth-child(4)").all_inner_texts()
    assert sorted(each == "—" for each in revoked) == [False, True], "one of the two is no longer taken"
    accessible(page)


def test_a_template_is_tried_before_it_is_published(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/templates")
    page.click("tr:has-text('延期告知') a >> nth=0")
    page.click("summary:has-text('发布模板')")
    text = page.locator(".opened textarea").first
    published = f"{text.input_value()}演示"
    text.fill(published)
    page.click("button:has-text('预览')")
    page.wait_for_selector("#problem dt:has-text('短信条数')")
    assert "{" not in page.inner_text("#problem")
    accessible(page)
    page.click("button:has-text('发布模板')")
    page.wait_for_selector(f"td:has-text('{published[-12:]}')")


def test_a_category_is_added_and_retired_each_on_the_tree_as_it_is(enter: Callable[..., Page]) -> None:
    page = enter(*ADMIN)
    page.goto("/system/categories")
    page.click("summary:has-text('新增分类')")
    page.fill("#add_category-code", "01.98")
    page.fill("#add_category-name", "演示类")
    with page.expect_navigation(url="**/system/categories"):
        page.click("button:has-text('新增分类')")
    page.goto("/system/categories?parent=01")
    _show_until(page, "01.98")
    page.click("a[aria-label='办理：01.98']")
    page.click(".opened summary:has-text('停用分类')")
    with page.expect_navigation(url="**/system/categories"):
        page.click(".opened button:has-text('停用分类')")
    page.goto("/system/categories?parent=01.98")
    assert "没有" in page.inner_text("tbody")


def test_a_number_is_stopped_and_released(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter("zibo-hub", "ROLE_OPERATOR")
    page.click("nav >> text=停止联系")
    page.click("summary:has-text('停止联系')")
    page.fill("#stop_number-phone", "19900000066")
    page.select_option("#stop_number-reason", "CALLER_ASKED")
    page.click("button:has-text('停止联系')")
    page.wait_for_selector("td:has-text('本人要求')")
    accessible(page)
    page.click("summary:has-text('恢复联系')")
    page.fill("#release_number-phone", "19900000066")
    page.click("button:has-text('恢复联系')")
    page.wait_for_selector("td:has-text('没有记录')")


def _show_until(page: Page, code: str) -> None:
    """Page after page, each once the one before it is there."""
    rows = page.locator("a[aria-label^='办理：']")
    while page.locator(f"a[aria-label='办理：{code}']").count() == 0:
        before = rows.count()
        page.click("button:has-text('显示更多')")
        rows.nth(before).wait_for()
