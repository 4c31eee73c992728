"""What comes to the doors is counted by verbs that the code names, and by what came of it."""

from __future__ import annotations

from collections import Counter

import pytest
from prometheus_client import REGISTRY

from services.gateway.counting import OUTCOMES, outcome_of
from services.gateway.json_api import entering
from tests.services.gateway.conftest import Fronted

NAME = "hotline_door_requests_total"


def counted() -> Counter[tuple[str, str, str]]:
    """What was counted so far, without what is 0."""
    samples = (sample for metric in REGISTRY.collect() for sample in metric.samples if sample.name == NAME)
    rows = {(each.labels["door"], each.labels["verb"], each.labels["outcome"]): int(each.value) for each in samples}
    return Counter({labels: value for labels, value in rows.items() if value})


def test_every_door_is_counted_by_verb_and_by_what_came_of_it(fronted: Fronted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "PER_ADDRESS", "4/minute")
    front, before = fronted("intake"), counted()
    front.do("intake/ListTickets")
    front.do("intake/ListTickets", page=1)
    front.do("intake/NoSuchVerb")
    front.send("POST", "/api/v1/intake/13805331234")
    front.send("GET", "/public/track")
    front.send("GET", "/open311/v2/discovery.json")
    for _ in range(3):
        front.do("intake/ListTickets")
    assert counted() - before == Counter(
        {
            ("json_api", "intake/ListTickets", "done"): 3,
            ("json_api", "intake/ListTickets", "refused"): 1,
            ("json_api", "intake/ListTickets", "limited"): 1,
            ("json_api", "none", "refused"): 2,
            ("public", "GET /public/track", "done"): 1,
            ("open311", "GET /open311/v2/{name}.{form}", "done"): 1,
        }
    )


def test_each_code_has_its_outcome() -> None:
    assert [outcome_of(code) for code in (200, 404, 429, 503)] == list(OUTCOMES)
