"""Which course a message takes: the same each time, and all of them over the sample."""

from __future__ import annotations

from datetime import datetime

from simulator.choosing import KINDS, Intake, Plan, plan
from simulator.courses import provincial, urgent
from simulator.messages import SAMPLE, lay, read

START = datetime.fromisoformat("2025-01-06T08:00+08:00")
GOING_ON = {Intake.FORM, Intake.LINGER, Intake.RECUR}


def sample() -> list[Plan]:
    return plan(lay(read(SAMPLE), START))


def planned(*texts: str, **row: str) -> list[Plan]:
    return plan(lay([{"text": text, **row} for text in texts], START))


def test_the_sample_walks_every_path() -> None:
    walked = {each.path.__name__ for each in sample() if each.intake in GOING_ON}
    assert walked >= {path.__name__ for kind in (*KINDS, urgent.PATHS, provincial.PATHS) for path in kind}


def test_the_sample_leaves_intake_in_every_way() -> None:
    assert {each.intake for each in sample()} | {Intake.REPEAT} == set(Intake)


def test_the_same_messages_take_the_same_courses() -> None:
    assert sample() == sample()


def test_what_belongs_elsewhere_is_declined_with_its_code() -> None:
    (court,) = planned("我的官司正在打，请你们让热力公司赔钱")
    assert (court.intake, court.code) == (Intake.DECLINE, "IN_PROGRESS")
    (question,) = planned("请问申请仲裁的事去哪里办", nature="咨询")
    assert question.intake is not Intake.DECLINE


def test_a_real_emergency_is_passed() -> None:
    (fire,) = planned("厨房着火了，快来人")
    assert (fire.intake, fire.code) == (Intake.PASS, "119")


def test_a_great_outage_is_urgent() -> None:
    (outage,) = planned("整个小区都停水了")
    assert outage.urgent
    assert outage.path in urgent.PATHS


def test_who_calls_again_is_the_caller_whose_matter_was_answered() -> None:
    rows = [{"text": "请问暖气费怎么交", "time": f"2025-01-0{day} 09:00:00"} for day in (1, 2, 3)]
    plans = plan(lay([*rows, {"text": "再次反映暖气费的问题", "time": "2025-01-09 09:00:00"}], START))
    again = plans[-1]
    assert again.intake in {Intake.REPEAT, Intake.RECUR}
    assert again.earlier is not None
    assert plans[again.earlier].intake is Intake.ANSWER
