"""15: grounds are found and proposed, a person issues, the unit is told and answers, and it ends; nobody but people decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from google.protobuf.json_format import Parse

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.assessment.v1 import events_pb2
from hotline.assessment.v1 import supervision_pb2 as pb
from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1.events_pb2 import TicketFormed
from hotline.kb.v1 import events_pb2 as kb
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.store.tables import metadata
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.overseers import DISTRICT, HANDLER, OTHER, STRANGER, SUPERVISOR, Desk, told
from tests.services.assessment.telling import BAD, BEGIN, DAY, HOUR, REPORT, Life, closed, stamp, tell
from tests.services.refused import Refused


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    return Desk(served, clock)


def late(desk: Desk, order_id: str = "o-1", unit_id: str = "u-0", **about: Any) -> Life:
    """An order that fell due and is not answered."""
    life = Life(order_id, unit_id, **about).deliver(BEGIN, BEGIN + 7 * DAY).do("sign_in", BEGIN + HOUR)
    tell(desk.store, life.events)
    return life


def issued(desk: Desk) -> Any:
    late(desk)
    desk.look(9)
    return desk.supervise("Issue", supervision_id=desk.found()["15-1", "u-0"].supervision_id)


def outbox(desk: Desk) -> list[events_pb2.SupervisionIssued]:
    table = metadata.tables["outbox"]
    wanted = table.select().where(table.c.type == "hotline.assessment.v1.SupervisionIssued").order_by(table.c.seq)
    rows = desk.store.across(lambda tx: tx.all(wanted))
    return [Parse(row["payload"], events_pb2.SupervisionIssued()) for row in rows]


def test_issue_supervision_is_a_persons_and_the_unit_answers_it(desk: Desk, clock: SetClock) -> None:
    late(desk)
    desk.look(8)
    (proposed,) = desk.listed()
    assert (proposed.ground, proposed.unit_id, proposed.state, proposed.number) == ("15-1", "u-0", pb.SUPERVISION_STATE_PROPOSED, "")
    assert [(each.rate, each.subject_id, each.number, each.day) for each in desk.evidence(proposed.supervision_id)] == [
        ("on_time", "o-1", "FZ-o-1", "2025-03-10")
    ]
    # Nothing was issued by the program, and the unit knows nothing of it.
    assert (outbox(desk), list(desk.listed(HANDLER))) == ([], [])
    with pytest.raises(Refused, match="没有这件督办"):
        desk.supervise("Answer", HANDLER, supervision_id=proposed.supervision_id, answer="已整改")
    one = desk.supervise("Issue", supervision_id=proposed.supervision_id)
    # Five working days after Tuesday the 11th, 24:00.
    assert (one.number, one.due_at.ToDatetime().isoformat()) == ("DB20250001", "2025-03-18T16:00:00")
    (event,) = outbox(desk)
    assert (event.unit_id, event.number, event.ground, event.due_at) == ("u-0", "DB20250001", "15-1", one.due_at)
    with pytest.raises(Refused, match="现为“督办中”"):
        desk.supervise("Issue", supervision_id=one.supervision_id)
    with pytest.raises(Refused, match="只能由被督办单位"):
        desk.supervise("Answer", OTHER, supervision_id=one.supervision_id, answer="已整改")
    answered = desk.supervise("Answer", HANDLER, supervision_id=one.supervision_id, answer="已办结并整改")
    assert (answered.state, answered.answer) == (pb.SUPERVISION_STATE_ANSWERED, "已办结并整改")
    closed_ = desk.supervise("Close", supervision_id=one.supervision_id, conclusion="整改到位")
    assert (closed_.state, closed_.conclusion, closed_.ended_at.ToDatetime()) == (
        pb.SUPERVISION_STATE_CLOSED, "整改到位", clock.now().replace(tzinfo=None),
    )  # fmt: skip
    steps = desk.ask("AssessmentService/ListJournalEntries", subject_id=one.supervision_id).entries
    assert [(step.verb, step.article) for step in steps] == [
        (f"{verb}_supervision", "15-1") for verb in ("propose", "issue", "answer", "close")
    ]  # fmt: skip


def test_issue_supervision_is_one_effect_however_often_it_is_asked(desk: Desk) -> None:
    late(desk)
    desk.look(8)
    asked = {"supervision_id": desk.found()["15-1", "u-0"].supervision_id, "request_id": "once"}
    assert desk.supervise("Issue", **asked) == desk.supervise("Issue", **asked)
    assert len(outbox(desk)) == 1


def test_propose_supervision_gathers_until_it_is_issued_and_what_comes_then_waits(desk: Desk) -> None:
    late(desk)
    desk.look(8)
    desk.look()
    late(desk, "o-2")
    desk.look(1)
    (proposed,) = desk.listed()
    assert [each.subject_id for each in desk.evidence(proposed.supervision_id)] == ["o-1", "o-2"]
    desk.supervise("Issue", supervision_id=proposed.supervision_id)
    late(desk, "o-3")
    desk.look(1)
    assert len(desk.listed()) == 1
    desk.supervise("Close", supervision_id=proposed.supervision_id, conclusion="整改到位")
    desk.look(1)
    (again, _) = desk.listed()
    assert [each.subject_id for each in desk.evidence(again.supervision_id)] == ["o-3"]
    # Set aside, the same evidence proposes nothing again.
    assert desk.supervise("SetAside", supervision_id=again.supervision_id, reason="系统故障").conclusion == "系统故障"
    desk.look(1)
    assert [each.state for each in desk.listed()] == [pb.SUPERVISION_STATE_SET_ASIDE, pb.SUPERVISION_STATE_CLOSED]


def test_void_supervision_when_all_its_evidence_fell_away(desk: Desk) -> None:
    life = late(desk)
    late(desk, "o-2", "u-1")
    desk.look(8)
    # An answer told late had come in time; a fact that a person excluded is no evidence either.
    tell(desk.store, life.reply(BEGIN + DAY, BEGIN + 7 * DAY).events)
    assessor = Caller("person", "p-9", "zibo", "hub", frozenset({"ROLE_ASSESSOR"}))
    desk.ask("AssessmentService/ExcludeFact", assessor, subject_id="o-2", round=1, rate="on_time", reason="系统故障")
    with pytest.raises(Refused, match="依据已全部消除") as caught:
        desk.supervise("Issue", supervision_id=desk.found()["15-1", "u-0"].supervision_id)
    assert caught.value.article == "15-1"
    desk.look(1)
    assert {each.state for each in desk.listed()} == {pb.SUPERVISION_STATE_VOID}


def test_the_six_grounds_are_found_by_the_table(desk: Desk) -> None:
    city, begin = desk.store, BEGIN
    # (2) one order reworked twice; one matter called in again three times, by a chain of tickets.
    life = Life("o-r", "u-1").deliver(begin, begin + 7 * DAY).do("sign_in", begin + HOUR).reply(begin + DAY, begin + 7 * DAY)
    life.do("pass_review", begin + DAY)
    for number in (2, 3):
        life.deliver(begin + number * DAY, begin + 9 * DAY, verb="rework").do("sign_in", begin + number * DAY + HOUR)
        life.reply(begin + number * DAY + 2 * HOUR, begin + 9 * DAY).do("pass_review", begin + number * DAY + 3 * HOUR)
    tell(city, life.events)
    for number, came in enumerate(("t-2", "t-3", "t-4")):
        of = f"t-{number + 1}"
        tell(city, closed(f"o-{of}", "u-2", ticket_id=of).events)
        told(city, TicketFormed(ticket_id=came, recurs_ticket_id=of, formed_at=stamp(begin + (9 + number) * DAY)))
    # (3) a first report missed; of two rounds one signed in too late.
    urgent = Life("o-u", "u-3").date(REPORT, begin + 2 * HOUR)
    urgent.clocks = {(1, kind, version): clock for (_, kind, version), clock in urgent.clocks.items()}
    for clock in urgent.clocks.values():
        clock.round = 1
    tell(city, urgent.deliver(begin, begin + 20 * DAY).events)
    for order_id in ("o-s1", "o-s2"):
        slow = Life(order_id, "u-4").deliver(begin, begin + 20 * DAY)
        tell(city, slow.do("sign_in", begin + (2 * HOUR if order_id == "o-s1" else 2 * DAY)).events)
    # (5) upkeep not done in its term; a text refused.
    told(city, kb.UpkeepAsked(upkeep_id="k-1", unit_id="u-5", at=stamp(begin), due_at=stamp(begin + 10 * DAY)), "kb")
    told(city, kb.EntryRefused(entry_id="e-1", unit_id="u-5", entry_version=3, at=stamp(begin)), "kb")
    told(city, kb.EntryRefused(entry_id="e-1", unit_id="u-5", entry_version=3, at=stamp(begin)), "kb")
    desk.look(14)
    # (6) by a person.
    desk.supervise("Propose", unit_id="u-6", reason="群体性事项", order_ids=[])
    grounds = {at: [(each.rate, each.subject_id) for each in desk.evidence(one.supervision_id)] for at, one in desk.found().items()}
    assert grounds == {
        ("15-2", "u-1"): [("rework", "o-r"), ("rework", "o-r")],
        ("15-2", "u-2"): [("recurrence", came) for came in ("t-2", "t-3", "t-4")],
        ("15-3", "u-3"): [("first_report", "o-u")],
        ("15-3", "u-4"): [("sign_in", "o-s2")],
        ("15-5", "u-5"): [("entry_refused", "e-1"), ("knowledge_freshness", "k-1")],
        ("15-6", "u-6"): [],
    }


def test_low_rates_are_the_last_three_of_a_month_of_the_group(desk: Desk) -> None:
    for number, unit_id in enumerate(("u-0", "u-1", "u-2", "u-3", "u-4", "u-5", "u-6")):
        for order in range(4):
            result = BAD if order < number - 3 else 1
            tell(desk.store, closed(f"{unit_id}-{order}", unit_id, result=result).events)
    desk.look(40)
    assert set(desk.found()) == {("15-4", unit_id) for unit_id in ("u-4", "u-5", "u-6")}
    last = desk.evidence(desk.found()["15-4", "u-6"].supervision_id)
    assert [(each.rate, each.subject_id, each.said) for each in last] == [("result_satisfaction", "2025-03", "25.00%，第7名，共7个")]
    desk.look(1)
    assert len(desk.evidence(desk.found()["15-4", "u-6"].supervision_id)) == 1


def test_who_sees_a_supervision_and_what_of_it(desk: Desk) -> None:
    desk.supervise("Propose", unit_id="zd", reason="张某反映长期不处理", order_ids=[])
    assert list(desk.listed(DISTRICT, tenant_id="zibo")) == []
    one = desk.supervise("Issue", supervision_id=desk.found()["15-6", "zd"].supervision_id)
    # A district is told that it is under supervision, and no person's words (17).
    (seen,) = desk.listed(DISTRICT, tenant_id="zibo")
    assert (seen.number, seen.reason, one.reason) == ("DB20250001", "", "张某反映长期不处理")
    assert list(desk.listed(STRANGER, tenant_id="zibo")) == []
    for by in (STRANGER, HANDLER):
        with pytest.raises(Refused, match="没有这件督办"):
            desk.supervise("Get", by, supervision_id=one.supervision_id)
    assert desk.supervise("Answer", DISTRICT, supervision_id=one.supervision_id, answer="已整改").reason == ""
    for verb in ("Close", "Issue"):
        with pytest.raises(Refused, match="没有这件督办"):
            desk.supervise(verb, DISTRICT, supervision_id=one.supervision_id, **({"conclusion": "x"} if verb == "Close" else {}))
    # Its own town it supervises itself; the city's supervisor reads it.
    tell(desk.store, Life("o-t", "town", tenant_id="zhangdian").deliver(BEGIN, BEGIN + 7 * DAY).events)
    desk.look(9)
    assert [(each.ground, each.unit_id) for each in desk.listed(DISTRICT)] == [("15-1", "town")]
    assert len(desk.listed(tenant_id="zhangdian")) == 1


def test_the_ticket_that_came_back_is_not_shown_to_the_unit(desk: Desk) -> None:
    for number, came in enumerate(("t-2", "t-3", "t-4")):
        tell(desk.store, closed(f"o-{number}", "u-0", ticket_id=f"t-{number + 1}").events)
        told(desk.store, TicketFormed(ticket_id=came, recurs_ticket_id=f"t-{number + 1}", formed_at=stamp(BEGIN + 9 * DAY)))
    desk.look(12)
    one = desk.found()["15-2", "u-0"].supervision_id
    desk.supervise("Issue", supervision_id=one)
    assert [each.subject_id for each in desk.evidence(one, HANDLER)] == ["", "", ""]
    assert {each.number for each in desk.evidence(one, HANDLER)} == {"FZ-o-0", "FZ-o-1", "FZ-o-2"} & {
        each.number for each in desk.evidence(one)
    }


def test_the_term_is_counted_by_the_tenants_calendar_and_overdue_ones_are_listed(desk: Desk, clock: SetClock) -> None:
    days = [directory.CalendarDay(date="2025-03-13", working=False, reason="本市活动")]
    told(desk.store, directory.CalendarRevised(tenant_id="zibo", revision="r-1", days=days, version=1))
    one = issued(desk)
    assert one.due_at.ToDatetime().isoformat() == "2025-03-20T16:00:00"
    assert list(desk.listed(overdue=True)) == []
    clock.set(datetime.fromisoformat("2025-03-21T00:00:00+08:00"))
    assert list(desk.listed(overdue=True)) == []
    clock.set(datetime.fromisoformat("2025-03-21T00:00:01+08:00"))
    assert [each.overdue for each in desk.listed(overdue=True)] == [True]
    desk.supervise("Answer", HANDLER, supervision_id=one.supervision_id, answer="已整改")
    assert list(desk.listed(overdue=True)) == []


def test_bad_input_says_which_field_and_changes_nothing(desk: Desk) -> None:
    late(desk, "o-8", "u-1")
    asked: dict[str, Any] = {"unit_id": "u-0", "reason": "需要督办"}
    for field, value in (("unit_id", "nobody"), ("unit_id", "town"), ("reason", " "), ("order_ids", ["o-8"]), ("order_ids", ["o-9"])):
        with pytest.raises(Refused) as caught:
            desk.supervise("Propose", **{**asked, field: value})
        assert caught.value.field.startswith(field)
    assert list(desk.listed()) == []
    one = issued(desk).supervision_id
    for verb, field, by in (("Answer", "answer", HANDLER), ("Close", "conclusion", SUPERVISOR)):
        with pytest.raises(Refused) as caught:
            desk.supervise(verb, by, supervision_id=one, **{field: " "})
        assert caught.value.field == field


def test_lists_cost_the_same_however_long_they_are_and_go_by_an_index(desk: Desk) -> None:
    for number in range(3):
        late(desk, f"o-{number}")
    one = issued(desk).supervision_id
    for unit_id in ("u-1", "u-2"):
        desk.supervise("Propose", unit_id=unit_id, reason="x")
    lists: list[tuple[str, dict[str, Any], str]] = [
        ("ListSupervisions", {}, "supervisions"),
        ("ListSupervisions", {"unit_id": "u-0"}, "supervisions"),
        ("ListSupervisions", {"state": pb.SUPERVISION_STATE_PROPOSED}, "supervisions"),
        ("ListSupervisions", {"overdue": True}, "supervisions"),
        ("ListEvidence", {"supervision_id": one}, "evidence"),
    ]
    for method, asked, name in lists:
        costs = []
        for size in (1, 50):
            with statements(desk.store) as seen:
                answer = desk.ask(f"SupervisionService/{method}", page=Page(size=size), **asked)
            costs.append(len(seen))
            assert len(getattr(answer, name)) <= size
        assert costs[0] == costs[1] <= 3, method
        if desk.store.is_sqlite:
            assert plan(desk.store, seen[-1]).startswith("SEARCH"), (method, asked)


def test_looking_costs_the_same_however_much_there_is_and_is_done_once_a_day(desk: Desk) -> None:
    costs = []
    for count in (2, 30):
        for number in range(count):
            late(desk, f"o-{count}-{number}")
        with statements(desk.store) as seen:
            desk.look(8)
        costs.append(len(seen))
    assert costs[0] == costs[1], costs
    with statements(desk.store) as seen:
        desk.look()
    assert len(seen) == 1
    # Of the facts' own table, only what has not been evidence is read.
    if desk.store.is_sqlite:
        assert "SEARCH" in plan(desk.store, seen[0])
