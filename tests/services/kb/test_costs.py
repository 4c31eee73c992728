"""A list, a search and a tick cost what they show, whatever else there is, and read an index."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis.caller import Caller
from services.kb.actions import upkeeping
from tests.services.asked import plan, statements
from tests.services.kb.shelves import DISTRICT_EDITOR, EDITOR, HANDLER, OPERATOR, Library

COSTS = [1, 1, 2, 3, 5, 3, 5, 3, 1, 1, 2, 1, 2, 1, 2]


def fill(library: Library, start: int, count: int) -> str:
    entry_id = ""
    for number in range(start, start + count):
        entry_id = library.published(title=f"停水通知第{number}号", review_on="2025-02-10", citywide=True).entry_id
        asked = library.ask(
            "SearchService/RecordSearch", OPERATOR, query=f"外星飞船第{number}号停靠许可证", entry_id=entry_id, unanswered=True
        )
        assert asked.gap_id
        library.ask("FeedbackService/GiveFeedback", OPERATOR, entry_id=entry_id, version=1, verdict=1)
    return entry_id


def test_lists_and_searches_cost_the_same_however_much_there_is(library: Library) -> None:
    entry_id = fill(library, 0, 2)
    asks: list[tuple[str, Any, dict[str, Any]]] = [
        ("EntryService/ListEntries", EDITOR, {}),
        ("EntryService/ListEntries", HANDLER, {}),
        ("EntryService/ListVersions", EDITOR, {"entry_id": entry_id}),
        ("EntryService/GetEntry", OPERATOR, {"entry_id": entry_id}),
        ("EntryService/GetEntry", DISTRICT_EDITOR, {"entry_id": entry_id}),
        ("SearchService/SearchEntries", OPERATOR, {"query": "停水"}),
        ("SearchService/SearchEntries", DISTRICT_EDITOR, {"query": "停水"}),
        ("SearchService/SuggestAnswers", OPERATOR, {"text": "停水"}),
        ("GapService/ListGaps", EDITOR, {}),
        ("GapService/RankGaps", EDITOR, {}),
        ("FeedbackService/ListFeedback", EDITOR, {"entry_id": entry_id}),
        ("UpkeepService/ListUpkeep", EDITOR, {}),
        ("UpkeepService/CountUsage", EDITOR, {}),
        ("PortingService/ExportEntries", EDITOR, {"format": 1}),
        ("JournalService/ListJournalEntries", EDITOR, {"entry_id": entry_id}),
    ]

    def costs() -> list[int]:
        found = []
        for method, by, fields in asks:
            library.ask(method, by, **fields)
            with statements(library.store) as asked:
                library.ask(method, by, **fields)
            found.append(len(asked))
        return found

    few = costs()
    fill(library, 2, 12)
    assert costs() == few == COSTS


@pytest.mark.parametrize(
    ("method", "fields", "reads"),
    [
        ("EntryService/ListEntries", {}, "ix_entries_tenant_id_edited_at_entry_id"),
        ("EntryService/ListEntries", {"unit_id": "water"}, "ix_entries_tenant_id_unit_id_edited_at_entry_id"),
        ("EntryService/ListEntries", {"state": 3}, "ix_entries_tenant_id_state_edited_at_entry_id"),
        ("GapService/ListGaps", {}, "ix_gaps_tenant_id_last_at_gap_id"),
        ("GapService/RankGaps", {}, "ix_gaps_open"),
        ("UpkeepService/ListUpkeep", {}, "ix_upkeep_tenant_id"),
        ("UpkeepService/CountUsage", {"since_day": "2025-01-01"}, "ix_usage_tenant_id_day"),
        ("FeedbackService/ListFeedback", {"entry_id": "one"}, "ix_feedback_entry_id_at_feedback_id"),
    ],
)
def test_lists_read_an_index(library: Library, method: str, fields: dict[str, Any], reads: str) -> None:
    if not library.store.is_sqlite:
        pytest.skip("PostgreSQL plans by size; the indexes are the same")
    one = fill(library, 0, 1)
    fields = {name: one if value == "one" else value for name, value in fields.items()}
    with statements(library.store) as asked:
        library.ask(method, EDITOR, **fields)
    plans = [plan(library.store, each) for each in asked]
    assert any(reads in each for each in plans), plans
    assert not any("SCAN" in each and "SCAN usage USING INDEX" not in each for each in plans), plans


@pytest.mark.parametrize(
    ("method", "by", "fields"),
    [
        ("SearchEntries", OPERATOR, {"query": "停水"}),
        ("SearchEntries", DISTRICT_EDITOR, {"query": "停水"}),
        ("SuggestAnswers", OPERATOR, {"text": "停水"}),
    ],
)
def test_what_is_found_is_read_by_its_key(library: Library, method: str, by: Caller, fields: dict[str, Any]) -> None:
    if not library.store.is_sqlite:
        pytest.skip("PostgreSQL plans by size; the keys are the same")
    fill(library, 0, 2)
    library.ask(f"SearchService/{method}", by, **fields)
    with statements(library.store) as asked:
        assert library.ask(f"SearchService/{method}", by, **fields)
    read = [plan(library.store, each) for each in asked if "FROM versions" in each[0]]
    assert read
    for each in read:
        assert "sqlite_autoindex_versions_1 (entry_id=?" in each
        assert "ix_entries" not in each


def test_an_idle_tick_reads_two_indexes_whatever_is_published(library: Library) -> None:
    fill(library, 0, 3)
    with statements(library.store) as asked:
        library.tick()
    assert len(asked) == 2
    if library.store.is_sqlite:
        assert ["ix_entries_check" in plan(library.store, asked[0]), "ix_upkeep_due" in plan(library.store, asked[1])] == [True, True]


def test_a_tick_takes_all_that_is_due_in_batches(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(library, 0, 5)
    monkeypatch.setattr(upkeeping, "BATCH", 2)
    library.clock.set(library.clock.now() + timedelta(days=60))
    library.tick()
    assert len(library.told("UpkeepAsked")) == 5
    library.clock.set(library.clock.now() + timedelta(days=60))
    library.tick()
    assert len(library.told("UpkeepOverdue")) == 5
