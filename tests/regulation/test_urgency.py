"""Urgent orders: Art. 13, and the shorter limit everywhere else."""

from __future__ import annotations

import datetime as dt

import pytest

from regulation.articles import Article, NotAllowed
from regulation.policy import Policy
from regulation.terms import Kind, Source, Unit
from tests.regulation.dates import (
    MONDAY_TEN,
    assist,
    deficient,
    dispatch,
    extend,
    first_report,
    give_back,
    handle,
    promise,
    result,
    upgrade,
)
from tests.regulation.instants import OFFICE_HOURS, at, end_of


@pytest.mark.parametrize("source", Source)
def test_dispatch_of_an_urgent_one_at_once(source: Source) -> None:
    deadline = dispatch(at("2025-06-14T03:00"), source=source, urgent=True)
    assert (deadline.deadline_at, deadline.n, deadline.unit) == (at("2025-06-14T03:15"), 15, Unit.MINUTE)
    assert (deadline.yellow_at, deadline.red_at) == (None, None)


def test_handle_of_an_urgent_one_is_its_result() -> None:
    assert handle(MONDAY_TEN, urgent=True) == result(MONDAY_TEN, days=3)
    assert handle(MONDAY_TEN, urgent=True, days=1, source=Source.PROVINCIAL) == result(MONDAY_TEN, days=1)


def test_return_is_capped_at_the_result() -> None:
    capped = give_back(MONDAY_TEN, urgent=True, result_at=result(MONDAY_TEN, days=1).deadline_at)
    assert (capped.deadline_at, capped.n, capped.kind) == (end_of("2025-06-17"), 1, Kind.RETURN)
    uncapped = give_back(MONDAY_TEN, urgent=True, result_at=result(MONDAY_TEN, days=3).deadline_at)
    assert uncapped == give_back(MONDAY_TEN)


def test_urgent_orders_are_neither_extended_nor_promised() -> None:
    with pytest.raises(NotAllowed, match="第十三条：紧急工单不得延期"):
        extend(MONDAY_TEN, 1, urgent=True)
    with pytest.raises(NotAllowed, match="第十三条：紧急工单不得续报"):
        promise(dt.date(2025, 7, 2), asked_at=MONDAY_TEN, urgent=True)
    lenient = Policy(urgent_may_postpone=True)
    assert extend(MONDAY_TEN, 1, urgent=True, policy=lenient) == extend(MONDAY_TEN, 1)


@pytest.mark.parametrize("source", Source)
def test_first_report_within_two_hours_day_or_night(source: Source) -> None:
    deadline = first_report(at("2021-02-12T23:30"), source=source)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (
        at("2021-02-13T01:30"),
        None,
        at("2021-02-13T01:30"),
    )
    assert (deadline.n, deadline.unit, deadline.article) == (2, Unit.HOUR, Article(13))


@pytest.mark.parametrize(
    ("days", "due", "yellow"), [(1, "2025-06-17", "2025-06-16"), (2, "2025-06-18", "2025-06-17"), (None, "2025-06-19", "2025-06-18")]
)
def test_result_is_red_at_the_deadline_and_yellow_by_article_12(days: int | None, due: str, yellow: str) -> None:
    deadline = result(MONDAY_TEN, days=days)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (end_of(due), end_of(yellow), end_of(due))


def test_yellow_is_never_before_the_trigger() -> None:
    saturday = at("2025-06-14T10:00")
    assert result(saturday, days=1).yellow_at == saturday
    late = at("2025-06-16T18:00")
    assert result(late, days=1, policy=OFFICE_HOURS).yellow_at == late


@pytest.mark.parametrize("days", [0, 4, -1])
def test_result_of_other_than_one_to_three_days_is_not_allowed(days: int) -> None:
    with pytest.raises(NotAllowed, match=r"第十三条.*1至3个工作日"):
        result(MONDAY_TEN, days=days)


def test_upgrade_takes_the_earlier_of_the_old_deadline_and_three_days() -> None:
    old = handle(MONDAY_TEN).deadline_at
    early = upgrade(old, upgraded_at=at("2025-06-17T09:00"))
    assert (early.deadline_at, early.red_at, early.n) == (end_of("2025-06-20"), end_of("2025-06-20"), 3)
    late = upgrade(old, upgraded_at=at("2025-06-20T09:00"))
    assert (late.kind, late.deadline_at, late.red_at, late.n) == (Kind.RESULT, old, old, 1)
    assert late.yellow_at == end_of("2025-06-20")
    assert late.trigger_at == at("2025-06-20T09:00")


def test_upgrade_of_what_was_overdue_erases_nothing() -> None:
    old = handle(MONDAY_TEN).deadline_at
    deadline = upgrade(old, upgraded_at=at("2025-06-30T09:00"))
    assert (deadline.deadline_at, deadline.red_at, deadline.n) == (old, old, 0)


def test_deficient_reply_of_an_urgent_order_stays_red_at_once() -> None:
    later = deficient(result(MONDAY_TEN), at("2025-06-20T15:00"))
    assert (later.deadline_at, later.red_at) == (end_of("2025-06-23"), end_of("2025-06-23"))
    again = deficient(later, at("2025-06-25T15:00"))
    assert again.red_at == again.deadline_at == end_of("2025-06-26")


def test_assisting_units_share_an_hour_limit() -> None:
    lead = first_report(MONDAY_TEN)
    assert assist(lead, at("2025-06-16T11:00")) == lead
