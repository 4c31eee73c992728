"""Every link that somebody is shown leads to a page that is theirs."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from playwright.sync_api import Page

from services.assessment.rules.bursts import FEWEST
from simulator.people import House
from tests.console.matters import HUB, UNIT, answered, closed, dispatched, formed

TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
PEOPLE = [
    *((HUB, role) for role in ("TENANT_ADMIN", "OPERATOR", "DISPATCHER", "REVIEWER", "CALL_BACK", "SUPERVISOR", "ASSESSOR")),
    *((HUB, role) for role in ("KB_EDITOR", "KB_REVIEWER", "OPERATIONS")),
    *((UNIT, role) for role in ("HANDLER", "UNIT_LEAD")),
]
LINK = re.compile(r'(?:href|hx-get)="(/[^"]*)"')
# What streams, ends the session, or is handed out as a file of its own.
NOT_FOLLOWED = re.compile(r"/(logout|board/stream|assets/)")
# Of an address: what differs between two pages of one kind.
VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*|[A-Z]+[0-9]+(-[0-9]+)?|[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
OF_A_KIND = 2


@pytest.fixture(scope="module")
def lived() -> set[House]:
    """The hotlines that have it."""
    return set()


@pytest.fixture
def matters(house: House, lived: set[House]) -> None:
    """Something in most states that a person meets, once in each hotline."""
    if house in lived:
        return
    lived.add(house)
    for number in range(FEWEST + 1):
        formed(house, f"{TEXT}（{number}）", place={"district": "boshan", "address": f"演示村{number}号"})
    dispatched(house, TEXT)
    closed(house, TEXT)
    answered(house, TEXT)


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize(("unit_id", "role"), PEOPLE)
def test_every_link_leads_to_a_page_that_is_theirs(unit_id: str, role: str, enter: Callable[..., Page]) -> None:
    page = enter(unit_id, f"ROLE_{role}")
    followed = dict(_followed(page))
    assert len(followed) > OF_A_KIND
    assert {path: status for path, status in followed.items() if status != 200} == {}


def _followed(page: Page) -> Iterator[tuple[str, int]]:
    """From the first page on, a few addresses of each kind with what they were answered by."""
    waiting, seen, kinds = deque(["/"]), set[str](), Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = VARIES.sub("", path)
        if path in seen or kinds[kind] == OF_A_KIND or NOT_FOLLOWED.match(path):
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = page.request.get(path)
        yield path, answer.status
        if "text/html" in answer.headers["content-type"]:
            waiting.extend(unescape(link).partition("#")[0] for link in LINK.findall(answer.text()))
