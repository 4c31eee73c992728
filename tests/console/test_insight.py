"""专题与分析 in a browser: calls are counted, a burst is seen to, a topic is studied by a unit, a report is fetched (14, 18)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from chassis.settings import process_environment
from simulator.people import House
from tests.console.desks import SAYS, do, is_shown
from tests.console.matters import HUB, UNIT, dispatched, passed

Enter = Callable[..., Page]
SUPERVISOR, HANDLER, DISPATCHER = (HUB, "ROLE_SUPERVISOR"), (UNIT, "ROLE_HANDLER"), (HUB, "ROLE_DISPATCHER")
CATEGORY = "01.01.02"
TEXT = "花园小区三号楼暖气一直不热，家里只有十五度，老人孩子受不了，请尽快处理。"
CALLS = 8
OPENS = {"PAGE": b"<!doctype html>", "DOCX": b"PK", "PDF": b"%PDF", "XLSX": b"PK"}


def run(folder: Path, job: str) -> None:
    """As its schedule would."""
    told = process_environment(DATA=str(folder), PROFILE="demo", CLOCK="virtual")
    subprocess.run([sys.executable, "-m", "chassis.job", "assessment", job], env=told, check=True, capture_output=True)


def seen(page: Page, path: str, text: str) -> None:
    """A page that says so, once its service heard of it."""
    page.goto(path)
    assert is_shown(page, SAYS, text)


def act(page: Page, row: str, term: str, **fields: str) -> None:
    """What may be done to a row of a list."""
    panel = page.locator("tbody tr", has_text=row).first.locator("details[name=verb]", has_text=term)
    panel.locator("summary").press("Enter")
    for name, value in fields.items():
        panel.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        panel.locator("button.btn-primary").press("Enter")


def test_what_comes_in_is_counted_found_put_before_a_unit_and_reported(
    house: House, enter: Enter, folder: Path, accessible: Callable[[Page], None]
) -> None:  # fmt: skip
    for _ in range(CALLS):
        dispatched(house, TEXT, UNIT, category=CATEGORY, place={"district": "linzi"})
    page = enter(*SUPERVISOR)
    seen(page, f"/insight?by=CATEGORY&category={CATEGORY[:5]}&district=linzi", f"{CALLS} 件")
    page.wait_for_selector("section[aria-labelledby=counted] canvas")
    page.wait_for_selector("section[aria-labelledby=by-day] canvas")
    assert page.locator("#counts tbody tr").count() == 1
    accessible(page)
    for way in ("PLACE", "UNIT", "CHANNEL", "NATURE", "HOUR"):
        page.goto(f"/insight?by={way}&district=linzi")
        assert sum(int(cell) for cell in page.locator("#counts tbody td:nth-child(2)").all_inner_texts()) == CALLS

    seen(page, "/insight/bursts", f"{CALLS} 件")
    accessible(page)
    row = f"{CALLS} 件"
    number = page.locator("tbody tr", has_text=row).locator("a").first
    number.click()
    assert page.locator("tbody a").count() == CALLS
    accessible(page)
    enter(*DISPATCHER).goto("/insight")
    page.goto("/insight/bursts")
    act(page, row, "处置集中诉求预警", remark="已请供热企业抢修")
    assert "已处置" in page.locator("tbody tr", has_text=row).inner_text()

    run(folder, "find_topics")
    page.goto("/insight/topics")
    accessible(page)
    page.locator("tbody tr", has_text="暖气").locator("a").click()
    assert page.locator("section[aria-labelledby=behind] tbody a").count() == CALLS
    do(page, "交办专题", unit_id=UNIT, demand="请研究暖气不热的原因", due_day=f"{passed(house, 0).date()}")
    assert "待研究" in page.inner_text("section[aria-labelledby=studies]")
    accessible(page)

    unit = enter(*HANDLER)
    unit.click("nav >> text=专题研究")
    accessible(unit)
    act(unit, "请研究暖气不热的原因", "反馈专题研究", causes="管网老化", mechanism="每年供暖前检修并公示")
    assert "已反馈" in unit.inner_text("tbody")
    unit.locator("tbody a").first.click()
    assert unit.locator("tbody tr").count() == CALLS
    page.goto("/studies")
    act(page, "请研究暖气不热的原因", "办结专题研究", conclusion="机制已建立")
    assert "机制已建立" in page.locator("tbody tr", has_text="请研究暖气不热的原因").inner_text()

    passed(house, 24 * 60)
    run(folder, "compose_reports")
    page.goto("/insight/reports?every=DAY")
    accessible(page)
    for format_, begins in OPENS.items():
        with page.expect_download() as fetched:
            page.locator("tbody tr").first.locator(f"a[href$='format={format_}']").click()
        assert fetched.value.path().read_bytes().startswith(begins)
