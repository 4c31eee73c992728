"""督办台 in a browser: a supervision with its evidence and ladder, from its proposal to its end (Art. 15, 16)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from chassis.settings import process_environment
from simulator.people import House
from tests.console.desks import SAYS, do, is_shown
from tests.console.matters import HUB, LATE_MINUTES, did, dispatched, looked_at, passed, replied

Enter = Callable[..., Page]
# Of whom no other story is told.
UNIT = "water-resources"
SUPERVISOR, HANDLER = (HUB, "ROLE_SUPERVISOR"), (UNIT, "ROLE_HANDLER")
TEXT = "演示路的井盖松动多日，车辆经过有异响，请尽快维修。"
# So many alike are a sign (Art. 19).
COPIES, SAME = 5, "经现场核查，井盖已更换并加固，恢复正常通行，感谢您的监督"
CARER = ("urban-management", "ROLE_HANDLER")
OPENS = {"DOCX": b"PK", "PDF": b"%PDF"}


def rendered(folder: Path) -> None:
    """The job, as an operator has it run."""
    told = process_environment(DATA=str(folder), PROFILE="demo", CLOCK="virtual")
    subprocess.run([sys.executable, "-m", "chassis.job", "assessment", "render_documents"], env=told, check=True, capture_output=True)


def test_a_supervision_from_its_proposal_to_its_end(
    house: House, enter: Enter, folder: Path, accessible: Callable[[Page], None]
) -> None:  # fmt: skip
    order = did(house.of_unit(UNIT, "ROLE_HANDLER"), "sign_in", dispatched(house, TEXT, UNIT))
    passed(house, LATE_MINUTES)
    page = enter(*SUPERVISOR)
    page.goto("/supervision")
    assert is_shown(page, SAYS, order.number)
    assert "红灯" in page.inner_text(".facts")
    accessible(page)
    page.locator("tr", has_text=order.number).locator("a", has_text="亮灯记录").click()
    assert "到时亮灯" in page.inner_text("tbody >> nth=0")
    accessible(page)

    page.goto(f"/supervisions?state=PROPOSED&unit_id={UNIT}")
    looked_at(house, page, "document.querySelector('tbody a')")
    page.locator("tbody tr", has_text="第十五条第(一)项").first.locator("a").click()
    page.wait_for_url("**/supervisions/*")
    case = page.url
    assert page.locator("section[aria-labelledby=evidence] a", has_text=order.number).get_attribute("href") == f"/orders/{order.order_id}"
    accessible(page)
    do(page, "下达督办")
    assert "督办中" in page.inner_text(".facts")

    unit = enter(*HANDLER)
    unit.click("nav >> text=督办答复")
    unit.locator("tbody tr", has_text="督办中").locator("a").first.click()
    unit.wait_for_url(case)
    accessible(unit)
    do(unit, "反馈整改情况", answer="已更换井盖并排查周边道路")
    assert unit.locator("details[name=verb]").count() == 0

    page.goto(case)
    assert "已更换井盖" in page.inner_text("section[aria-labelledby=matter]")
    assert page.locator("[name=rung] option").all_text_contents() == ["", "协调会商", "报同级人民政府"]
    do(page, "提级", rung="COORDINATION", reason="涉及多家单位，请协调确定主办单位")
    assert "协调会商" in page.inner_text("section[aria-labelledby=ladder]")
    do(page, "登记提级结果", settled="on", result="已确定由城市管理部门主办")
    assert "已解决" in page.inner_text("section[aria-labelledby=ladder]")
    rendered(folder)
    page.reload()
    for name, opens in OPENS.items():
        with page.expect_download() as download:
            page.locator("section[aria-labelledby=files] a", has_text=name).first.click()
        assert Path(download.value.path()).read_bytes().startswith(opens)
    accessible(page)
    do(page, "督办销号", conclusion="整改到位")
    assert "督办办结" in page.inner_text(".facts")


def test_a_supervisor_proposes_with_an_order_in_hand(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    order = did(house.of_unit(UNIT, "ROLE_HANDLER"), "sign_in", dispatched(house, TEXT, UNIT))
    page = enter(*SUPERVISOR)
    page.goto(f"/orders/{order.order_id}")
    page.click("text=提出督办")
    page.wait_for_url("**/supervisions?*")
    do(page, "提出督办", reason="多次承诺后未见动工")
    assert "多次承诺后未见动工" in page.inner_text("section[aria-labelledby=matter]")
    assert order.number in page.inner_text("section[aria-labelledby=evidence]")
    do(page, "不予督办", reason="承办单位已排定工期")
    assert "不予督办" in page.inner_text(".facts")
    accessible(page)


def test_a_finding_is_confirmed_with_its_orders_and_put_right(house: House, enter: Enter, accessible: Callable[[Page], None]) -> None:
    numbers = [replied(house, TEXT, SAME).number for _ in range(COPIES)]
    page = enter(*SUPERVISOR)
    page.goto("/supervision")
    looked_at(house, page, "document.body.innerText.includes('答复雷同')")
    page.click("section[aria-labelledby=found] >> text=答复雷同")
    page.wait_for_url("**/findings/*")
    behind = page.inner_text("section[aria-labelledby=evidence]")
    assert all(number in behind for number in numbers)
    accessible(page)
    do(page, "认定并督促整改", opinion="答复未说明个案情况，请逐件重新核实")
    # Accountability is for what is not put right within its term.
    assert page.locator("summary", has_text="问责通报").count() == 0
    unit = enter(*CARER)
    unit.goto("/supervision/findings")
    unit.locator("tbody a", has_text="答复雷同").click()
    assert "请逐件重新核实" in unit.inner_text("section[aria-labelledby=matter]")
    do(page, "整改到位", conclusion="已逐件核实并补充答复")
    assert "已整改到位" in page.inner_text(".facts")


def test_lists_of_the_desk_are_usable_by_everybody(enter: Enter, accessible: Callable[[Page], None]) -> None:
    page = enter(*SUPERVISOR)
    for path in ("/supervisions", "/supervision/findings", "/supervision/urgings"):
        page.goto(path)
        assert page.locator("nav.within a[aria-current]").get_attribute("href") == path
        accessible(page)
