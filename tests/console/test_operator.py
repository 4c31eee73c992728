"""受理台 in a browser: by the keyboard, with what is suggested."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

from simulator.people import House
from tests.console.desks import comes
from tests.console.matters import HUB, answered, formed, known_to_answers

Enter = Callable[..., Page]
OPERATOR = (HUB, "ROLE_OPERATOR")
PHONE = "19900000077"
TEXT = "小区门口的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"


QUESTION = "咨询路灯不亮怎么报修，应当找哪个部门"
FEW = 10


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


def _taken_down(page: Page, phone: str, text: str) -> Keys:
    """A number and a text, and what is suggested for it."""
    keys = Keys(page)
    page.locator("#phone:focus").wait_for()
    keys.type(phone)
    keys.press("Tab", "Tab")
    page.locator("#text:focus").wait_for()
    keys.type(text)
    _suggested(page, page.locator("#masked", has_text=text[:6]))
    return keys


def test_a_call_becomes_an_order_in_under_ten_keys_beyond_the_text(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    accessible(page)
    keys = _taken_down(page, PHONE, TEXT)
    keys.press("Tab", "3", "Alt+1", "Alt+m")
    accessible(page)
    assert page.locator("#category").input_value()
    with page.expect_navigation():
        keys.press("Alt+f")
    assert "/tickets/" in page.url
    assert "已形成转办工单" in page.inner_text(".facts")
    assert keys.pressed < FEW
    accessible(page)


def test_it_is_answered_from_the_knowledge_base_in_under_ten_keys(house: House, enter: Enter) -> None:
    known_to_answers(house, QUESTION)
    page = enter(*OPERATOR)
    page.goto("/operator")
    keys = _taken_down(page, PHONE, QUESTION)
    page.locator("#suggestions [data-key=k]").wait_for()
    keys.press("Tab", "1", "Alt+1", "Alt+m", "Alt+k")
    answer = page.locator("#answer").input_value()
    assert answer
    with page.expect_navigation():
        keys.press("Alt+s")
    assert "已直接答复" in page.inner_text(".facts")
    assert answer.split("。", maxsplit=1)[0] in page.inner_text("section[aria-labelledby=settled]")
    assert keys.pressed < FEW


def test_it_is_declined_with_the_words_to_say_in_under_ten_keys(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    keys = _taken_down(page, PHONE, "想咨询一下法院已经立案的案件，能不能由热线帮忙处理")
    keys.press("Alt+m", "Alt+d")
    reason = page.locator("label.reason", has_text="诉讼").first
    assert len(reason.inner_text()) > len("应当告知诉求人的话")
    accessible(page)
    keys.press("Space")
    with page.expect_navigation():
        keys.press("Alt+s")
    assert "已不予受理" in page.inner_text(".facts")
    assert "应当通过诉讼途径解决" in page.inner_text("section[aria-labelledby=settled]")
    assert keys.pressed < FEW


def test_a_number_that_a_telephone_program_hands_over_stays_in_no_address(house: House, enter: Enter) -> None:
    number = formed(house, TEXT, caller={"phone": "19900000066", "name": "演示孙"}).number
    page = enter(*OPERATOR)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/operator#call=19900000066")
    page.locator("#caller", has_text=number).wait_for()
    assert page.evaluate("document.activeElement.id") == "text"
    page.evaluate("location.hash = 'call=19900000067'")
    page.locator("[data-next-call]", has_text="19900000067").wait_for()
    assert page.locator("#phone").input_value() == "19900000066"
    assert "#" not in page.url
    assert not any("1990000006" in url for url in asked)


def test_what_was_confirmed_is_what_was_seen(enter: Enter) -> None:
    page = enter(*OPERATOR)
    page.goto("/operator")
    page.fill("#text", TEXT)
    page.locator("#masked", has_text="路灯").wait_for()
    page.check("[data-confirmed]")
    page.locator("#text").press("End")
    page.keyboard.type("我姓演示。")
    assert not page.is_checked("[data-confirmed]")


def _suggested(page: Page, suggestion: Locator) -> None:
    """Waits for it; what came too late on a busy machine is asked for again with the next key."""

    def type_on() -> None:
        page.locator("#text").press("End")
        page.keyboard.type(" ")

    comes(suggestion, type_on)


def test_a_repeat_goes_to_an_officer(house: House, enter: Enter) -> None:
    caller = {"phone": "19900000055", "name": "演示李"}
    answered(house, TEXT, caller=caller)
    page = enter(*OPERATOR)
    page.goto("/operator")
    _taken_down(page, caller["phone"], TEXT)
    page.check("[data-confirmed]")
    ask = page.locator("#suggestions button[name=repeats_ticket_id]").first
    _suggested(page, ask)
    with page.expect_navigation():
        ask.press("Enter")
    assert "申请按重复反映不予受理" in page.inner_text(".facts")


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
