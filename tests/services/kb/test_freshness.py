"""Freshness: review date, source, feedback; the unit is told once, and after its term it is a fact of 15(5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1 import events_pb2 as intake
from hotline.kb.v1 import entry_pb2 as pb
from hotline.kb.v1 import feedback_pb2 as fb
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.kb.actions import upkeeping
from tests.services.kb.shelves import (
    DISTRICT_EDITOR,
    EDITOR,
    HANDLER,
    NEIGHBOUR,
    OPERATOR,
    OUTSIDER,
    REVIEWER,
    SUPERVISOR,
    Library,
    person,
)
from tests.services.refused import Refused


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def say(library: Library, entry: pb.Entry, verdict: int = fb.VERDICT_OUTDATED, people: int = 3) -> None:
    for number in range(people):
        by = person(f"operator-{number}", "OPERATOR")
        library.ask(
            "FeedbackService/GiveFeedback", by, entry_id=entry.entry_id, version=entry.published_version, verdict=verdict, note="见新文件"
        )


def test_a_review_that_went_by_is_told_once_on_the_day_after(library: Library) -> None:
    entry = library.published(review_on="2025-02-10")
    library.clock.set(at("2025-02-10T23:59"))
    library.tick()
    assert library.told("UpkeepAsked") == []
    library.clock.set(at("2025-02-11T00:00"))
    library.tick()
    library.tick()
    (told,) = library.told("UpkeepAsked")
    assert (told.entry_id, told.unit_id, told.grounds) == (entry.entry_id, "water", [pb.GROUND_REVIEW_DUE])
    assert (
        told.due_at.ToDatetime() == at("2025-02-22T00:00").astimezone().replace(tzinfo=None)
        or told.due_at.seconds == at("2025-02-22T00:00").timestamp()
    )
    (hit,) = library.ask("SearchService/SearchEntries", OPERATOR, query="停水").hits
    assert hit.grounds == [pb.GROUND_REVIEW_DUE]


def test_after_its_term_it_is_a_fact_and_stays_one_when_it_is_done_late(library: Library) -> None:
    entry = library.published(review_on="2025-02-10")
    library.clock.set(at("2025-02-11T08:00"))
    library.tick()
    library.clock.set(at("2025-02-22T00:00"))
    library.tick()
    assert library.told("UpkeepOverdue") == []
    library.clock.set(at("2025-02-22T00:01"))
    library.tick()
    library.tick()
    (fact,) = library.told("UpkeepOverdue")
    assert (fact.entry_id, fact.unit_id, fact.due_at.seconds) == (entry.entry_id, "water", at("2025-02-22T00:00").timestamp())
    assert [each.entry_id for each in library.ask("UpkeepService/ListUpkeep", SUPERVISOR, only_overdue=True).upkeep] == [entry.entry_id]
    library.publish(library.revise(library.get(entry), review_on="2026-02-10"))
    (done,) = library.told("UpkeepDone")
    assert done.overdue
    assert library.ask("UpkeepService/ListUpkeep", SUPERVISOR).upkeep == []
    (kept,) = library.ask("UpkeepService/ListUpkeep", SUPERVISOR, with_done=True).upkeep
    assert kept.HasField("overdue_at")
    assert kept.HasField("done_at")


def test_done_in_its_term_it_is_no_fact(library: Library) -> None:
    entry = library.published(review_on="2025-02-10")
    library.clock.set(at("2025-02-11T08:00"))
    library.tick()
    library.publish(library.revise(library.get(entry), review_on="2026-02-10"))
    library.clock.set(at("2025-03-11T08:00"))
    library.tick()
    assert (len(library.told("UpkeepDone")), library.told("UpkeepOverdue")) == (1, [])


@pytest.mark.parametrize(
    ("source", "ground"),
    [({"expires_on": "2025-02-10"}, pb.GROUND_SOURCE_EXPIRED), ({"replaced_by": "新条例"}, pb.GROUND_SOURCE_REPLACED)],
)
def test_a_source_that_expired_or_was_replaced_is_told(library: Library, source: dict[str, str], ground: int) -> None:
    library.published(source={"name": "旧条例", **source})
    library.clock.set(at("2025-02-11T00:00"))
    library.tick()
    (told,) = library.told("UpkeepAsked")
    assert told.grounds == [ground]


def test_too_many_who_call_it_outdated_are_told_and_a_new_text_starts_anew(library: Library) -> None:
    entry = library.published()
    say(library, entry, people=2)
    say(library, entry, fb.VERDICT_WRONG, people=1)
    assert library.told("UpkeepAsked") == []
    say(library, entry, people=3)
    (told,) = library.told("UpkeepAsked")
    assert told.grounds == [pb.GROUND_REPORTED_OUTDATED]
    assert len(library.ask("FeedbackService/ListFeedback", HANDLER, entry_id=entry.entry_id).feedback) == 3
    library.publish(library.revise(entry, public_words="已经更新。"))
    assert len(library.told("UpkeepDone")) == 1
    assert library.get(entry).grounds == []


def test_the_tenants_term_rules(library: Library) -> None:
    library.tell(directory.TenantChanged(tenant_id="zibo", policies={"kb_review_term_days": "1", "kb_outdated_reports": "1"}, version=2))
    entry = library.published()
    say(library, entry, people=1)
    library.clock.set(at("2025-01-08T00:01"))
    library.tick()
    assert [event.entry_id for event in library.told("UpkeepOverdue")] == [entry.entry_id]


def test_work_that_another_unit_took_over_begins_anew(library: Library) -> None:
    entry = library.published(review_on="2025-02-10")
    library.clock.set(at("2025-02-11T08:00"))
    library.tick()
    revised = library.revise(library.get(entry), unit_id="roads", source={"name": "条例", "replaced_by": "新条例"}, review_on="2026-01-01")
    library.publish(revised)
    assert [event.unit_id for event in library.told("UpkeepAsked")] == ["water", "roads"]
    assert [each.unit_id for each in library.ask("UpkeepService/ListUpkeep", SUPERVISOR).upkeep] == ["roads"]


def test_a_retired_entry_is_nobodys_work(library: Library) -> None:
    entry = library.published(review_on="2025-02-10")
    library.clock.set(at("2025-02-11T08:00"))
    library.tick()
    library.do("RetireEntry", entry, REVIEWER, reason="不再适用")
    library.clock.set(at("2026-02-11T08:00"))
    library.tick()
    assert (len(library.told("UpkeepDone")), library.told("UpkeepOverdue")) == (1, [])


def test_one_that_fails_holds_up_no_other(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = library.published(review_on="2025-02-10")
    good = library.published(review_on="2025-02-11")
    library.clock.set(at("2025-02-20T08:00"))
    act = upkeeping.check_entry

    def failing(tx: object, entry: object, content: object) -> None:
        if entry.entry_id == bad.entry_id:  # type: ignore[attr-defined]  # an Entry
            raise ValueError("no")
        act(tx, entry, content)  # type: ignore[arg-type]  # as called

    monkeypatch.setattr(upkeeping, "check_entry", failing)
    library.tick()
    assert [event.entry_id for event in library.told("UpkeepAsked")] == [good.entry_id]
    monkeypatch.undo()
    library.tick()
    assert [event.entry_id for event in library.told("UpkeepAsked")] == [good.entry_id, bad.entry_id]


def test_feedback_is_about_the_text_that_is_found(library: Library) -> None:
    entry = library.published()
    wrong: dict[str, dict[str, Any]] = {"version": {"version": 2, "verdict": 1}, "verdict": {"version": 1}}
    for field, fields in wrong.items():
        with pytest.raises(Refused) as refused:
            library.ask("FeedbackService/GiveFeedback", OPERATOR, entry_id=entry.entry_id, **fields)
        assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.ask("FeedbackService/GiveFeedback", NEIGHBOUR, entry_id=entry.entry_id, version=1, verdict=1)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.ask("FeedbackService/ListFeedback", OUTSIDER, entry_id=entry.entry_id)


def test_a_districts_operator_says_so_of_the_citys_entry(library: Library) -> None:
    entry = library.published(citywide=True)
    library.ask("FeedbackService/GiveFeedback", DISTRICT_EDITOR, entry_id=entry.entry_id, version=1, verdict=fb.VERDICT_HELPFUL)
    (said,) = library.ask("FeedbackService/ListFeedback", EDITOR, entry_id=entry.entry_id).feedback
    assert (said.by, said.verdict) == (DISTRICT_EDITOR.id, fb.VERDICT_HELPFUL)


def test_uses_are_counted_by_entry_and_unit(library: Library) -> None:
    entry, other = library.published(citywide=True), library.published(title="停水通知", unit_id="roads")
    for by, found in ((OPERATOR, entry), (OPERATOR, entry), (DISTRICT_EDITOR, entry), (OPERATOR, other)):
        library.ask("SearchService/RecordSearch", by, query="停水", entry_id=found.entry_id)
    cited = ticket.Citation(entry_id=entry.entry_id, version=1)
    library.tell(intake.TicketSettled(ticket_id="t-1", outcome="answered", citation=cited))
    library.tell(intake.TicketSettled(ticket_id="t-2", outcome="answered", citation=cited), "zhangdian")
    library.tell(intake.TicketSettled(ticket_id="t-3", outcome="answered"))
    library.tell(intake.TicketSettled(ticket_id="t-4", outcome="answered", citation=ticket.Citation(entry_id="gone", version=1)))
    library.clock.set(library.clock.now() + timedelta(days=1))
    counted = library.ask("UpkeepService/CountUsage", EDITOR)
    assert [(each.entry_id, each.opened, each.cited) for each in counted.entries] == [(entry.entry_id, 3, 2), (other.entry_id, 1, 0)]
    assert [(each.unit_id, each.opened, each.cited) for each in counted.units] == [("water", 3, 2), ("roads", 1, 0)]
    assert [each.unit_id for each in library.ask("UpkeepService/CountUsage", OUTSIDER).units] == ["roads"]
    assert library.ask("UpkeepService/CountUsage", EDITOR, since_day="2025-01-07").entries == []
    with pytest.raises(Refused) as refused:
        library.ask("UpkeepService/CountUsage", EDITOR, since_day="2025-01-07", until_day="2025-01-06")
    assert refused.value.field == "until_day"
