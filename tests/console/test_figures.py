"""What a page costs: what of it goes over the line, compressed, and how long the gateway takes to make it."""

from __future__ import annotations

import gzip
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from simulator.instance import Instance
from simulator.people import House
from tests.console.matters import HUB, UNIT, dispatched, formed, passed

Enter = Callable[..., Page]
MOST_BYTES, MOST_MILLISECONDS = 300_000, 200.0
TIMES = 5
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
PAGES = {
    (HUB, "ROLE_OPERATOR"): ("/operator", "/tickets"),
    (HUB, "ROLE_DISPATCHER"): ("/dispatch", "/decisions"),
    (UNIT, "ROLE_HANDLER"): ("/unit", "/assists"),
    (HUB, "ROLE_REVIEWER"): ("/review", "/callback"),
    (HUB, "ROLE_SUPERVISOR"): ("/supervision", "/supervisions"),
    (HUB, "ROLE_ASSESSOR"): ("/assessment", "/assessment/rates", "/assessment/rates/sign_in"),
}
TOOK = "performance.getEntriesByType('navigation')[0]"


@pytest.mark.proof
def test_no_page_is_over_300_kb_compressed_or_over_200_ms_of_the_servers_time(house: House, enter: Enter, instance: Instance) -> None:
    ticket = formed(house, TEXT)
    order = dispatched(house, TEXT)
    # Figures count days that are over.
    passed(house, 24 * 60)
    for who, paths in PAGES.items():
        page = enter(*who)
        own = {"ROLE_OPERATOR": f"/tickets/{ticket.ticket_id}", "ROLE_HANDLER": f"/orders/{order.order_id}"}.get(who[1])
        for path in (*paths, *([own] if own else [])):
            weight, milliseconds = _weight(page, instance.page, path), _least(page, path)
            print(f"{path.split('/')[1]}: {weight / 1000:.0f} kB, {milliseconds:.0f} ms")
            assert weight < MOST_BYTES
            assert milliseconds < MOST_MILLISECONDS


def _weight(page: Page, address: str, path: str) -> int:
    """All that a first visit takes over the line."""
    cookies: Any = page.context.cookies()
    told = {"Cookie": "; ".join(f"{each['name']}={each['value']}" for each in cookies), "Accept-Encoding": "gzip"}
    html = _fetched(address + path, told)
    parts = set(re.findall(r"/assets/[0-9a-f]+/[a-z.]+", gzip.decompress(html).decode()))
    assert parts
    return len(html) + sum(len(_fetched(address + part, told)) for part in parts)


def _fetched(address: str, told: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=told)) as answer:
        assert answer.url == address
        assert answer.headers["Content-Encoding"] == "gzip"
        body: bytes = answer.read()
    return body


def _least(page: Page, path: str) -> float:
    """The least of some visits, for other work on the machine is not the page's."""
    took = []
    for _ in range(TIMES):
        page.goto(path)
        took.append(float(page.evaluate(f"{TOOK}.responseStart - {TOOK}.requestStart")))
    return min(took)
