"""受理台 loses nothing that was typed: not with the connection, not with the session, not to another window (10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from simulator.instance import Instance
from tests.console.browser import log_in
from tests.console.matters import HUB

Enter = Callable[..., Page]
OPERATOR = (HUB, "ROLE_OPERATOR")
TEXT = "演示公园的长椅损坏多日，老人无处休息，请尽快修复。"


def _cut(route: Route) -> None:
    route.abort("internetdisconnected")


def _save(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.locator("#kept", has_text="草稿已保存").wait_for()


def test_what_is_typed_while_the_connection_is_down_is_kept_once_it_is_back(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.route("**/operator/*", _cut)
    page.locator("#text").focus()
    page.keyboard.insert_text(f"{TEXT}断线时写下的话。")
    page.locator("[data-unkept]", has_text="网络连接中断，草稿尚未保存").wait_for()
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.inner_text("#problem") == ""
    page.unroute("**/operator/*")
    page.locator("#kept", has_text="草稿已保存").wait_for()
    assert page.inner_text("[data-unkept]") == ""
    again = enter(*OPERATOR)
    again.goto("/operator")
    again.locator("button", has_text="继续：演示公园").first.click()
    again.wait_for_function("document.querySelector('#text').value.includes('断线时写下的话')")


def test_a_session_that_ends_while_somebody_types_takes_neither_their_words_nor_their_place(enter: Enter, instance: Instance) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.context.clear_cookies()
    page.locator("#text").focus()
    page.keyboard.insert_text(f"{TEXT}登录过期后写下的话。")
    told = page.locator("[data-unkept]", has_text="登录已过期")
    told.wait_for()
    assert page.evaluate("document.activeElement.id") == "text"
    with page.context.expect_page() as opened:
        told.locator("a", has_text="登录").click()
    row: Any = next(row for row in instance.credentials if row["unit_id"] == HUB and "ROLE_OPERATOR" in row["roles"])
    log_in(opened.value, row)
    page.locator("#kept", has_text="草稿已保存").wait_for()
    assert page.locator("#text").input_value().endswith("登录过期后写下的话。")


def test_what_was_chosen_is_in_the_draft_too_and_a_draft_can_be_taken_away(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.select_option("[name='content.urgency']", "URGENT")
    page.select_option("[name='content.channel']", index=1)
    page.fill("[name=mask_words]", "演示甲 演示乙")
    chosen = page.locator("[name='content.channel']").input_value()
    _save(page, f"选择也要保留。{TEXT}")
    page.goto("/operator")
    page.locator("button", has_text="继续：选择也要保留").click()
    page.wait_for_url("**/operator/drafts/*")
    assert page.locator("[name='content.urgency']").input_value() == "URGENT"
    assert page.locator("[name='content.channel']").input_value() == chosen
    assert page.locator("[name=mask_words]").input_value() == "演示甲 演示乙"
    page.goto("/operator")
    with page.expect_navigation(url="**/operator"):
        page.get_by_role("button", name="删除草稿：选择也要保留").click()
    assert page.locator("button", has_text="继续：选择也要保留").count() == 0


def test_what_became_a_ticket_leaves_no_draft(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    _save(page, f"登记后不留草稿。{TEXT}")
    page.select_option("[name='content.nature']", "COMPLAINT")
    page.select_option("#category", index=1)
    page.check("[data-confirmed]")
    # Typed last and not kept yet: the registration waits for nothing, and nothing is kept after it.
    page.fill("[name='content.place.town']", "演示镇")
    with page.expect_navigation():
        page.keyboard.press("Alt+f")
    page.goto("/operator")
    assert page.locator("button", has_text="继续：登记后不留草稿").count() == 0
