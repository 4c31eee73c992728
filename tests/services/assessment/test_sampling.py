"""20: 第三方抽测, from the hash of a seed to the differences: fixed beforehand, drawn again the same, blind for who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from sqlalchemy import select

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.assessment.v1 import events_pb2
from hotline.assessment.v1 import samples_pb2 as pb
from hotline.notify.v1 import commands_pb2
from hotline.notify.v1 import events_pb2 as notify
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.rules.sampling import Plan, draw
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.overseers import HANDLER, STRANGER, WORKER, Desk, person
from tests.services.assessment.seats import ASSESSOR
from tests.services.assessment.telling import BAD, BEGIN, DAY, HANDLE, HOUR, Life, closed, tell
from tests.services.refused import Refused

SEED = "0123456789abcdef0123456789abcdef"
HASH = hashlib.sha256(SEED.encode()).hexdigest()
APRIL = datetime(2025, 4, 1, 2, tzinfo=UTC)
THIRD = Caller("system", "third", "zibo", "third", frozenset({"ROLE_THIRD_PARTY"}))
GOOD, POOR = pb.SAMPLE_RATING_SATISFIED, pb.SAMPLE_RATING_DISSATISFIED


def unreachable(order_id: str, unit_id: str) -> Life:
    """Answered, and nobody was reached."""
    due = BEGIN + 7 * DAY
    life = Life(order_id, unit_id).deliver(BEGIN, due).reply(due, due, HANDLE)
    return life.do("pass_review", due + HOUR).do("find_unreachable", due + 5 * DAY).do("close_unreachable", due + 5 * DAY)


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    """Twenty orders of one unit, three of another, of which one reached nobody; and an inner order."""
    made = Desk(served, clock)
    lives = [closed(f"a-{number:02}", "u-0", result=BAD if number % 5 == 0 else 1) for number in range(20)]
    lives += [closed("b-1", "u-1"), closed("b-2", "u-1"), unreachable("b-3", "u-1"), closed("inner", "u-1", outer_order_id="elsewhere")]
    for life in lives:
        tell(made.store, life.events)
    return made


def commit(desk: Desk, month: str = "2025-03", by: Caller = ASSESSOR, **asked: Any) -> Any:
    fields = {"seed_hash": HASH, "percent": 25, "minimum": 3, **asked}
    return desk.ask("SampleService/CommitSeed", by, month=month, **fields).sample


def drawn(desk: Desk, seed: str = SEED, **asked: Any) -> Any:
    return desk.ask("SampleService/DrawSample", ASSESSOR, month="2025-03", seed=seed, **asked).sample


def items(desk: Desk, by: Caller = THIRD, **asked: Any) -> Any:
    return desk.ask("SurveyService/ListSampleItems", by, month="2025-03", **asked).items


def sampled(desk: Desk) -> dict[str, str]:
    """The items by their tickets' numbers."""
    commit(desk)
    desk.clock.set(APRIL)
    drawn(desk)
    return {each.number: each.item_id for each in items(desk)}


def record(desk: Desk, item_id: str, process: int = GOOD, result: int = GOOD, by: Caller = THIRD) -> Any:
    return desk.ask("SurveyService/RecordSampleResult", by, item_id=item_id, process=process, result=result).item


def out(desk: Desk, message: Any) -> list[Any]:
    """What was told or ordered of a kind."""
    outbox = desk.store.tables["outbox"]
    wanted = select(outbox.c.payload).where(outbox.c.type == message.DESCRIPTOR.full_name).order_by(outbox.c.seq)
    return [Parse(row["payload"], message()) for row in desk.store.across(lambda tx: tx.all(wanted))]


def ended(desk: Desk, call_id: str, digits: str = "") -> None:
    event = notify.CallEnded(call_id=call_id, outcome=notify.CALL_OUTCOME_ANSWERED, digits=digits)
    desk.store.write(Caller.peer("notify", "zibo"), partial(lambda tx, event: WORKER.call_ended(event, tx), event=event))


def test_commit_seed_is_before_the_month_is_over_and_once(desk: Desk) -> None:
    committed = commit(desk)
    assert (committed.seed_hash, committed.seed, committed.HasField("drawn_at")) == (HASH, "", False)
    with pytest.raises(Refused, match="不能更换"):
        commit(desk, seed_hash="0" * 64)
    later: dict[str, Any] = {"month": "2025-04"}
    for asked, message in (
        ({"seed_hash": "abc"}, "64位"),
        ({"percent": 101}, "不能超过100"),
        ({"minimum": 0}, "1至1000"),
        ({"month": "2025"}, "2025-03"),
    ):
        with pytest.raises(Refused, match=message):
            commit(desk, **{**later, **asked})
    with pytest.raises(Refused, match="尚未结束") as refused:
        drawn(desk)
    assert refused.value.article == "20"
    desk.clock.set(datetime(2025, 4, 30, 15, 59, tzinfo=UTC))
    commit(desk, "2025-04", minimum=1)
    desk.clock.set(datetime(2025, 4, 30, 16, tzinfo=UTC))
    with pytest.raises(Refused, match="月末前公布"):
        commit(desk, "2025-04")
    [first, second] = out(desk, events_pb2.SeedCommitted)
    assert (first.month, first.seed_hash, first.percent, second.month) == ("2025-03", HASH, 25, "2025-04")
    # Units read what was published.
    assert [each.month for each in desk.ask("SampleService/ListSamples", HANDLER).samples] == ["2025-04", "2025-03"]


