"""14: topics are found by a job and go on from run to run; a person puts one before a unit, which studies it until a person closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chassis.clock import SetClock
from hotline.assessment.v1 import topics_pb2 as pb
from services.assessment.actions import grouping
from services.assessment.store.topical import topic_tickets, topics
from tests.harness import Served
from tests.services.asked import plan, statements
from tests.services.assessment.calling import formed, hear
from tests.services.assessment.overseers import DISTRICT, HANDLER, OTHER, SUPERVISOR, Desk, person
from tests.services.assessment.telling import BEGIN, Life, tell
from tests.services.refused import Refused

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
COLD = ("花园小区暖气不热", "花园小区三号楼暖气一直不热，家里只有十五度，老人孩子受不了，请热力公司尽快处理")
NOISE = ("工地夜间施工噪音扰民", "建设路工地每天夜间施工到凌晨，噪音太大无法休息，请城管部门查处")
ODD = (
    ("公交站牌", "站牌上的班次什么时候更新"), ("小学招生", "孩子户口不在本地能否入学"), ("医保报销", "异地住院费用怎样报"),
    ("信号灯", "左转绿灯只有五秒钟"), ("宠物办证", "给狗上户口要哪些材料"), ("图书馆", "周一是否闭馆"),
)  # fmt: skip


def calls(name: str, said: tuple[str, str], count: int, begin: Any = BEGIN, **about: Any) -> list[Any]:
    title, text = said
    return [formed(f"{name}-{at}", begin + at * HOUR, title=f"{title}", text=f"{text}（{at}）", **about) for at in range(count)]


def odd() -> list[Any]:
    return [formed(f"o-{at}", BEGIN + at * HOUR, title=title, text=text) for at, (title, text) in enumerate(ODD)]


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    found = Desk(served, clock)
    hear(found.store, [*calls("c", COLD, 9), *calls("n", NOISE, 6), *odd()])
    clock.set(BEGIN + 24 * HOUR)
    return found


def listed(desk: Desk, by: Any = SUPERVISOR) -> list[pb.Topic]:
    return list(desk.ask("TopicService/ListTopics", by).topics)


def behind(desk: Desk, topic_id: str, by: Any = SUPERVISOR) -> list[str]:
    return [each.ticket_id for each in desk.ask("TopicService/ListTopicTickets", by, topic_id=topic_id).tickets]


def rows(desk: Desk) -> list[Any]:
    return [desk.store.read(SUPERVISOR, partial(lambda tx, of: tx.all(tx.select(of)), of=table)) for table in (topics, topic_tickets)]


def put(desk: Desk, topic_id: str, **fields: Any) -> pb.Study:
    given = {"unit_id": "u-0", "demand": "请研究暖气不热的原因", "due_day": "2025-03-31", **fields}
    study: pb.Study = desk.ask("TopicService/PutTopic", topic_id=topic_id, **given).study
    return study


def led(desk: Desk, ticket_ids: list[str], unit_id: str) -> None:
    for ticket_id in ticket_ids:
        tell(desk.store, Life(f"led-{ticket_id}", unit_id, ticket_id=ticket_id).deliver(BEGIN, BEGIN + WEEK).events)


def offered(study: pb.Study) -> list[str]:
    return [each.verb for each in study.offers]


def test_what_is_alike_is_a_topic_with_the_tickets_behind_it(desk: Desk) -> None:
    assert grouping.find_topics(desk.store) == 2
    noise, cold = sorted(listed(desk), key=lambda each: each.calls)
    assert (cold.title, cold.calls, noise.title, noise.calls) == (COLD[0], 9, NOISE[0], 6)
    assert (cold.last, cold.before, cold.trend) == (9, 0, "")
    assert {cold.number, noise.number} == {"ZT20250001", "ZT20250002"}
    assert behind(desk, cold.topic_id) == [f"c-{at}" for at in range(9)]


def test_a_second_run_changes_nothing_and_a_topic_that_grows_is_the_same_one(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    before = {each.title: each.topic_id for each in listed(desk)}
    kept = rows(desk)
    assert grouping.find_topics(desk.store) == 0
    assert kept == rows(desk)
    hear(desk.store, calls("d", COLD, 4, BEGIN + 5 * 24 * HOUR))
    desk.clock.set(BEGIN + 6 * 24 * HOUR)
    assert grouping.find_topics(desk.store) == 1
    grown = listed(desk)[0]
    assert (grown.topic_id, grown.calls) == (before[COLD[0]], 13)


def test_a_topic_tells_how_it_grows_by_weeks(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    hear(desk.store, calls("d", COLD, 6, BEGIN + 5 * 24 * HOUR))
    desk.clock.set(BEGIN + 6 * 24 * HOUR)
    grouping.find_topics(desk.store)
    desk.clock.set(BEGIN + WEEK + 10 * HOUR)
    grown = next(each for each in listed(desk) if each.title == COLD[0])
    assert (grown.last, grown.before, grown.trend) == (6, 9, "-0.333")


def test_words_behind_the_span_are_dropped_and_the_topic_stays(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    desk.clock.set(BEGIN + 3 * WEEK)
    assert grouping.find_topics(desk.store) == 0
    words = desk.store.tables["words"]
    assert desk.store.read(SUPERVISOR, lambda tx: tx.all(tx.select(words))) == []
    assert len(listed(desk)) == 2


def test_two_runs_at_once_make_one_topic_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = grouping.keep_topics

    def overtaken(tx: Any, groups: Any) -> int:
        monkeypatch.setattr(grouping, "keep_topics", keep)
        return keep(tx, groups) + keep(tx, groups)

    monkeypatch.setattr(grouping, "keep_topics", overtaken)
    assert grouping.find_topics(desk.store) == 2
    assert len(listed(desk)) == 2


def test_who_is_complained_about_sees_no_call_no_number_and_no_title_of_it(desk: Desk) -> None:
    hear(desk.store, [formed("p-0", BEGIN, title="三楼暖气不热且物业推诿", text=f"{COLD[1]}，物业推诿", party="u-0")])
    hear(desk.store, calls("q", ("水表空转多收水费", "自来水表空转，每月多收几百元水费，请供水公司查明退费"), 5, party="u-0"))
    grouping.find_topics(desk.store)
    about = person("p-9", "u-0", role="DISPATCHER")
    assert "p-0" in [ticket for each in listed(desk) for ticket in behind(desk, each.topic_id)]
    seen = listed(desk, about)
    assert {each.title for each in seen} == {COLD[0], NOISE[0]}
    assert "p-0" not in [ticket for each in seen for ticket in behind(desk, each.topic_id, about)]
    hidden = next(each for each in listed(desk) if "水费" in each.title)
    with pytest.raises(Refused) as refused:
        desk.ask("TopicService/GetTopic", about, topic_id=hidden.topic_id)
    assert refused.value.code == "NOT_FOUND"


def test_a_topic_is_put_before_a_unit_studied_sent_back_and_closed(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    topic = next(each for each in listed(desk) if each.title == COLD[0])
    led(desk, ["c-0", "c-1"], "u-0")
    study = put(desk, topic.topic_id)
    (mine,) = desk.ask("StudyService/ListStudies", HANDLER).studies
    assert (mine.study_id, mine.topic.calls, mine.topic.title) == (study.study_id, 2, COLD[0])
    assert [each.ticket_id for each in desk.ask("StudyService/ListStudyTickets", HANDLER, study_id=study.study_id).tickets] == [
        "c-0",
        "c-1",
    ]
    assert list(desk.ask("StudyService/ListStudies", OTHER).studies) == []
    assert (offered(mine), offered(*desk.ask("StudyService/ListStudies").studies)) == (["answer_study"], ["close_study"])
    said = {"study_id": study.study_id, "causes": "管网老化", "mechanism": "每年供暖前全面检修并公示"}
    answered = desk.ask("StudyService/AnswerStudy", HANDLER, **said).study
    assert (answered.state, answered.mechanism) == (pb.STUDY_STATE_ANSWERED, said["mechanism"])
    assert (offered(answered), offered(*desk.ask("StudyService/ListStudies").studies)) == ([], ["send_back_study", "close_study"])
    back = desk.ask("StudyService/SendBackStudy", study_id=study.study_id, reason="请写明完成时间", due_day="2025-04-10").study
    assert back.state == pb.STUDY_STATE_ASKED
    desk.ask("StudyService/AnswerStudy", HANDLER, **said)
    closed = desk.ask("StudyService/CloseStudy", study_id=study.study_id, conclusion="机制已建立").study
    assert (closed.state, offered(closed)) == (pb.STUDY_STATE_CLOSED, [])
    assert put(desk, topic.topic_id).study_id != study.study_id
    verbs = [entry["verb"] for entry in desk.store.read_across(lambda tx: tx.all(tx.select(desk.store.tables["journal"])))]
    assert verbs.count("answer_study") == 2


def test_a_study_is_told_once_and_is_late_after_its_day(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    topic = listed(desk)[0]
    put(desk, topic.topic_id, due_day=(BEGIN + WEEK).date().isoformat(), request_id="same")
    put(desk, topic.topic_id, due_day=(BEGIN + WEEK).date().isoformat(), request_id="same")
    outbox = desk.store.tables["outbox"]
    told = desk.store.read_across(lambda tx: tx.all(tx.select(outbox).where(outbox.c.type.like("%StudyAsked"))))
    assert len(told) == 1
    assert list(desk.ask("StudyService/ListStudies", overdue=True).studies) == []
    desk.clock.set(BEGIN + WEEK + 24 * HOUR)
    assert [each.overdue for each in desk.ask("StudyService/ListStudies", overdue=True).studies] == [True]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"unit_id": "nobody"}, "unit_id"), ({"due_day": "2024-01-01"}, "due_day"), ({"demand": " "}, "demand")],
)
def test_what_is_not_right_is_refused_with_what_to_do(desk: Desk, fields: dict[str, str], field: str) -> None:
    grouping.find_topics(desk.store)
    with pytest.raises(Refused) as refused:
        put(desk, listed(desk)[0].topic_id, **fields)
    assert refused.value.field == field
    assert list(desk.ask("StudyService/ListStudies").studies) == []


def test_steps_out_of_turn_and_of_others_are_refused(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    topic = listed(desk)[0]
    study = put(desk, topic.topic_id)
    with pytest.raises(Refused):
        put(desk, topic.topic_id)
    with pytest.raises(Refused):
        desk.ask("StudyService/SendBackStudy", study_id=study.study_id, reason="不全", due_day="2025-04-10")
    with pytest.raises(Refused) as refused:
        desk.ask("StudyService/AnswerStudy", OTHER, study_id=study.study_id, causes="无", mechanism="无")
    assert refused.value.code == "NOT_FOUND"


def test_a_districts_hub_answers_for_it(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    topic = listed(desk)[0]
    led(desk, ["c-0"], "zd")
    study = put(desk, topic.topic_id, unit_id="zd")
    assert [each.study_id for each in desk.ask("StudyService/ListStudies", DISTRICT).studies] == [study.study_id]
    answered = desk.ask("StudyService/AnswerStudy", DISTRICT, study_id=study.study_id, causes="管网", mechanism="检修").study
    assert answered.state == pb.STUDY_STATE_ANSWERED


def test_lists_ask_no_more_of_the_store_when_there_is_more(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    counts = []
    for topic in listed(desk):
        put(desk, topic.topic_id)
        with statements(desk.store) as seen:
            listed(desk)
            desk.ask("StudyService/ListStudies")
            desk.ask("StudyService/ListStudies", HANDLER)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_tickets_of_a_topic_go_by_their_index(desk: Desk) -> None:
    grouping.find_topics(desk.store)
    with statements(desk.store) as seen:
        behind(desk, listed(desk)[0].topic_id)
    if desk.store.is_sqlite:
        assert "SCAN topic_tickets" not in plan(desk.store, seen[-1])
