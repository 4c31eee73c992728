"""统一身份认证, as a person has it: there, back at the desk with cookies that are strict, and out of both (Art. 17)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from simulator.instance import Instance
from tests.console.browser import context_of, unmet
from tests.servers.identities import PASSWORD, Identities


@pytest.mark.usefixtures("instance")
def test_who_logs_in_by_the_provider_is_at_their_desk_and_leaves_both(browser: Browser, instance: Instance, identities: Identities) -> None:
    row = next(row for row in instance.credentials if "ROLE_DISPATCHER" in row["roles"] and row["tenant_id"] == "zibo" and "login" in row)
    identities.know(**{row["login"]: {"name": "派单员"}})
    context = context_of(browser, instance.page)
    page = context.new_page()
    page.goto("/dispatch")
    assert unmet(page) == []
    page.click("text=用统一身份认证登录")
    page.wait_for_url(f"{identities.issuer}/sign-in/*")
    page.fill("[name=login]", row["login"])
    page.fill("[name=password]", PASSWORD)
    page.click("button")
    page.wait_for_url("**/dispatch")
    assert page.inner_text("h1") == "派单台"
    page.click("text=退出")
    page.wait_for_url(f"{identities.issuer}/session/end**")
    context.close()