def test_draw_sample_follows_from_the_seed_alone(desk: Desk) -> None:
    commit(desk)
    desk.clock.set(APRIL)
    with pytest.raises(Refused, match="与事先公布的摘要不符"):
        drawn(desk, "f" * 32)
    first = drawn(desk)
    assert (first.seed, first.drawn) == (SEED, 5 + 3)
    strata = {unit: desk.ask("SampleService/GetStratum", ASSESSOR, month="2025-03", unit_id=unit) for unit in ("u-0", "u-1")}
    assert list(strata["u-1"].frame) == ["b-1:1", "b-2:1", "b-3:1"]
    # Whoever has the frame and the seed draws it again.
    frame = {unit: list(stratum.frame) for unit, stratum in strata.items()}
    assert draw(SEED, frame, Plan(25, 3)) == {unit: list(stratum.drawn) for unit, stratum in strata.items()}
    before = [each.item_id for each in items(desk)]
    tell(desk.store, closed("late-news", "u-0").events)
    assert drawn(desk) == first
    assert [each.item_id for each in items(desk)] == before
    assert [(each.seed, each.drawn) for each in out(desk, events_pb2.SampleDrawn)] == [(SEED, 8)]


def test_a_sample_offers_its_drawing_and_an_item_its_result_until_there_is_one(desk: Desk) -> None:
    def offered(message: Any) -> list[str]:
        return [offer.verb for offer in message.offers]

    assert offered(commit(desk)) == []
    desk.clock.set(APRIL)
    (waiting,) = desk.ask("SampleService/ListSamples", ASSESSOR).samples
    assert offered(waiting) == ["draw_sample"]
    assert offered(drawn(desk)) == []
    item = items(desk)[0]
    assert offered(item) == ["record_sample_result", "call_sampled"]
    called = desk.ask("SurveyService/CallSampled", THIRD, item_id=item.item_id).item
    assert offered(called) == ["record_sample_result"]
    assert offered(record(desk, item.item_id)) == []
    (unit, _) = desk.ask("SampleService/CompareSample", ASSESSOR, month="2025-03").units
    assert [figure.term for figure in unit.figures][:2] == ["抽测接通率", "服务过程评价一致率"]


def test_the_third_party_sees_neither_who_called_nor_what_the_hub_obtained(desk: Desk) -> None:
    found = sampled(desk)
    fields = {field.name for field in pb.SampleItem.DESCRIPTOR.fields}
    assert fields == {"item_id", "number", "category", "unit_id", "process", "result", "calls", "call_under_way", "offers"}
    for method in ("SampleService/CompareSample", "SampleService/ListDifferences", "AssessmentService/ListScores", "RateService/ListFacts"):
        with pytest.raises(Refused, match="PERMISSION_DENIED"):
            desk.ask(method, THIRD)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        record(desk, next(iter(found.values())), by=ASSESSOR)
    other = Caller("system", "third-2", "linzi", "third", THIRD.roles)
    assert not items(desk, other)
    with pytest.raises(Refused, match="没有这件抽样"):
        record(desk, next(iter(found.values())), by=other)
    with pytest.raises(Refused, match="尚未抽样"):
        desk.ask("SampleService/CompareSample", person("p-8", "lz-hub", "linzi", "ASSESSOR"), month="2025-03")
    assert STRANGER.tenant_id == other.tenant_id


