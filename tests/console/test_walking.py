"""Every link that somebody is shown leads to a page that is theirs, and every form is answered in words that they know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from services.assessment.rules.bursts import FEWEST
from services.gateway.console.problems import A_FIELD
from tests.console.conftest import Hotline, hotline_under
from tests.console.matters import HUB, UNIT, answered, closed, dispatched, formed, replied
from tests.console.walking import OF_A_KIND, Seen, followed, sent

DISTRICT = "zhangdian-hub"
TEXT = "演示路的路灯坏了一周，晚上出行很不方便，请尽快安排维修。"
# The administrator last: what it sends takes people's places from them.
PEOPLE = [
    *((HUB, role) for role in ("OPERATOR", "DISPATCHER", "REVIEWER", "CALL_BACK", "SUPERVISOR", "ASSESSOR")),
    *((HUB, role) for role in ("KB_EDITOR", "KB_REVIEWER", "OPERATIONS")),
    *((UNIT, role) for role in ("HANDLER", "UNIT_LEAD")),
    *((DISTRICT, role) for role in ("OPERATOR", "SUPERVISOR", "HANDLER", "UNIT_LEAD")),
    (HUB, "TENANT_ADMIN"),
]
# What only a program calls so.
IDENTIFIER = re.compile(r"[a-z]+_[a-z_]+|[0-9a-f]{8}-[0-9a-f]{4}-|\b[A-Z]+_[A-Z_]+")
RAW = re.compile(r"\{&#34;.{,40}|.{,20}[0-9a-f]{8}-[0-9a-f]{4}-")
# A key is told from another by its number alone.
BY_IDS = "/system/keys"
TYPED = ("NO_SUCH", "<script>")


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """One of its own, with something in most states that a person meets: what is sent here changes all of it."""
    with hotline_under(tmp_path_factory.mktemp("walked")) as found:
        for number in range(FEWEST + 1):
            formed(found.house, f"{TEXT}（{number}）", place={"district": "boshan", "address": f"演示村{number}号"})
        for bring in (dispatched, closed, answered, replied):
            bring(found.house, TEXT)
        dispatched(found.house, TEXT, "zhangdian")
        yield found


@pytest.mark.parametrize(("unit_id", "role"), PEOPLE)
def test_every_link_leads_to_a_page_that_is_theirs_and_every_form_is_answered_in_their_words(
    unit_id: str, role: str, enter: Callable[..., Page]
) -> None:
    page = enter(unit_id, f"ROLE_{role}")
    pages = list(followed(page))
    assert len(pages) > OF_A_KIND
    assert {seen.path: seen.status for seen in pages if seen.status != 200} == {}
    assert {seen.path: found[0] for seen in pages if (found := RAW.search(seen.words)) and not seen.path.startswith(BY_IDS)} == {}
    assert [wrong for seen in sent(page, pages) if (wrong := _wrong(seen))] == []


def _wrong(seen: Seen) -> str:
    """What nobody should be answered, with where."""
    told = seen.words
    for each in TYPED:
        told = told.replace(each, "")
    refused = seen.status >= 400
    if seen.status in (403, 405) or seen.status >= 500 or (refused and (A_FIELD in told or IDENTIFIER.search(told))):
        return f"{seen.status} {seen.path} {seen.words[:200]}"
    return ""
