"""A district is added by the city's administrator in a browser (5); the command does the same (tests/journeys/test_onboarding.py)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

SAID = {
    "tenant_id": "shuanglin",
    "name": "双林区",
    "unit_name": "双林区人民政府",
    "duties": "属地镇街、村(社区)事务\n区属部门职责范围内的其他事项",
    "hub_name": "双林区政务服务便民热线工作机构",
    "login": "admin",
    "person_name": "双林区租户管理员",
    "reason": "双林区接入市级热线",
}


def test_a_district_is_added_and_stands_in_the_list(enter: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = enter("zibo-hub", "ROLE_TENANT_ADMIN")
    page.click("nav >> text=系统")
    page.click("main >> text=区县")
    page.click("summary:has-text('接入区县')")
    accessible(page)
    for name, said in SAID.items():
        page.fill(f"#add_tenant-{name}", said)
    page.fill("#add_tenant-password", "short")
    page.click("button:has-text('接入区县')")
    page.wait_for_selector("#problem [role=alert]:has-text('密码长度')")
    assert page.input_value("#add_tenant-name") == SAID["name"]
    page.fill("#add_tenant-password", "Long-enough-2026")
    page.click("button:has-text('接入区县')")
    page.wait_for_selector("tbody td:has-text('shuanglin')")
    accessible(page)