def test_call_sampled_goes_through_notify_and_its_keys_are_the_result(desk: Desk) -> None:
    one = sampled(desk)["FZ-b-3"]
    called = partial(desk.ask, "SurveyService/CallSampled", THIRD, item_id=one)
    assert called().item.call_under_way
    with pytest.raises(Refused, match="正在呼叫"):
        called()
    [command] = out(desk, commands_pb2.PlaceCall)
    assert (command.order_id, command.ticket_id, command.round, command.purpose) == (
        "b-3", "ticket-of-b-3", 1, commands_pb2.CALL_PURPOSE_SAMPLE,
    )  # fmt: skip
    ended(desk, "somebody-else-s", "11")
    ended(desk, command.call_id)
    called()
    again = out(desk, commands_pb2.PlaceCall)[1]
    for _ in range(2):
        ended(desk, again.call_id, "13")
    item = next(each for each in items(desk) if each.item_id == one)
    assert (item.process, item.result, item.calls, item.call_under_way) == (GOOD, POOR, 2, False)
    with pytest.raises(Refused, match="已有抽测结果"):
        called()
    # Whom the hub did not reach, and the third party did.
    [difference] = desk.ask("SampleService/ListDifferences", ASSESSOR, month="2025-03").differences
    assert (difference.order_id, difference.round, difference.hub_process, difference.result) == ("b-3", 1, 0, POOR)


def test_call_sampled_ends_with_the_policy_s_attempts(desk: Desk) -> None:
    one = sampled(desk)["FZ-b-1"]
    for number in range(3):
        desk.ask("SurveyService/CallSampled", THIRD, item_id=one)
        ended(desk, out(desk, commands_pb2.PlaceCall)[number].call_id)
    with pytest.raises(Refused, match="至多3次"):
        desk.ask("SurveyService/CallSampled", THIRD, item_id=one)


def test_results_are_imported_line_by_line_and_held_against_the_hub_s(desk: Desk) -> None:
    found = sampled(desk)
    record(desk, found["FZ-b-1"])
    for process, result in ((0, GOOD), (GOOD, 0)):
        with pytest.raises(Refused, match="请填写对"):
            record(desk, found["FZ-b-2"], process, result)
    first, second = found["FZ-b-1"], found["FZ-b-2"]
    lines = [f"{second},满意,不满意", f"{first},满意,满意", f"{first},不满意,满意", "nobody,满意,满意", "x,好,"]
    content = "item_id,process,result\n" + "\n".join(lines)
    answer = desk.ask("SurveyService/ImportSampleResults", THIRD, format=pb.RESULT_FORMAT_CSV, content=content.encode())
    assert (answer.taken, answer.known) == (1, 1)
    assert [(each.line, each.reason[:6]) for each in answer.refused] == [(4, "该件已有抽测"), (5, "没有这件抽样"), (6, "应填写抽样编")]
    compared = desk.ask("SampleService/CompareSample", ASSESSOR, month="2025-03").units
    [figures] = [{each.rate: (each.hits, each.counted, each.value) for each in unit.figures} for unit in compared if unit.unit_id == "u-1"]
    assert figures == {
        "answered": (2, 3, "0.666667"), "process_agreement": (2, 2, "1.000000"), "result_agreement": (1, 2, "0.500000"),
        "process_satisfaction": (2, 2, "1.000000"), "result_satisfaction": (1, 2, "0.500000"),
        "hub_process_satisfaction": (2, 2, "1.000000"), "hub_result_satisfaction": (2, 2, "1.000000"),
    }  # fmt: skip
    # Of a unit that nobody answered for there is no agreement.
    [empty] = [{each.rate: each.value for each in unit.figures} for unit in compared if unit.unit_id == "u-0"]
    assert (empty["answered"], empty["process_agreement"]) == ("0.000000", "")
    [difference] = desk.ask("SampleService/ListDifferences", ASSESSOR, month="2025-03", unit_id="u-1").differences
    assert (difference.order_id, difference.hub_result, difference.result) == ("b-2", GOOD, POOR)
    assert {each.number for each in items(desk, pending=True)} == set(found) - {"FZ-b-1", "FZ-b-2"}
    for fields in ({"format": 0, "content": b"x"}, {"format": 1, "content": b"phone\n"}):
        with pytest.raises(Refused, match="INVALID_ARGUMENT"):
            desk.ask("SurveyService/ImportSampleResults", THIRD, **fields)


def test_lists_of_samples_cost_the_same_however_much_there_is(desk: Desk) -> None:
    sampled(desk)
    asks: dict[str, Callable[[int], Any]] = {
        "items": lambda size: items(desk, page=Page(size=size)),
        "pending": lambda size: items(desk, page=Page(size=size), pending=True),
        "samples": lambda size: desk.ask("SampleService/ListSamples", ASSESSOR, page=Page(size=size)),
        "differences": lambda size: desk.ask("SampleService/ListDifferences", ASSESSOR, month="2025-03", page=Page(size=size)),
        "compared": lambda _size: desk.ask("SampleService/CompareSample", ASSESSOR, month="2025-03"),
    }
    for name, ask in asks.items():
        costs = []
        for size in (1, 7):
            with statements(desk.store) as seen:
                ask(size)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 2, (name, costs)
        if desk.store.is_sqlite:
            assert plan(desk.store, seen[-1]).startswith("SEARCH"), (name, plan(desk.store, seen[-1]))
