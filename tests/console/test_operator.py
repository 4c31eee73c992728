"""受理台 in a browser: by the keyboard, with what is suggested, and with nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from simulator.people import House
from tests.console.matters import HUB, formed

Enter = Callable[..., Page]
OPERATOR = (HUB, "ROLE_OPERATOR")
PHONE = "19900000077"
TEXT = "小区门口的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"


class Keys:
    """Types texts, and counts every other key that is pressed."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self._page.keyboard.insert_text(text)


def test_a_call_becomes_an_order_in_under_ten_keys_beyond_the_text(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    accessible(page)
    keys = Keys(page)
    keys.type(PHONE)
    keys.press("Tab", "Tab")
    keys.type(TEXT)
    page.locator("#suggestions button[data-key='1']").wait_for()
    keys.press("Tab", "3", "Alt+1", "Alt+m")
    accessible(page)
    assert page.locator("#category").input_value()
    with page.expect_navigation():
        keys.press("Alt+f")
    assert "/tickets/" in page.url
    assert "已形成转办工单" in page.inner_text(".facts")
    assert keys.pressed < 10
    accessible(page)


def test_who_calls_again_is_known_by_what_they_said_before(house: House, enter: Enter) -> None:
    number = formed(house, TEXT, caller={"phone": "19900000088", "name": "演示钱"}).number
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.fill("[name='content.caller.phone']", "19900000088")
    page.keyboard.press("Tab")
    page.locator("#caller", has_text=number).wait_for()
    page.fill("#text", TEXT)
    page.locator("#suggestions h2", has_text="该诉求人说过的同类事项").wait_for()
    assert "19900000088" not in page.inner_text("aside")


def test_it_is_answered_with_an_entry_or_declined_with_the_words_to_say(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.fill("#text", "想咨询一下法院已经立案的案件，能不能由热线帮忙处理")
    page.select_option("[name='content.nature']", "CONSULTATION")
    page.locator("#suggestions .said").wait_for()
    page.check("[name='masking_confirmed']")
    page.locator("summary", has_text="不予受理").click()
    reason = page.locator("label.reason", has_text="诉讼").first
    assert len(reason.inner_text()) > 20
    reason.locator("input").check()
    with page.expect_navigation():
        page.locator("button", has_text="不予受理并登记").click()
    assert "已不予受理" in page.inner_text(".facts")
    assert "应当通过诉讼途径解决" in page.inner_text("section[aria-labelledby=settled]")


def test_nothing_typed_is_lost_when_the_connection_drops(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    cut: list[Any] = []

    def drop(route: Route) -> None:
        cut.append(route.request.url)
        route.abort("internetdisconnected")

    page.route("**/operator/draft", drop)
    page.fill("#text", f"{TEXT}断线时写下的话。")
    page.locator("#problem [role=alert]", has_text="网络连接中断").wait_for()
    assert page.locator("#text").input_value().endswith("断线时写下的话。")
    page.unroute("**/operator/draft")
    page.locator("#kept", has_text="草稿已保存").wait_for()
    assert cut
    again = enter(*OPERATOR)
    again.goto("/operator")
    again.locator("button", has_text="继续：").first.click()
    again.wait_for_function("document.querySelector('#text').value.includes('断线时写下的话')")


def test_what_is_missing_after_the_registration_is_made_good_on_the_tickets_page(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.fill("#text", f"{TEXT}没有分类。")
    page.check("[name='masking_confirmed']")
    page.locator("button", has_text="形成转办工单").click()
    page.locator("#problem a", has_text="到工单页面补全").click()
    page.wait_for_url("**/tickets/*")
    amend = page.locator("details[name=verb]", has=page.locator("summary", has_text="更正工单"))
    amend.locator("summary").click()
    amend.locator("[name=nature]").select_option("HELP")
    amend.locator("[name=category]").select_option(index=1)
    with page.expect_navigation():
        amend.locator("button").click()
    form = page.locator("details[name=verb]", has=page.locator("summary", has_text="形成转办工单"))
    form.locator("summary").click()
    with page.expect_navigation():
        form.locator("button").click()
    assert "已形成转办工单" in page.inner_text(".facts")


def test_tickets_are_found_by_number_and_by_words(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    number = formed(house, "广场喷泉的护栏松动，孩子容易跌落。").number
    page = enter(*OPERATOR)
    page.goto(f"/tickets?number={number}")
    assert page.locator("tbody tr").count() == 1
    accessible(page)
    page.wait_for_function(
        "async () => (await (await fetch('/tickets?words=' + encodeURIComponent('喷泉 护栏'))).text()).includes('护栏松动')"
    )
