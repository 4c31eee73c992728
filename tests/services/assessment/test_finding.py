"""19: signs are found with the orders behind them, and decided by a person; no words of a reply are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.assessment.v1 import findings_pb2 as pb
from hotline.dispatch.v1.events_pb2 import AnswerPassed
from hotline.intake.v1.events_pb2 import TicketFormed
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.jobs import render_documents
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.documents.words import docx_words
from tests.services.assessment.overseers import HANDLER, OTHER, WORKER, Desk, told
from tests.services.assessment.telling import BEGIN, DAY, HANDLE, VOID, Life, closed, stamp, tell
from tests.services.refused import Refused

REPLY = "经现场核查，您反映的路灯不亮问题已于3月{day}日修复，恢复正常照明，感谢支持。"


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    return Desk(served, clock)


def returned(desk: Desk, unit_id: str = "u-0", count: int = 1) -> None:
    """So many of two orders given back."""
    for number in range(2):
        life = Life(f"r-{unit_id}-{number}", unit_id).deliver(BEGIN, BEGIN + 20 * DAY).do("sign_in", BEGIN)
        if number < count:
            life.do("request_return", BEGIN + DAY).date(HANDLE, BEGIN + 20 * DAY, state=VOID).do("grant_return", BEGIN + DAY, unit_id="")
        tell(desk.store, life.events)


def answered(desk: Desk, count: int, unit_id: str = "u-1", text: str = REPLY) -> None:
    """So many orders with one reply but for its figures."""
    for number in range(count):
        order_id = f"c-{unit_id}-{number}"
        tell(desk.store, closed(order_id, unit_id).events)
        event = AnswerPassed(order_id=order_id, round=1, result=text.format(day=number + 1), at=stamp(BEGIN + 8 * DAY), version=9)
        for _ in range(2):
            desk.store.write(Caller.peer("dispatch", "zibo"), partial(lambda tx, event: WORKER.answer_passed(event, tx), event=event))


def found(desk: Desk, by: Caller | None = None, **asked: Any) -> dict[tuple[str, str], Any]:
    listed = desk.ask("FindingService/ListFindings", *([by] if by else []), **asked).findings
    return {(pb.Sign.Name(each.sign).removeprefix("SIGN_"), each.unit_id): each for each in listed}


def behind(desk: Desk, one: Any) -> list[str]:
    return [each.subject_id for each in desk.ask("FindingService/ListFindingEvidence", finding_id=one.finding_id).evidence]


def step(desk: Desk, verb: str, one: Any, words: str = "情况属实") -> Any:
    said: dict[str, Any] = {"opinion" if verb.endswith("Finding") else "conclusion": words}
    return desk.ask(f"FindingService/{verb}", finding_id=one.finding_id, **said).finding


def test_signs_are_found_with_their_reasons_and_orders_and_none_is_a_verdict(desk: Desk) -> None:
    returned(desk)
    answered(desk, 5)
    answered(desk, 4, "u-2", text=REPLY.replace("路灯", "井盖"))
    for order_id in ("b-1", "b-2"):
        tell(desk.store, closed(order_id, "u-3", ticket_id=f"t-{order_id}").events)
    told(desk.store, TicketFormed(ticket_id="t-9", recurs_ticket_id="t-b-1", formed_at=stamp(BEGIN + 9 * DAY)))
    desk.look(12)
    signs = found(desk)
    assert {at: (each.state, each.reason) for at, each in signs.items()} == {
        ("RETURNS", "u-0"): (pb.FINDING_STATE_FOUND, "2件中有1件，超过20%"),
        ("COPIES", "u-1"): (pb.FINDING_STATE_FOUND, "5件对不同工单的答复除数字、日期外完全相同"),
        ("REOPENED", "u-3"): (pb.FINDING_STATE_FOUND, "2件中有1件，超过10%"),
    }
    assert behind(desk, signs["RETURNS", "u-0"]) == ["r-u-0-0"]
    assert behind(desk, signs["COPIES", "u-1"]) == [f"c-u-1-{number}" for number in range(5)]
    assert behind(desk, signs["REOPENED", "u-3"]) == ["b-1"]
    # The unit is told of nothing that no person has confirmed.
    assert found(desk, HANDLER) == {}
    with pytest.raises(Refused, match="没有这项发现"):
        desk.ask("FindingService/ListFindingEvidence", HANDLER, finding_id=signs["RETURNS", "u-0"].finding_id)


def test_no_words_of_a_reply_are_kept_and_the_hash_is_keyed_by_tenant(desk: Desk) -> None:
    answered(desk, 2)
    table = desk.store.tables["replies"]
    rows = desk.store.read(Caller.peer("dispatch", "zibo"), lambda tx: tx.all(select(table)))
    assert (len(rows), len({bytes(row["digest"]) for row in rows}), len(rows[0]["digest"])) == (2, 1, 16)
    for name, each in desk.store.tables.items():
        if not each.info.get("shared"):
            kept = desk.store.read(Caller.peer("dispatch", "zibo"), partial(lambda tx, each: tx.all(select(each)), each=each))
            assert "路灯" not in str(kept), name


def test_confirm_finding_opens_a_rectification_and_ends_in_either_way(desk: Desk) -> None:
    returned(desk)
    returned(desk, "u-1")
    desk.look(12)
    one, other = found(desk)["RETURNS", "u-0"], found(desk)["RETURNS", "u-1"]
    with pytest.raises(Refused, match="现为“待认定”"):
        step(desk, "AcceptRectification", one)
    confirmed = step(desk, "ConfirmFinding", one, "推诿属实")
    # Ten working days after 2025-03-15, a Saturday.
    assert (confirmed.state, confirmed.due_at.ToDatetime().isoformat()) == (pb.FINDING_STATE_CONFIRMED, "2025-03-28T16:00:00")
    with pytest.raises(Refused, match="整改期限未到") as caught:
        step(desk, "IssueAccountability", one)
    assert caught.value.article == "19"
    assert found(desk, overdue=True) == {}
    desk.clock.set(BEGIN + 30 * DAY)
    assert list(found(desk, overdue=True)) == [("RETURNS", "u-0")]
    assert step(desk, "IssueAccountability", one, "整改不到位").state == pb.FINDING_STATE_ACCOUNTED
    assert step(desk, "ConfirmFinding", other).state == pb.FINDING_STATE_CONFIRMED
    assert step(desk, "AcceptRectification", other, "已整改").state == pb.FINDING_STATE_RECTIFIED
    render_documents(desk.store, desk.store.settings, [])
    documents = desk.ask("DocumentService/ListDocuments", HANDLER, subject_id=one.finding_id).documents
    said = [docx_words(desk.ask("DocumentService/GetDocument", HANDLER, document_id=each.document_id).content) for each in documents]
    assert [each.title for each in documents] == ["督促整改通知书", "问责通报"]
    assert "推诿属实" in said[0]
    assert "2025年3月28日前整改到位" in said[0]
    assert "整改不到位" in said[1]
    # Its own people see it once it is confirmed; others' do not.
    assert list(found(desk, HANDLER)) == [("RETURNS", "u-0")]
    assert list(desk.ask("DocumentService/ListDocuments", OTHER, subject_id=one.finding_id).documents) == []
    steps = desk.ask("AssessmentService/ListJournalEntries", subject_id=one.finding_id).entries
    assert [(each.verb, each.article) for each in steps] == [
        ("note_finding", "19"), ("confirm_finding", "19"), ("issue_accountability", "19"),
    ]  # fmt: skip


def test_set_aside_finding_is_not_found_again_by_the_same_orders(desk: Desk) -> None:
    returned(desk)
    desk.look(12)
    assert step(desk, "SetAsideFinding", found(desk)["RETURNS", "u-0"], "职责确有争议").state == pb.FINDING_STATE_SET_ASIDE
    desk.look(1)
    assert [each.state for each in found(desk).values()] == [pb.FINDING_STATE_SET_ASIDE]


def test_a_sign_gathers_until_it_is_decided(desk: Desk) -> None:
    answered(desk, 5)
    desk.look(12)
    answered(desk, 6)
    desk.look(1)
    (one,) = found(desk).values()
    assert len(behind(desk, one)) == 6


def test_bad_input_says_which_field(desk: Desk) -> None:
    returned(desk)
    desk.look(12)
    one = found(desk)["RETURNS", "u-0"]
    for verb in ("ConfirmFinding", "SetAsideFinding"):
        with pytest.raises(Refused) as caught:
            step(desk, verb, one, " ")
        assert caught.value.field == "opinion"
    with pytest.raises(Refused, match="没有这项发现"):
        desk.ask("FindingService/ConfirmFinding", finding_id="nothing", opinion="x")


def test_lists_cost_the_same_however_long_they_are_and_go_by_an_index(desk: Desk) -> None:
    for unit_id in ("u-0", "u-1", "u-2"):
        returned(desk, unit_id, count=2)
    desk.look(12)
    one = found(desk)["RETURNS", "u-0"].finding_id
    asked_for: list[tuple[str, dict[str, Any]]] = [
        ("ListFindings", {}), ("ListFindings", {"unit_id": "u-0"}), ("ListFindings", {"overdue": True}), ("ListFindings", {"state": 1}),
        ("ListFindingEvidence", {"finding_id": one}),
    ]  # fmt: skip
    for method, asked in asked_for:
        costs = []
        for size in (1, 50):
            with statements(desk.store) as seen:
                desk.ask(f"FindingService/{method}", page=Page(size=size), **asked)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 2, method
        if desk.store.is_sqlite:
            assert plan(desk.store, seen[-1]).startswith("SEARCH"), (method, asked)
