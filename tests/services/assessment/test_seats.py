"""6(3): the exchange's calls and people's marks, held against the contract; a month is stated once and stands as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor

from chassis.clock import SetClock
from hotline.assessment.v1 import contracts_pb2, rates_pb2
from hotline.assessment.v1 import seats_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.jobs import render_documents
from services.assessment.store.seated import seat_calls
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.documents.words import docx_words, pdf_words
from tests.services.assessment.overseers import DISTRICT, HANDLER, STRANGER, SUPERVISOR, Desk
from tests.services.assessment.seats import ASSESSOR, EXCHANGE, MARCH, SECOND, TERMS, call, contract, figures, imported, shown
from tests.services.assessment.telling import BEGIN, DAY, closed, tell
from tests.services.refused import Refused

APRIL = datetime(2025, 4, 1, 2, tzinfo=UTC)
CALLS = (
    call("c-1", 15), call("c-2", 15.001, agent="a-2"), call("c-3", 3, answered=False), call("c-4", 2, begin=BEGIN + DAY),
    call("c-5", 4.999, answered=False, begin=BEGIN + DAY), call("april", begin=APRIL),
)  # fmt: skip

PARTS = (
    "服务外包合同月度履约考核单", "某服务外包公司：", "第六条第(三)项", "HT-2025-1", "不低于75%", "66.7%", "未达标指标：及时接听率",
)  # fmt: skip


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    made = Desk(served, clock)
    clock.set(APRIL + DAY)
    return made


def enter(desk: Desk, subject_id: str, by: Any = ASSESSOR, **asked: Any) -> Any:
    inspected = pb.INSPECTED_TICKET if subject_id.startswith("ticket") else pb.INSPECTED_CALL
    return desk.ask(
        "SeatService/EnterQualityMark", by, **{"inspected": inspected, "subject_id": subject_id, "evidence": "录音", **asked}
    ).mark


def listed(desk: Desk, by: Any = ASSESSOR, **asked: Any) -> list[str]:
    return [each.call_id for each in desk.ask("SeatService/ListSeatCalls", by, **{**MARCH, **asked}).calls]


def issue(desk: Desk, month: str = "2025-03", by: Any = ASSESSOR) -> Any:
    return desk.ask("ContractService/IssueStatement", by, month=month).statement


def correct(desk: Desk, version: int, reason: str = "补录") -> Any:
    return desk.ask("ContractService/CorrectStatement", ASSESSOR, month="2025-03", version=version, reason=reason).statement


def test_import_seat_calls_takes_each_once_and_names_what_it_refuses(desk: Desk) -> None:
    first = imported(desk, *CALLS, request_id="batch")
    assert (first.taken, first.known, len(first.refused)) == (6, 0, 0)
    assert imported(desk, *CALLS, request_id="batch") == first
    again = imported(desk, *CALLS[:2], call("c-7"), call("c-7"), call("c-7", 9), call("c-1", 14), call("x13812345678"))
    assert (again.taken, again.known) == (1, 3)
    assert [(each.at, each.field) for each in again.refused] == [(4, "call_id"), (5, "call_id"), (6, "call_id")]
    assert "内容不同" in again.refused[0].reason
    assert "不接收诉求人的号码" in again.refused[2].reason
    early = call("c-8")
    early.ended_at.FromDatetime(APRIL + 9 * DAY)
    assert "请核对话务平台的时钟" in imported(desk, early).refused[0].reason
    assert sorted(listed(desk, until_day="2025-04-30")) == ["april", "c-1", "c-2", "c-3", "c-4", "c-5", "c-7"]


def test_import_seat_calls_has_no_place_for_whoever_called(desk: Desk) -> None:
    fields = {field.name for field in pb.SeatCall.DESCRIPTOR.fields}
    assert fields == {"call_id", "queued_at", "answered_at", "abandoned_at", "ended_at", "seat", "agent"}
    assert {field.type for field in pb.SeatCall.DESCRIPTOR.fields} == {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_MESSAGE}
    imported(desk, call("13912345678"), call("c-9"), call("c-10", agent="13912345678"))
    rows = desk.store.read(ASSESSOR, lambda tx: tx.all(tx.select(seat_calls)))
    assert [row["call_id"] for row in rows] == ["c-9"]
    journal = desk.store.read(ASSESSOR, lambda tx: tx.all(tx.select(tx.store.tables["journal"])))
    assert all("13912345678" not in row["detail"] for row in journal)


def test_figure_seats_holds_every_measure_against_the_contract(desk: Desk) -> None:
    imported(desk, *CALLS)
    assert figures(desk)["answered_in_time"] == (2, 5, "", "UNSPECIFIED")
    contract(desk, short_abandon_seconds=5, pass_score=90)
    tell(desk.store, [*closed("o-1").events, *closed("o-2").events])
    assert figures(desk) == {
        "answered_in_time": (2, 3, "0.75", "UNMET"), "connected": (3, 3, "0.8", "MET"), "quality": (0, 0, "0.9", "ABSENT"),
        "ticket_defects": (0, 0, "0.5", "ABSENT"), "returns": (0, 2, "", "UNSPECIFIED"),
    }  # fmt: skip
    # A call's seconds are the contract's; each figure opens to its calls.
    assert listed(desk, measure=pb.MEASURE_ANSWERED_IN_TIME) == ["c-1", "c-2", "c-4"]
    assert listed(desk, measure=pb.MEASURE_ANSWERED_IN_TIME, hits=rates_pb2.HITS_NONE) == ["c-2"]
    assert listed(desk, measure=pb.MEASURE_CONNECTED, hits=rates_pb2.HITS_NONE) == []
    assert listed(desk, agent="a-2") == ["c-2"]
    contract(desk, answer_within_seconds=20)
    assert figures(desk)["answered_in_time"] == (3, 5, "0.75", "UNMET")
    assert listed(desk, measure=pb.MEASURE_ANSWERED_IN_TIME, hits=rates_pb2.HITS_NONE, contract_version=1) == ["c-2"]
    assert listed(desk, measure=pb.MEASURE_ANSWERED_IN_TIME, hits=rates_pb2.HITS_NONE) == ["c-3", "c-5"]
    for asked, message in (({"measure": pb.MEASURE_QUALITY}, "质检记录"), ({"contract_version": 9}, "没有这一版合同")):
        with pytest.raises(Refused, match=message):
            listed(desk, **asked)


def test_enter_quality_mark_is_once_each_until_it_is_withdrawn(desk: Desk) -> None:
    imported(desk, *CALLS)
    contract(desk, pass_score=90)
    tell(desk.store, closed("o-1").events)
    desk.clock.set(BEGIN + 10 * DAY)
    mark = enter(desk, "c-1", score="89.5")
    assert (mark.agent, mark.score, mark.day) == ("a-1", "89.5", "2025-03-13")
    enter(desk, "c-4", score="90")
    ticket = enter(desk, "ticket-of-o-1", defects=[pb.DEFECT_INCOMPLETE, pb.DEFECT_WORDING])
    assert (ticket.number, ticket.score) == ("FZ-o-1", "")
    desk.clock.set(APRIL)
    assert {name: each[:2] for name, each in figures(desk).items() if name in ("quality", "ticket_defects")} == {
        "quality": (1, 2), "ticket_defects": (1, 1),
    }  # fmt: skip
    for subject_id, asked, message in (
        ("c-1", {"score": "100"}, "每件只质检一次"), ("c-3", {"score": "90"}, "无人接听"), ("c-99", {"score": "90"}, "没有导入过"),
        ("ticket-9", {}, "直接答复的请质检其通话"), ("c-2", {"score": "110"}, "0至100"),
        ("c-2", {"defects": [pb.DEFECT_OTHER]}, "只能对工单"),
        ("ticket-of-o-1", {"score": "9"}, "只能对通话"), ("ticket-of-o-1", {"defects": [0]}, "差错的种类"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=message):
            enter(desk, subject_id, **asked)
    withdrawn = desk.ask("SeatService/WithdrawQualityMark", ASSESSOR, mark_id=mark.mark_id, reason="听错了").mark
    assert withdrawn.withdrawn_reason == "听错了"
    with pytest.raises(Refused, match="不能再次撤回"):
        desk.ask("SeatService/WithdrawQualityMark", ASSESSOR, mark_id=mark.mark_id, reason="听错了")
    enter(desk, "c-1", score="95")
    marks = desk.ask("SeatService/ListQualityMarks", ASSESSOR, since_day="2025-03-01", until_day="2025-04-30").marks
    assert [(each.subject_id, each.HasField("withdrawn_at")) for each in marks] == [
        ("c-1", True), ("c-4", False), ("ticket-of-o-1", False), ("c-1", False),
    ]  # fmt: skip
    # It counts in the month it is entered in: what was stated stands.
    assert figures(desk)["quality"][:2] == (1, 1)


def test_issue_statement_freezes_a_month_with_its_document(desk: Desk) -> None:
    imported(desk, *CALLS)
    with pytest.raises(Refused, match="没有有效的合同"):
        issue(desk)
    contract(desk, short_abandon_seconds=5)
    with pytest.raises(Refused, match="尚未结束") as refused:
        issue(desk, "2025-04")
    assert refused.value.article == "6-3"
    with pytest.raises(Refused, match="例如 2025-03"):
        issue(desk, "2025-13")
    issued = issue(desk)
    assert shown(issued.lines) == figures(desk)
    with pytest.raises(Refused, match="已经出具"):
        issue(desk)
    assert render_documents(desk.store, desk.store.settings, []) == 0
    for format_, words in ((1, docx_words), (2, pdf_words)):
        said = words(desk.ask("DocumentService/GetDocument", SUPERVISOR, document_id=issued.document_id, format=format_).content)
        for part in (
            "服务外包合同月度履约考核单",
            "某服务外包公司：",
            "第六条第(三)项",
            "HT-2025-1",
            "不低于75%",
            "66.7%",
            "未达标指标：及时接听率",
        ):
            assert part in said
    with pytest.raises(Refused, match="没有变化"):
        correct(desk, 1)
    imported(desk, call("late", 1))
    got = desk.ask("ContractService/GetStatement", ASSESSOR, month="2025-03")
    assert (got.statement, [offer.verb for offer in got.offers]) == (issued, ["correct_statement"])
    with pytest.raises(Refused, match="现为第1版"):
        correct(desk, 2)
    corrected = correct(desk, 1, "话务平台补传")
    assert (corrected.version, shown(corrected.lines)["answered_in_time"]) == (2, (3, 4, "0.75", "MET"))
    assert desk.ask("ContractService/GetStatement", ASSESSOR, month="2025-03", version=1).statement == issued


def test_set_contract_rules_by_version_and_validity(desk: Desk) -> None:
    assert contract(desk, until_day="2025-03-31").version == 1
    second = contract(desk, {pb.MEASURE_CONNECTED: "0.9"}, since_day="2025-04-01", company="另一公司")
    assert (second.version, second.answer_within_seconds, second.pass_score) == (2, 15, 60)
    answer = desk.ask("SeatService/FigureSeats", ASSESSOR, **MARCH)
    assert answer.contract_version == 1
    assert [each.company for each in desk.ask("ContractService/ListContracts", ASSESSOR).contracts] == ["另一公司", "某服务外包公司"]
    for changed, message in (
        ({"since_day": "2025-01-02"}, "某月第一天"), ({"until_day": "2025-12-30"}, "某月最后一天"), ({"until_day": "2024-12-31"}, "请调换"),
        ({"terms": {pb.MEASURE_CONNECTED: "95"}}, "例如0.95"), ({"terms": {0: "0.95"}}, "每个指标只约定一次"),
        ({"pass_score": 101}, "不能超过100"),
    ):  # fmt: skip
        terms: Any = changed.pop("terms", TERMS)
        with pytest.raises(Refused, match=message):
            contract(desk, terms, **changed)
    twice = contracts_pb2.Contract(
        company="甲", number="1", since_day="2025-01-01", until_day="2025-01-31",
        terms=[contracts_pb2.Term(measure=pb.MEASURE_CONNECTED, bound="0.9")] * 2,
    )  # fmt: skip
    with pytest.raises(Refused, match="只约定一次"):
        desk.ask("ContractService/SetContract", ASSESSOR, contract=twice)


def test_the_seats_are_their_own_tenant_s(desk: Desk) -> None:
    imported(desk, *CALLS)
    contract(desk)
    enter(desk, "c-1", score="80")
    for by in (HANDLER, EXCHANGE):
        with pytest.raises(Refused, match="PERMISSION_DENIED"):
            listed(desk, by)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        imported(desk, call("c-9"), by=ASSESSOR)
    for by in (DISTRICT, STRANGER):
        assert listed(desk, by, tenant_id="zibo") == []
        assert figures(desk, by, tenant_id="zibo")["connected"] == (0, 0, "", "UNSPECIFIED")
        assert not desk.ask("ContractService/ListContracts", by, tenant_id="zibo").contracts
    # A district's exchange has ids of its own; the city reads its figures.
    other = type(EXCHANGE)("system", "exchange-2", "zhangdian", "zd-hub", EXCHANGE.roles)
    assert imported(desk, CALLS[0], by=other).taken == 1
    assert figures(desk, tenant_id="zhangdian")["connected"] == (1, 1, "", "UNSPECIFIED")


def test_figures_and_lists_of_seats_cost_the_same_however_much_there_is(desk: Desk) -> None:
    contract(desk)
    imported(desk, call("first"))
    asks: dict[str, Callable[[int], Any]] = {
        "import": lambda size: imported(desk, *(call(f"{size}-{number}") for number in range(size))),
        "figures": lambda _size: figures(desk),
        "calls": lambda size: listed(desk, page=Page(size=size)),
        "of an agent": lambda size: listed(desk, page=Page(size=size), agent="a-1"),
        "marks": lambda size: desk.ask("SeatService/ListQualityMarks", ASSESSOR, page=Page(size=size), **MARCH),
        "contracts": lambda size: desk.ask("ContractService/ListContracts", ASSESSOR, page=Page(size=size)),
        "statements": lambda size: desk.ask("ContractService/ListStatements", ASSESSOR, page=Page(size=size)),
    }
    costs: dict[str, list[int]] = {}
    for size in (2, 30):
        for name, ask in asks.items():
            with statements(desk.store) as seen:
                ask(size)
            costs.setdefault(name, []).append(len(seen))
            if desk.store.is_sqlite and name not in ("import", "figures"):
                assert plan(desk.store, seen[-1]).startswith("SEARCH"), (name, plan(desk.store, seen[-1]))
                assert "TEMP B-TREE" not in plan(desk.store, seen[-1]), name
            if desk.store.is_sqlite and name == "figures":
                plans = [plan(desk.store, each) for each in seen]
                assert all(each.startswith("SEARCH") for each in plans), plans
                assert any("COVERING INDEX ix_seat_calls_figured" in each for each in plans), plans
    assert all(few == many for few, many in costs.values()), costs
    assert max(many for name, (_, many) in costs.items() if name != "import") <= 4, costs


def test_pages_of_calls_lose_and_double_none(desk: Desk) -> None:
    imported(desk, *(call(f"c-{number:02}", begin=BEGIN + number // 3 * SECOND) for number in range(25)))
    ask = partial(desk.ask, "SeatService/ListSeatCalls", ASSESSOR, **MARCH)
    found, token = [], ""
    while True:
        answer = ask(page=Page(size=7, token=token))
        found += [each.call_id for each in answer.calls]
        token = answer.next_page_token
        if not token:
            break
    assert found == [f"c-{number:02}" for number in range(25)]
