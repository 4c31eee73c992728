from __future__ import annotations

import dataclasses
import datetime as dt
import pickle

import pytest

from regulation.deadlines import Deadline, Kind, Light, light, overdue
from regulation.explanation import explain
from regulation.terms import (
    dispatch_deadline,
    extension_deadline,
    first_report_deadline,
    handle_deadline,
    promise_deadline,
    result_deadline,
)
from tests.regulation.instants import NATIONAL, POLICY, at, end_of

INSTANT = dt.timedelta(microseconds=1)
HANDLE = handle_deadline(at("2021-02-06T10:00"), calendar=NATIONAL, policy=POLICY)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (at("2021-02-06T10:00"), Light.NONE),
        (end_of("2021-02-10") - INSTANT, Light.NONE),
        (end_of("2021-02-10"), Light.YELLOW),
        (end_of("2021-02-18"), Light.YELLOW),
        (end_of("2021-02-19") - INSTANT, Light.YELLOW),
        (end_of("2021-02-19"), Light.RED),
        (at("2030-01-01T00:00"), Light.RED),
    ],
)
def test_light_through_the_holiday(now: dt.datetime, shown: Light) -> None:
    assert light(HANDLE, now) is shown


def test_light_of_a_first_report_is_red_at_the_deadline_without_yellow() -> None:
    deadline = first_report_deadline(at("2021-02-06T10:00"), calendar=NATIONAL, policy=POLICY)
    assert light(deadline, at("2021-02-06T12:00") - INSTANT) is Light.NONE
    assert light(deadline, at("2021-02-06T12:00")) is Light.RED


def test_light_of_a_dispatch_never_turns() -> None:
    deadline = dispatch_deadline(at("2021-02-06T10:00"), calendar=NATIONAL, policy=POLICY)
    assert light(deadline, at("2022-01-01T00:00")) is Light.NONE


def test_overdue_is_after_the_deadline_the_instant_itself_is_on_time() -> None:
    due = HANDLE.deadline_at
    long_after = due + dt.timedelta(days=30)
    assert not overdue(HANDLE, due, long_after)
    assert overdue(HANDLE, due + INSTANT, long_after)
    assert not overdue(HANDLE, None, due)
    assert overdue(HANDLE, None, due + INSTANT)


def test_overdue_and_light_are_two_facts() -> None:
    day_after = HANDLE.deadline_at + dt.timedelta(hours=10)
    assert overdue(HANDLE, None, day_after)
    assert light(HANDLE, day_after) is Light.YELLOW


def test_a_deadline_is_frozen_and_is_a_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        HANDLE.n = 6  # type: ignore[misc] # the mistake itself
    same = Deadline(**{each.name: getattr(HANDLE, each.name) for each in dataclasses.fields(Deadline)})
    assert same == HANDLE
    assert hash(same) == hash(HANDLE)
    assert pickle.loads(pickle.dumps(HANDLE)) == HANDLE  # noqa: S301 - our own bytes
    assert dataclasses.replace(HANDLE, n=6).n == 6


def test_explain_tells_every_day_and_counts_n() -> None:
    days = explain(HANDLE, NATIONAL)
    assert [each.date.isoformat() for each in days] == [f"2021-02-{day:02}" for day in range(6, 19)]
    assert [each.date.day for each in days if each.counted] == [7, 8, 9, 10, 18]
    assert days[0].why == "周末，起算当日，不计入"
    assert days[1].why == "春节调休上班，第1个工作日"
    assert days[5].why == "春节，不计入"
    assert days[-1].why == "工作日，第5个工作日"


def test_explain_an_extension_from_the_day_the_old_deadline_closes() -> None:
    days = explain(extension_deadline(at("2021-02-11T00:00"), 1, calendar=NATIONAL, policy=POLICY), NATIONAL)
    assert (days[0].date, days[-1].date) == (dt.date(2021, 2, 10), dt.date(2021, 2, 18))
    assert days[0].why == "工作日，原期限届满之日，不计入"
    assert sum(each.counted for each in days) == 1


def test_explain_hours() -> None:
    days = explain(first_report_deadline(at("2026-12-31T23:00"), calendar=NATIONAL, policy=POLICY), NATIONAL)
    assert [(each.date.isoformat(), each.counted) for each in days] == [("2026-12-31", False), ("2027-01-01", False)]
    assert days[1].why == "元旦（暂定），按小时计时，不分昼夜"
    ends_at_midnight = first_report_deadline(at("2026-11-30T22:00"), calendar=NATIONAL, policy=POLICY)
    assert len(explain(ends_at_midnight, NATIONAL)) == 1


def test_explain_a_promise() -> None:
    deadline = promise_deadline(dt.date(2021, 2, 19), asked_at=at("2021-02-10T10:00"), calendar=NATIONAL, policy=POLICY)
    assert [each.date.day for each in explain(deadline, NATIONAL) if each.counted] == [18, 19]


def test_explain_marks_the_provisional() -> None:
    deadline = result_deadline(at("2026-12-31T10:00"), calendar=NATIONAL, policy=POLICY)
    assert [each.why for each in explain(deadline, NATIONAL)][:2] == ["工作日，起算当日，不计入", "元旦（暂定），不计入"]


def test_every_kind_and_light_has_its_chinese_name() -> None:
    assert all(kind.term.endswith("期限") for kind in Kind)
    assert [each.term for each in Light] == ["无灯", "黄灯", "红灯"]
    assert HANDLE.unit.term == "个工作日"
