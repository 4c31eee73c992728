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
