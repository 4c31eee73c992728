"""What an administrator looks after in a browser: messages that were parked, texts that failed, and who was shown what is masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from uuid_utils import uuid7

from chassis.bus.envelope import Envelope
from chassis.bus.retries import Retries
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.settings import Settings
from chassis.store import Store, Tx, open_store
from services.notify.lifecycle import Channel, State
from services.notify.store import messages
from services.notify.store.messages import Fresh
from services.notify.store.tables import metadata as notify_tables
from services.sla.store import metadata
from simulator.instance import Instance
from simulator.people import House
from tests.console.matters import HUB, formed
from tests.journeys.verbs import ask, request_of

ADMIN = ("zibo-hub", "ROLE_TENANT_ADMIN")
UNHEARD = "hotline.dispatch.v1.NeverHeard"


@pytest.fixture
def parked(instance: Instance, folder: Path) -> list[str]:
    """The ids of two events of a kind that this sla does not know, given up."""
    assert instance.door
    store = open_store(Settings("sla", data=folder), metadata)
    ids = [str(uuid7()) for _ in range(2)]
    for event_id in ids:
        envelope = Envelope(event_id, UNHEARD, "zibo", "o-1", 1, datetime(2025, 1, 6, tzinfo=UTC), "", {"order": {"orderId": "o-1"}})
        store.write(Retries(store)._by, lambda tx, envelope=envelope: _give_up(store, tx, envelope))  # type: ignore[misc]  # bound here
    store.close()
    return ids


def _give_up(store: Store, tx: Tx, envelope: Envelope) -> None:
    Retries(store).add(tx, "dispatch", envelope, "Unheard（?）")
    tx.change(store.tables["retries"], {"event_id": envelope.event_id}, {"tries": 8, "next_at": None, "parked_at": real_now()})


def test_parked_messages_are_sent_again_or_dropped_from_one_page(
    enter: Callable[..., Page], accessible: Callable[[Page], None], parked: list[str]
) -> None:
    page = enter(*ADMIN)
    page.click("nav >> text=搁置消息")
    accessible(page)
    assert UNHEARD in page.inner_text("main table")
    page.click(f"a[href*='{parked[0]}']")
    page.click("summary:has-text('重新处理')")
    page.click("button:has-text('重新处理')")
    page.wait_for_url("**/parked/sla")
    page.goto("/parked")
    assert "1 条，另有 1 条正在自动重试" in page.inner_text("main")
    page.click(f"a[href*='{parked[1]}']")
    accessible(page)
    page.click("summary:has-text('放弃')")
    page.get_by_label("理由").fill("该类消息已停用")
    page.click("button:has-text('放弃')")
    page.wait_for_url("**/parked/sla")
    page.goto("/parked")
    assert "没有搁置的消息" in page.inner_text("main table")


@pytest.fixture
def failed(instance: Instance, folder: Path) -> str:
    """The ticket of a text that no provider took."""
    assert instance.door
    store = open_store(Settings("notify", data=folder), notify_tables)
    store.write(Caller.timer("notify", "zibo"), _unsent)
    store.close()
    return "t-unsent"


def _unsent(tx: Tx) -> None:
    ends_at = tx.now + timedelta(days=1)
    text = Fresh(
        "unsent", "ticket_formed", Channel.SMS, "zh-CN", "您的诉求已受理，编号{number}", 0, urgent=False, expires_at=ends_at,
        values={"number": "ZB25010600001"}, ticket_id="t-unsent",
    )  # fmt: skip
    messages.set_state(tx, messages.add(tx, text), State.FAILED, tx.now, "号码所属运营商拒收")


def test_a_text_that_failed_is_listed_with_why_and_sent_again(
    enter: Callable[..., Page], accessible: Callable[[Page], None], failed: str
) -> None:
    page = enter(*ADMIN)
    page.goto("/system")
    page.click("main a:has-text('发送失败的通知')")
    row = page.locator("tbody tr", has_text=failed).first
    assert "号码所属运营商拒收" in row.inner_text()
    accessible(page)
    row.locator("a").first.click()
    page.click("summary:has-text('再发送')")
    accessible(page)
    with page.expect_navigation(url="**/system/failed_messages"):
        page.click("button:has-text('再发送')")
    assert len(row.locator("td").nth(7).inner_text().strip()) > len(failed)
    row.locator("a").first.click()
    page.click("summary:has-text('再发送')")
    page.click("button:has-text('再发送')")
    page.wait_for_selector("[role=alert]:has-text('已经再次发送过')")


def test_who_was_shown_a_caller_is_counted_listed_and_exported_without_the_caller(
    house: House, enter: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    ticket, operator = formed(house, "演示路路灯不亮"), house.of_unit(HUB, "ROLE_OPERATOR")
    ask(operator, "reveal_caller", request_of("reveal_caller", {"ticket_id": ticket.ticket_id, "reason": "回电核实地址"}))
    page = enter(*ADMIN)
    page.click("nav >> text=查看审计")
    accessible(page)
    page.click("main table >> nth=0 >> tbody tr a >> nth=0")
    page.wait_for_url("**/system/reveals?*")
    accessible(page)
    assert "诉求人信息" in page.inner_text("#rows")
    assert "回电核实地址" in page.inner_text("#rows")
    told = page.request.get(page.url.split("/system")[0] + "/reveals.csv").text()
    assert told.startswith("\ufeff时间,查看人")
    assert ticket.ticket_id in told
    assert not any(secret in told for secret in ("演示赵", "19900000001"))
