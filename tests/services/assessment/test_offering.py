"""What a desk is told it may do: each verb that is offered is taken, each that is not is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from hotline.assessment.v1 import findings_pb2, ladder_pb2
from tests.harness import Served
from tests.services.asked import statements
from tests.services.assessment.overseers import DISTRICT, HANDLER, STRANGER, SUPERVISOR, Desk, person
from tests.services.assessment.telling import BEGIN, DAY, HOUR, Life, closed, tell
from tests.services.refused import Refused

ASSESSOR = person("p-8", "hub", "zibo", "ASSESSOR", "zibo", "zhangdian")
LEAD = person("p-9", "u-0", "zibo", "UNIT_LEAD")
OUTSIDE: dict[str, Any] = {"outside_number": "编办〔2025〕3号", "outside_day": "2025-03-27"}


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    return Desk(served, clock)


def proposed(desk: Desk, unit_id: str = "u-0", **about: Any) -> str:
    life = Life(f"o-{unit_id}", unit_id, **about).deliver(BEGIN, BEGIN + 7 * DAY).do("sign_in", BEGIN + HOUR)
    tell(desk.store, life.events)
    desk.look(9)
    one: str = desk.found()["15-1", unit_id].supervision_id
    return one


def opened(desk: Desk, one: str, by: Caller = SUPERVISOR) -> tuple[list[str], list[str]]:
    """Verbs, and rungs to which it may be raised."""
    answer = desk.ask("SupervisionService/GetSupervision", by, supervision_id=one)
    return verbs(answer.offers), [ladder_pb2.Rung.Name(rung).removeprefix("RUNG_") for rung in answer.next_rungs]


def verbs(offers: Iterable[Any]) -> list[str]:
    assert all(offer.term and offer.article for offer in offers)
    return [offer.verb for offer in offers]


def test_a_supervision_offers_what_may_follow_to_whom_it_may(desk: Desk) -> None:
    one = proposed(desk)
    assert opened(desk, one) == (["issue_supervision", "set_aside_supervision"], [])
    desk.supervise("Issue", supervision_id=one)
    # Before the term, nobody raises what the unit has not answered; the unit is offered its answer and nothing else.
    assert opened(desk, one) == (["close_supervision"], [])
    assert opened(desk, one, HANDLER) == (["answer_supervision"], [])
    desk.supervise("Answer", HANDLER, supervision_id=one, answer="无法解决")
    assert opened(desk, one) == (["raise_supervision", "close_supervision"], ["COORDINATION", "GOVERNMENT"])
    assert opened(desk, one, HANDLER) == ([], [])
    desk.ask("LadderService/RaiseSupervision", supervision_id=one, rung=ladder_pb2.RUNG_COORDINATION, reason="x")
    assert opened(desk, one) == (["record_outcome"], [])
    assert desk.ask("SupervisionService/GetSupervision", supervision_id=one).open_rung == ladder_pb2.RUNG_COORDINATION
    desk.ask("LadderService/RecordOutcome", supervision_id=one, rung=ladder_pb2.RUNG_COORDINATION, result="x")
    assert opened(desk, one) == (["raise_supervision", "close_supervision"], ["CONFIRMATION", "GOVERNMENT"])
    desk.supervise("Close", supervision_id=one, conclusion="已解决")
    assert opened(desk, one) == ([], [])


def test_a_district_finds_what_its_city_issued_to_it(desk: Desk) -> None:
    one = proposed(desk, "zd", handling_tenant_id="zhangdian")
    assert list(desk.listed(DISTRICT, received=True)) == []
    desk.supervise("Issue", supervision_id=one)
    assert [each.supervision_id for each in desk.listed(DISTRICT, received=True)] == [one]
    assert [list(desk.listed(by, received=True)) for by in (STRANGER, SUPERVISOR)] == [[], []]
    assert opened(desk, one, DISTRICT) == (["answer_supervision"], [])


def test_a_finding_offers_accountability_once_its_term_is_over(desk: Desk) -> None:
    for number in range(2):
        life = Life(f"r-{number}", "u-0").deliver(BEGIN, BEGIN + 20 * DAY).do("sign_in", BEGIN).do("request_return", BEGIN + DAY)
        tell(desk.store, life.events)
    desk.look(12)
    (one,) = desk.ask("FindingService/ListFindings").findings

    def offered(by: Caller = SUPERVISOR) -> list[str]:
        return verbs(desk.ask("FindingService/GetFinding", by, finding_id=one.finding_id).offers)

    assert offered() == ["confirm_finding", "set_aside_finding"]
    with pytest.raises(Refused, match="没有这项发现"):
        offered(HANDLER)
    due = desk.ask("FindingService/ConfirmFinding", finding_id=one.finding_id, opinion="属实").finding.due_at
    assert offered() == ["accept_rectification"]
    desk.clock.set(due.ToDatetime(BEGIN.tzinfo) + HOUR)
    assert offered() == ["accept_rectification", "issue_accountability"]
    seen = desk.ask("FindingService/GetFinding", HANDLER, finding_id=one.finding_id).finding
    assert (seen.state, seen.opinion) == (findings_pb2.FINDING_STATE_CONFIRMED, "属实")


def test_a_month_offers_its_publication_then_a_correction_with_what_it_would_change(desk: Desk) -> None:
    tell(desk.store, closed("o-1", "u-0").events)

    def previewed() -> Any:
        return desk.ask("AssessmentService/PreviewAssessment", ASSESSOR, month="2025-03")

    assert verbs(previewed().offers) == ["enter_item"]
    desk.clock.set(BEGIN + 31 * DAY)
    assert verbs(previewed().offers) == ["publish_assessment", "enter_item"]
    desk.ask("AssessmentService/PublishAssessment", ASSESSOR, month="2025-03")
    shown = previewed()
    assert (shown.published_version, list(shown.changes), verbs(shown.offers)) == (1, [], ["correct_assessment", "enter_item"])
    desk.ask("AssessmentService/EnterItem", ASSESSOR, month="2025-03", unit_id="u-0", part="institution", points="4", evidence="制度文件")
    told = [(each.term, each.before, each.after) for each in previewed().changes]
    corrected = desk.ask("AssessmentService/CorrectAssessment", ASSESSOR, month="2025-03", version=1, reason="复核").assessment
    assert told == [(each.term, each.before, each.after) for each in corrected.changes]
    assert ("完善制度", "", "4.00/5") in told
    (score,) = [each for each in desk.ask("AssessmentService/ListScores", LEAD, month="2025-03").scores if each.unit_id == "u-0"]
    assert (score.group_term, [(part.term, part.rate) for part in score.parts][:2]) == (
        "部门", [("按时办结率", "on_time"), ("服务过程满意率", "process_satisfaction")],
    )  # fmt: skip


def test_a_unit_is_offered_its_appeal_until_one_is_open(desk: Desk) -> None:
    tell(desk.store, closed("o-1", "u-0").events)
    desk.clock.set(BEGIN + 31 * DAY)
    desk.ask("AssessmentService/PublishAssessment", ASSESSOR, month="2025-03")

    def own(by: Caller, **asked: Any) -> tuple[str, list[str]]:
        answer = desk.ask("AssessmentService/GetAssessment", by, month="2025-03", **asked)
        return answer.own_unit_id, verbs(answer.offers)

    assert own(LEAD) == ("u-0", ["file_appeal"])
    # The hub is not assessed; a district is a unit of its city, and speaks for itself alone.
    assert own(ASSESSOR) == ("", [])
    assert own(DISTRICT, tenant_id="zibo") == ("zd", ["file_appeal"])
    assert own(STRANGER, tenant_id="zibo") == ("", [])
    appeal = desk.ask("AppealService/FileAppeal", LEAD, month="2025-03", unit_id="u-0", reason="有误").appeal_id
    assert own(LEAD) == ("u-0", [])
    (listed,) = desk.ask("AppealService/ListAppeals", ASSESSOR).appeals
    assert verbs(listed.offers) == ["uphold_appeal", "refuse_appeal"]
    decided = desk.ask("AppealService/RefuseAppeal", ASSESSOR, appeal_id=appeal, decision="理由不成立").appeal
    assert verbs(decided.offers) == []
    assert own(LEAD) == ("u-0", ["file_appeal"])


def test_an_interview_offers_its_record_until_it_was_held(desk: Desk) -> None:
    asked: dict[str, Any] = {"unit_id": "u-0", "ground": 2, "evidence": "推诿"}
    one = desk.ask("InterviewService/ProposeInterview", ASSESSOR, **asked).interview
    assert verbs(one.offers) == ["record_interview"]
    held = desk.ask("InterviewService/RecordInterview", ASSESSOR, interview_id=one.interview_id, record="已约谈").interview
    assert verbs(held.offers) == []


def test_what_is_offered_costs_a_handful_of_statements(desk: Desk) -> None:
    one = proposed(desk)
    with statements(desk.store) as seen:
        opened(desk, one)
    assert len(seen) <= 4
