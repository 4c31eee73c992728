"""`make pictures`: the desks as they are now, kept under docs/pictures/. Everything and everybody in them is invented."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from simulator.instance import Instance, running
from simulator.people import House
from tests.console.browser import ROOT, chromium, context_of, log_in
from tests.console.desks import SAYS, is_shown
from tests.console.matters import (
    HUB,
    LATE_MINUTES,
    UNIT,
    closed,
    did,
    dispatched,
    formed,
    looked_at,
    next_month,
    passed,
    replied,
)

FOLDER = ROOT / "docs/pictures"
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
PHONE = "19900000077"
WATER = "water-resources"
Scene = Callable[[Page, House], None]


def operator(page: Page, house: House) -> None:
    """A call that is being taken down, by somebody who called before."""
    formed(house, TEXT, caller={"phone": PHONE, "name": "演示钱"})
    page.goto("/operator")
    page.fill("#phone", PHONE)
    page.fill("[name='content.caller.name']", "演示钱")
    page.fill("#text", f"{TEXT}我是演示钱。")
    page.select_option("#district", "zhangdian")
    page.locator("#masked", has_text="路灯").wait_for()
    page.locator("#kept", has_text="草稿已保存").wait_for()


def dispatch(page: Page, house: House) -> None:
    """What waits for its unit."""
    for place in ("一", "二", "三"):
        formed(house, f"演示{place}路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。")
    page.goto("/dispatch")
    assert is_shown(page, "() => document.querySelectorAll('tbody tr').length > 2")


def unit(page: Page, house: House) -> None:
    """What a unit has before it."""
    dispatched(house, TEXT)
    page.goto("/unit")


def order(page: Page, house: House) -> None:
    """An order at its unit, with its dates explained and the reply begun."""
    signed = did(house.of_unit(UNIT, "ROLE_HANDLER"), "sign_in", dispatched(house, TEXT))
    passed(house, 10)
    page.goto(f"/orders/{signed.order_id}")
    assert is_shown(page, "() => document.querySelector('#dates') !== null")
    page.locator("summary", has_text="回复办理结果").first.click()


def rate(page: Page, house: House) -> None:
    """A rate with its days, units and the orders behind it."""
    order = closed(house, TEXT)
    _, first, last = next_month(house)
    page.goto(f"/assessment/rates/result_satisfaction?since_day={first}&until_day={last}")
    assert is_shown(page, SAYS, order.number)
    page.wait_for_selector(".chart canvas")


def supervision(page: Page, house: House) -> None:
    """A supervision that is proposed, with its evidence."""
    dispatched(house, TEXT, WATER)
    passed(house, LATE_MINUTES)
    page.goto("/supervision")
    assert is_shown(page, "() => document.querySelector('section[aria-labelledby=urged] a') !== null")
    page.goto(f"/supervisions?state=PROPOSED&unit_id={WATER}")
    looked_at(house, page, "document.querySelector('tbody a') !== null")
    page.locator("tbody a").first.click()
    page.wait_for_selector("section[aria-labelledby=evidence]")


def call_back(page: Page, house: House) -> None:
    """A call with both questions to ask."""
    order = replied(house, TEXT)
    page.goto(f"/orders/{order.order_id}")
    page.locator("summary", has_text="记录回访评价").first.click()


def knowledge(page: Page, _: House) -> None:
    """What the knowledge base answers."""
    page.goto("/knowledge?query=停水")
    page.locator("#hits a").first.wait_for()


def insight(page: Page, house: House) -> None:
    """Counts of what came in, by category."""
    for place in ("一", "二"):
        dispatched(house, f"演示{place}路暖气不热，家里只有十五度，请尽快处理。", category="01.01.02", place={"district": "linzi"})
    page.goto("/insight?by=CATEGORY")
    page.wait_for_selector("section[aria-labelledby=counted] canvas")
    page.wait_for_selector("section[aria-labelledby=by-day] canvas")


def board(page: Page, house: House) -> None:
    """The live board."""
    dispatched(house, TEXT)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/board")
    page.locator("#state", has_text="实时").wait_for()


def system(page: Page, _: House) -> None:
    """The people of a tenant, with what may be done."""
    page.goto("/system/people")


def calendars(page: Page, _: House) -> None:
    """A year's days, and where a notice is imported."""
    page.goto("/system/calendar")


def public(page: Page, _: House) -> None:
    """A caller's own telephone."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/public/submit")


SCENES: dict[str, tuple[Scene, str, str]] = {
    "operator": (operator, HUB, "ROLE_OPERATOR"),
    "dispatch": (dispatch, HUB, "ROLE_DISPATCHER"),
    "unit": (unit, UNIT, "ROLE_HANDLER"),
    "order": (order, UNIT, "ROLE_HANDLER"),
    "rate": (rate, HUB, "ROLE_ASSESSOR"),
    "supervision": (supervision, HUB, "ROLE_SUPERVISOR"),
    "call-back": (call_back, HUB, "ROLE_CALL_BACK"),
    "knowledge": (knowledge, HUB, "ROLE_OPERATOR"),
    "insight": (insight, HUB, "ROLE_SUPERVISOR"),
    "board": (board, HUB, "ROLE_SUPERVISOR"),
    "people": (system, HUB, "ROLE_TENANT_ADMIN"),
    "public": (public, HUB, "ROLE_OPERATOR"),
    "calendar": (calendars, HUB, "ROLE_TENANT_ADMIN"),
}


def keep(folder: Path) -> Iterator[Path]:
    """Each scene, as it is kept. Raises NotStarted, CannotStart."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, ExitStack() as stack:
        instance = stack.enter_context(running(Path(data) / "city"))
        browser = stack.enter_context(chromium())
        house = House(instance.door, instance.credentials)
        stack.callback(house.close)
        for name, (scene, unit_id, role) in SCENES.items():
            with _page(browser, instance, unit_id, role) as page:
                scene(page, house)
                file = folder / f"{name}.png"
                page.screenshot(path=file)
            yield file


@contextmanager
def _page(browser: Browser, instance: Instance, unit_id: str, role: str) -> Iterator[Page]:
    row = next(row for row in instance.credentials if row["unit_id"] == unit_id and role in row["roles"] and "login" in row)
    context = context_of(browser, instance.page)
    page = context.new_page()
    log_in(page, row)
    yield page
    context.close()


if __name__ == "__main__":
    for kept in keep(FOLDER):
        print(f"{kept.relative_to(ROOT)} {kept.stat().st_size // 1024} kB")
