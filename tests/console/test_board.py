"""全景: it moves by itself, says so when it is cut, and comes back; nobody who is logged out goes on seeing it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from services.assessment.rules.bursts import FEWEST
from simulator.people import House
from tests.console.matters import HUB, formed

Enter = Callable[..., Page]
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
CALLS = "Number(document.querySelector('#calls').textContent)"


def _says(page: Page, text: str) -> None:
    page.locator("#state", has_text=text).wait_for()


def _board(enter: Enter) -> Page:
    page = enter(HUB, "ROLE_SUPERVISOR")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/board")
    _says(page, "实时")
    return page


def test_a_ticket_registered_while_it_is_open_appears_without_reload(
    house: House, enter: Enter, accessible: Callable[[Page], None]
) -> None:
    page = _board(enter)
    before = page.evaluate(CALLS)
    page.evaluate("window.stayed = true")
    formed(house, TEXT)
    page.locator("#calls", has_text=str(before + 1)).wait_for()
    assert page.evaluate("window.stayed")
    assert page.locator("tr", has_text="张店区").locator("td").first.inner_text() != "0"
    assert page.locator("#minutes tbody tr").count() == 60
    accessible(page)
    for width, height in ((3840, 2160), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        accessible(page)


def test_too_many_calls_of_one_place_are_named_on_a_screen_that_shows_all_at_once(house: House, enter: Enter) -> None:
    page = _board(enter)
    for number in range(FEWEST + 1):
        formed(house, f"{TEXT}（{number}）", place={"district": "yiyuan", "address": f"演示村{number}号"})
    page.locator("section[aria-labelledby=bursts] li", has_text="沂源县").filter(has_text="待处置").wait_for()
    assert page.inner_text("#state") == "实时"
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_what_is_cut_says_so_and_recovers(enter: Enter) -> None:
    page = _board(enter)
    page.route("**/board/stream", lambda route: route.abort())
    page.evaluate("source.close(), listen()")
    _says(page, "不是最新数据")
    assert page.evaluate("document.body.classList.contains('stale')")
    page.unroute("**/board/stream")
    _says(page, "实时")
    assert not page.evaluate("document.body.classList.contains('stale')")


def test_a_session_that_ended_shows_nothing_more(enter: Enter) -> None:
    page = _board(enter)
    page.context.clear_cookies()
    page.evaluate("source.close(), listen()")
    _says(page, "登录已结束")
    assert page.inner_text("#figures") == ""
    assert page.inner_text("#named") == ""
