"""20: a month is published once, stands as it was, is appealed against and corrected; three months among the last call for an interview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from grpc import RpcError

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.store import Store
from hotline.assessment.v1 import appeals_pb2, assessments_pb2
from hotline.directory.v1 import events_pb2 as directory
from hotline.ticket.v1.ticket_pb2 import Page
from services.assessment.actions.recounting import recount
from services.assessment.worker import AssessmentWorker
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.telling import BAD, BEGIN, DAY, closed, tell
from tests.services.refused import Refused

ASSESSOR = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_ASSESSOR"}), ("zibo", "zhangdian"))
LEAD = Caller("person", "p-2", "zibo", "u-0", frozenset({"ROLE_UNIT_LEAD"}))
DISTRICT = Caller("person", "p-3", "zhangdian", "zd-hub", frozenset({"ROLE_ASSESSOR"}))
STRANGER = Caller("person", "p-4", "linzi", "lz-hub", frozenset({"ROLE_ASSESSOR"}))
MONTHS = ("2025-03", "2025-04", "2025-05")
WORKER = AssessmentWorker()
UNITS = ("u-0", "u-1", "u-2", "u-3", "u-4")


def heard_of(store: Store) -> None:
    """A city of five departments and a district, that ranks groups of five by single orders."""
    by = Caller.peer("directory", "zibo")
    city = directory.TenantChanged(tenant_id="zibo", policies={"ranking_min_group": "5", "ranking_min_orders": "1"}, version=1)
    district = directory.TenantChanged(tenant_id="zhangdian", parent_tenant_id="zibo", version=1)
    for tenant in (city, district):
        store.write(by, partial(lambda tx, event: WORKER.tenant_changed(event, tx), event=tenant))
    told = [(each, "zibo", directory.UNIT_KIND_DEPARTMENT, "") for each in UNITS]
    told += [("zd", "zibo", directory.UNIT_KIND_DISTRICT, "zhangdian"), ("zd-hub", "zhangdian", directory.UNIT_KIND_HUB, "")]
    for unit_id, tenant_id, kind, handled in told:
        unit = directory.UnitChanged(
            unit_id=unit_id, tenant_id=tenant_id, name=f"单位{unit_id}", kind=kind, handling_tenant_id=handled, version=1
        )
        store.write(by, partial(lambda tx, event: WORKER.unit_changed(event, tx), event=unit))


def month_told(store: Store, number: int) -> None:
    """Two orders a unit: the first two units do well, the others ever worse."""
    begin = BEGIN + number * 31 * DAY
    for at, unit_id in enumerate((*UNITS, "zd")):
        about: dict[str, Any] = {"handling_tenant_id": "zhangdian"} if unit_id == "zd" else {}
        first = closed(f"{number}-{unit_id}-a", unit_id, late=at > 1, begin=begin, **about)
        second = closed(f"{number}-{unit_id}-b", unit_id, result=BAD if at > 2 else 1, begin=begin, **about)
        tell(store, [*first.events, *second.events])


@pytest.fixture
def city(served: Callable[[str], Served], clock: SetClock) -> Served:
    clock.set(BEGIN)
    running = served("assessment")
    heard_of(running.store)
    month_told(running.store, 0)
    clock.set(BEGIN + 30 * DAY)
    return running


class Desk:
    """What somebody asks of the city, each write once."""

    def __init__(self, city: Served) -> None:
        self.city, self.requests = city, 0

    def write(self, method: str, by: Caller = ASSESSOR, **asked: Any) -> Any:
        self.requests += 1
        return self.ask(method, by, request_id=f"r-{self.requests}", **asked)

    def ask(self, method: str, by: Caller = ASSESSOR, **asked: Any) -> Any:
        module = appeals_pb2 if method.split("/", maxsplit=1)[0] in ("AppealService", "InterviewService") else assessments_pb2
        name = method.split("/")[1]
        request: Message = getattr(module, f"{name}Request")(**asked)
        try:
            return self.city.ask(method, request, getattr(module, f"{name}Response"), by)
        except RpcError as error:
            raise Refused(error) from error

    def publish(self, month: str) -> Any:
        return self.write("AssessmentService/PublishAssessment", month=month).assessment

    def scores(self, month: str = "2025-03", by: Caller = ASSESSOR, **asked: Any) -> dict[str, Any]:
        answer = self.ask("AssessmentService/ListScores", by, month=month, **asked)
        return {each.unit_id: MessageToDict(each) for each in answer.scores}

    def interviews(self) -> list[tuple[str, list[str], str]]:
        found = self.ask("InterviewService/ListInterviews").interviews
        return [(each.unit_id, list(each.months), appeals_pb2.InterviewState.Name(each.state)) for each in found]


@pytest.fixture
def desk(city: Served) -> Desk:
    return Desk(city)


def test_publish_assessment_freezes_the_month_to_the_last_digit(desk: Desk) -> None:
    previewed = {each.unit_id: MessageToDict(each) for each in desk.ask("AssessmentService/PreviewAssessment", month="2025-03").scores}
    assert desk.publish("2025-03").version == 1
    published = desk.scores()
    assert published == previewed
    assert [(each, published[each].get("score"), published[each]["rank"], published[each].get("last", False)) for each in UNITS] == [
        ("u-0", "100.0000", 1, False), ("u-1", "100.0000", 1, False),
        # (½·30 + 20 + 30) / 80, then with half of the results bad too.
        ("u-2", "81.2500", 3, True), ("u-3", "62.5000", 4, True), ("u-4", "62.5000", 4, True),
    ]  # fmt: skip
    assert (published["zd"]["rank"], published["zd"]["of"], published["zd"].get("last")) == (1, 1, None)
    # Told again and counted anew, nothing of it changes; what comes late changes the preview alone.
    month_told(desk.city.store, 0)
    desk.city.store.write(Caller.timer("assessment", "zibo"), recount)
    assert {
        each.unit_id: MessageToDict(each) for each in desk.ask("AssessmentService/PreviewAssessment", month="2025-03").scores
    } == published
    tell(desk.city.store, closed("late-news", "u-0", late=True).events)
    assert desk.scores() == published


def test_correct_assessment_is_a_version_that_shows_what_changed(desk: Desk) -> None:
    desk.publish("2025-03")
    with pytest.raises(Refused, match="没有变化"):
        desk.write("AssessmentService/CorrectAssessment", month="2025-03", version=1, reason="复核")
    appeal = desk.write("AppealService/FileAppeal", LEAD, month="2025-03", unit_id="u-0", reason="评分有误", evidence="制度文件").appeal_id
    with pytest.raises(Refused, match="正在处理"):
        desk.write("AppealService/FileAppeal", LEAD, month="2025-03", unit_id="u-0", reason="再次申诉")
    upheld = desk.write("AppealService/UpholdAppeal", appeal_id=appeal, decision="情况属实").appeal
    assert upheld.state == appeals_pb2.APPEAL_STATE_UPHELD
    desk.write("AssessmentService/EnterItem", month="2025-03", unit_id="u-0", part="institution", points="4", evidence="制度文件")
    desk.write("AssessmentService/ExcludeFact", subject_id="0-u-2-a", round=1, rate="on_time", reason="系统故障")
    corrected = desk.write("AssessmentService/CorrectAssessment", month="2025-03", version=1, reason="申诉成立").assessment
    assert {(each.unit_id, each.what, each.before, each.after) for each in corrected.changes} == {
        ("u-0", "institution", "", "4.00/5"), ("u-0", "score", "100.0000", "98.8235"), ("u-0", "rank", "1", "3"),
        ("u-2", "on_time", "1/2", "1/1"), ("u-2", "score", "81.2500", "100.0000"), ("u-2", "rank", "3", "1"), ("u-2", "last", "yes", "no"),
        ("u-0", "last", "no", "yes"),
    }  # fmt: skip
    # What was published stays readable as it was.
    assert desk.scores(version=1)["u-0"]["score"] == "100.0000"
    assert desk.scores()["u-0"]["score"] == "98.8235"
    with pytest.raises(Refused, match="现为第2版"):
        desk.write("AssessmentService/CorrectAssessment", month="2025-03", version=1, reason="再更正")
    steps = desk.ask("AssessmentService/ListJournalEntries", subject_id="zibo:2025-03").entries
    assert [step.verb for step in steps] == [
        "publish_assessment", "file_appeal", "decide_appeal", "enter_item", "exclude_fact", "correct_assessment",
    ]  # fmt: skip


def test_three_months_among_the_last_propose_an_interview_once(desk: Desk, clock: SetClock) -> None:
    for number, month in enumerate(MONTHS):
        clock.set(BEGIN + (number * 31 + 30) * DAY)
        if number:
            month_told(desk.city.store, number)
        desk.publish(month)
        assert len(desk.interviews()) == (3 if number == 2 else 0)
    assert sorted(desk.interviews()) == [(unit, list(MONTHS), "INTERVIEW_STATE_PROPOSED") for unit in ("u-2", "u-3", "u-4")]
    held = next(each for each in desk.ask("InterviewService/ListInterviews").interviews if each.unit_id == "u-3")
    desk.write("InterviewService/RecordInterview", interview_id=held.interview_id, record="已约谈")
    with pytest.raises(Refused, match="已经进行"):
        desk.write("InterviewService/RecordInterview", interview_id=held.interview_id, record="已约谈")
    # A correction takes the ground of one that was not held yet; what was held stays.
    desk.write("AssessmentService/ExcludeFact", subject_id="1-u-2-a", round=1, rate="on_time", reason="系统故障")
    for unit in ("u-0", "u-1"):
        desk.write("AssessmentService/EnterItem", month="2025-04", unit_id=unit, part="institution", points="0", evidence="无制度")
    desk.write("AssessmentService/CorrectAssessment", month="2025-04", version=1, reason="复核")
    states = {unit: state.removeprefix("INTERVIEW_STATE_") for unit, _, state in desk.interviews()}
    assert states == {"u-2": "VOID", "u-3": "HELD", "u-4": "PROPOSED"}


def test_an_interview_for_inaction_needs_its_facts(desk: Desk) -> None:
    with pytest.raises(Refused, match="区县政府和市政府部门"):
        desk.write("InterviewService/ProposeInterview", unit_id="nobody", ground=2, evidence="x")
    with pytest.raises(Refused, match="不作为或慢作为"):
        desk.write("InterviewService/ProposeInterview", unit_id="zd", ground=1, evidence="x")
    proposed = desk.write("InterviewService/ProposeInterview", unit_id="zd", ground=2, evidence="长期不予办理").interview
    assert (proposed.unit_id, proposed.ground) == ("zd", appeals_pb2.INTERVIEW_GROUND_INACTION)


def test_who_reads_what_was_published(desk: Desk) -> None:
    with pytest.raises(Refused, match="尚未公布"):
        desk.scores()
    desk.publish("2025-03")
    assert set(desk.scores(by=LEAD)) == {*UNITS, "zd"}
    # A district reads its city's, and appeals for the unit it is there.
    assert desk.scores(by=DISTRICT, tenant_id="zibo")["zd"]["rank"] == 1
    assert desk.write("AppealService/FileAppeal", DISTRICT, month="2025-03", unit_id="zd", reason="有误").appeal_id
    for by, unit in ((DISTRICT, "u-0"), (LEAD, "u-1"), (STRANGER, "zd")):
        with pytest.raises(Refused, match="只能由被考核单位"):
            desk.write("AppealService/FileAppeal", by, month="2025-03", unit_id=unit, reason="有误")
    with pytest.raises(Refused, match="没有这个租户"):
        desk.scores(by=STRANGER, tenant_id="zibo")
    assert [each.unit_id for each in desk.ask("AppealService/ListAppeals", LEAD).appeals] == []
    assert [each.unit_id for each in desk.ask("AppealService/ListAppeals", DISTRICT, tenant_id="zibo").appeals] == ["zd"]


def test_bad_input_is_refused_by_field_and_nothing_is_published(desk: Desk, clock: SetClock) -> None:
    item: dict[str, Any] = {"month": "2025-03", "unit_id": "u-0", "part": "institution", "points": "4", "evidence": "x"}
    for name, value in (
        ("month", "2025-3"),
        ("unit_id", "nobody"),
        ("part", "on_time"),
        ("points", "5.01"),
        ("points", "1.005"),
        ("points", "x"),
    ):
        with pytest.raises(Refused) as caught:
            desk.write("AssessmentService/EnterItem", **{**item, name: value})
        assert (caught.value.field, caught.value.article) == (name, "20")
    clock.set(datetime.fromisoformat("2025-03-31T23:59:59+08:00"))
    with pytest.raises(Refused, match="尚未结束"):
        desk.publish("2025-03")
    clock.set(clock.now() + timedelta(seconds=1))
    desk.publish("2025-03")
    with pytest.raises(Refused, match="已经公布"):
        desk.publish("2025-03")
    assert [each.version for each in desk.ask("AssessmentService/ListAssessments").assessments] == [1]


def test_lists_cost_the_same_however_long_they_are_and_go_by_an_index(desk: Desk) -> None:
    desk.publish("2025-03")
    asked_for: list[tuple[str, dict[str, Any]]] = [
        ("AssessmentService/ListScores", {"month": "2025-03"}), ("AssessmentService/ListAssessments", {}),
        ("AssessmentService/ListItems", {"month": "2025-03"}), ("AppealService/ListAppeals", {}), ("InterviewService/ListInterviews", {}),
    ]  # fmt: skip
    for method, asked in asked_for:
        costs = []
        for size in (1, 50):
            with statements(desk.city.store) as seen:
                desk.ask(method, page=Page(size=size), **asked)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 5, method
        if desk.city.store.is_sqlite:
            assert plan(desk.city.store, seen[-1]).startswith("SEARCH"), method
    with statements(desk.city.store) as seen:
        desk.ask("AssessmentService/PreviewAssessment", month="2025-03")
    assert len(seen) == 7, "sums, exclusions, items, units, policy; the published version and its scores"
