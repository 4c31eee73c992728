"""16: the ladder, each rung with its document as DOCX and PDF, its term and its outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.clock import SetClock
from hotline.assessment.v1 import ladder_pb2 as pb
from hotline.assessment.v1 import supervision_pb2
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.jobs import render_documents
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.documents.words import docx_words, pdf_words
from tests.services.assessment.overseers import DISTRICT, HANDLER, OTHER, SUPERVISOR, Desk
from tests.services.assessment.telling import BEGIN, DAY, HOUR, Life, tell
from tests.services.refused import Refused

RUNGS = ("COORDINATION", "CONFIRMATION", "SPECIAL_REPORT", "INSTRUCTION", "DISCIPLINE")
PARTS = (
    "关于单位u-0督办事项的专报", "市政府分管领导：", "DB20250001", "FZ-o-u-0", "按时办结率", "编办〔2025〕3号", "请研究SPECIAL_REPORT",
    "协调会商", "未解决到位", "第十五条第(一)项", "2025年3月12日",
)  # fmt: skip
OUTSIDE: dict[str, Any] = {"outside_number": "编办〔2025〕3号", "outside_day": "2025-03-27"}


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    return Desk(served, clock)


def issued(desk: Desk, unit_id: str = "u-0", **about: Any) -> str:
    life = Life(f"o-{unit_id}", unit_id, **about).deliver(BEGIN, BEGIN + 7 * DAY).do("sign_in", BEGIN + HOUR)
    tell(desk.store, life.events)
    desk.look(9)
    one: str = desk.found()["15-1", unit_id].supervision_id
    desk.supervise("Issue", supervision_id=one)
    return one


def lift(desk: Desk, one: str, rung: str, reason: str = "仍未解决到位") -> Any:
    return desk.ask("LadderService/RaiseSupervision", supervision_id=one, rung=pb.Rung.Value(f"RUNG_{rung}"), reason=reason).rung


def end(desk: Desk, one: str, rung: str, *, settled: bool = False, **asked: Any) -> Any:
    fields = {"result": "未达成一致", **OUTSIDE, **asked}
    return desk.ask("LadderService/RecordOutcome", supervision_id=one, rung=pb.Rung.Value(f"RUNG_{rung}"), settled=settled, **fields).rung


def document(desk: Desk, document_id: str, by: Any = SUPERVISOR, as_: int = pb.DOCUMENT_FORMAT_DOCX) -> Any:
    return desk.ask("DocumentService/GetDocument", by, document_id=document_id, format=as_)


def words(answer: Any) -> str:
    """Whatever a DOCX or PDF says, without spaces and line ends."""
    return (pdf_words if answer.media_type == "application/pdf" else docx_words)(answer.content)


def test_raise_supervision_goes_rung_by_rung_to_the_end(desk: Desk) -> None:
    one = issued(desk)
    with pytest.raises(Refused, match="整改期限未到") as caught:
        lift(desk, one, "COORDINATION")
    assert caught.value.article == "16"
    desk.supervise("Answer", HANDLER, supervision_id=one, answer="涉及多家单位，无法解决")
    with pytest.raises(Refused, match="应先经“协调会商”"):
        lift(desk, one, "SPECIAL_REPORT")
    dues = []
    for rung in RUNGS:
        dues.append(lift(desk, one, rung).due_at.ToDatetime(UTC).isoformat())
        with pytest.raises(Refused, match="尚无结果"):
            lift(desk, one, "GOVERNMENT")
        end(desk, one, rung)
    # 5, 10, 5, 10 and 30 working days after 2025-03-12; 清明 and 劳动节 lie between.
    assert dues == [
        "2025-03-19T16:00:00+00:00", "2025-03-26T16:00:00+00:00", "2025-03-19T16:00:00+00:00", "2025-03-26T16:00:00+00:00",
        "2025-04-24T16:00:00+00:00",
    ]  # fmt: skip
    with pytest.raises(Refused, match="不能重复"):
        lift(desk, one, "DISCIPLINE")
    assert lift(desk, one, "GOVERNMENT").outcome == pb.OUTCOME_OPEN
    with pytest.raises(Refused, match="尚无结果"):
        desk.supervise("Close", supervision_id=one, conclusion="x")
    assert end(desk, one, "GOVERNMENT", settled=True, result="已专题研究解决").outcome == pb.OUTCOME_SETTLED
    with pytest.raises(Refused, match="已经登记"):
        end(desk, one, "GOVERNMENT")
    assert desk.supervise("Get", supervision_id=one).state == supervision_pb2.SUPERVISION_STATE_RAISED
    assert desk.supervise("Close", supervision_id=one, conclusion="已解决").state == supervision_pb2.SUPERVISION_STATE_CLOSED
    steps = desk.ask("AssessmentService/ListJournalEntries", subject_id=one, page=Page(size=50)).entries
    assert [step.verb for step in steps[3:-1]] == ["raise_supervision", "record_outcome"] * 6
    assert {step.article for step in steps[3:-1]} == {"16"}


def test_each_rung_has_its_document_in_both_formats(desk: Desk) -> None:
    one = issued(desk)
    desk.supervise("Answer", HANDLER, supervision_id=one, answer="无法解决")
    raised = []
    for rung in RUNGS[:3]:
        raised.append(lift(desk, one, rung, reason=f"请研究{rung}").document_id)
        end(desk, one, rung)
    with pytest.raises(Refused, match="正在生成"):
        document(desk, raised[0])
    assert render_documents(desk.store, desk.store.settings, []) == 0
    for as_ in (pb.DOCUMENT_FORMAT_DOCX, pb.DOCUMENT_FORMAT_PDF):
        said = words(document(desk, raised[2], as_=as_))
        for part in PARTS:
            assert part in said, part
    titles = [each.title for each in desk.ask("DocumentService/ListDocuments", subject_id=one).documents]
    assert titles == ["督办通知单", "关于单位u-0督办事项的协调会商", "关于单位u-0督办事项的编办职责确认", "关于单位u-0督办事项的专报"]
    # Rendered again, nothing waits.
    before = document(desk, raised[0]).content
    render_documents(desk.store, desk.store.settings, [])
    assert document(desk, raised[0]).content == before


def test_a_unit_reads_the_notice_to_it_and_no_letter_about_it(desk: Desk) -> None:
    one = issued(desk, "zd", handling_tenant_id="zhangdian")
    desk.supervise("Answer", DISTRICT, supervision_id=one, answer="无法解决")
    letter = lift(desk, one, "COORDINATION", reason="内部研判意见").document_id
    render_documents(desk.store, desk.store.settings, [])
    (notice,) = desk.ask("DocumentService/ListDocuments", DISTRICT, subject_id=one).documents
    said = words(document(desk, notice.document_id, DISTRICT))
    assert "单位zd：" in said
    assert "超出办理时限未办理" in said
    for by, wanted in ((DISTRICT, letter), (HANDLER, letter), (HANDLER, notice.document_id), (OTHER, notice.document_id)):
        with pytest.raises(Refused, match="没有这份文书"):
            document(desk, wanted, by)


def test_rungs_past_their_term_are_listed(desk: Desk, clock: SetClock) -> None:
    one = issued(desk)
    clock.set(datetime.fromisoformat("2025-03-20T09:00:00+08:00"))
    lift(desk, one, "COORDINATION")

    def listed(**asked: Any) -> list[Any]:
        return [each.rung for each in desk.ask("LadderService/ListRungs", **asked).rungs]

    assert (listed(), listed(overdue=True)) == ([pb.RUNG_COORDINATION], [])
    clock.set(datetime.fromisoformat("2025-03-28T00:00:01+08:00"))
    assert listed(overdue=True) == [pb.RUNG_COORDINATION]
    end(desk, one, "COORDINATION")
    assert (listed(overdue=True), listed(outcome=pb.OUTCOME_UNSETTLED), listed(supervision_id=one)) == (
        [], [pb.RUNG_COORDINATION], [pb.RUNG_COORDINATION],
    )  # fmt: skip


def test_bad_input_says_which_field(desk: Desk) -> None:
    one = issued(desk)
    desk.supervise("Answer", HANDLER, supervision_id=one, answer="无法解决")
    for field, asked in (("rung", {"reason": "x"}), ("reason", {"rung": 1, "reason": " "})):
        with pytest.raises(Refused) as caught:
            desk.ask("LadderService/RaiseSupervision", supervision_id=one, **asked)
        assert caught.value.field == field
    lift(desk, one, "COORDINATION")
    end(desk, one, "COORDINATION")
    lift(desk, one, "CONFIRMATION")
    for field in ("outside_number", "outside_day", "result"):
        with pytest.raises(Refused) as caught:
            end(desk, one, "CONFIRMATION", settled=False, **{field: " " if field == "result" else ""})
        assert caught.value.field == field
    with pytest.raises(Refused, match="没有提级至这一环节"):
        end(desk, one, "DISCIPLINE")


def test_lists_cost_the_same_however_long_they_are_and_go_by_an_index(desk: Desk) -> None:
    one = issued(desk)
    desk.supervise("Answer", HANDLER, supervision_id=one, answer="无法解决")
    for rung in RUNGS[:3]:
        lift(desk, one, rung)
        end(desk, one, rung)
    asked_for: list[tuple[str, dict[str, Any]]] = [
        ("LadderService/ListRungs", {}), ("LadderService/ListRungs", {"overdue": True}),
        ("LadderService/ListRungs", {"supervision_id": one}),
        ("DocumentService/ListDocuments", {"subject_id": one}),
    ]  # fmt: skip
    for method, asked in asked_for:
        costs = []
        for size in (1, 50):
            with statements(desk.store) as seen:
                desk.ask(method, page=Page(size=size), **asked)
            costs.append(len(seen))
        assert costs == [1, 1], method
        if desk.store.is_sqlite:
            assert plan(desk.store, seen[-1]).startswith("SEARCH"), (method, asked)
        assert "content" not in seen[-1][0]
        assert "docx" not in seen[-1][0]
