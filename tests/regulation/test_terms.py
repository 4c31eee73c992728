"""The dates of 11(2), (3), (6), (8), (9) and 16, and what holds of all."""

from __future__ import annotations

import datetime as dt

import pytest

from regulation import terms
from regulation.articles import Article, Edition, NotAllowed
from regulation.calendar import NoCalendar
from regulation.policy import Policy
from regulation.table import ROWS, TABLE
from regulation.terms import Kind, Source, Unit
from tests.regulation.dates import MONDAY_TEN, assist, deficient, dispatch, first_report, give_back, handle, result, rework
from tests.regulation.instants import NATIONAL, OFFICE_HOURS, at, end_of


@pytest.mark.parametrize(
    ("day", "returned_by", "due", "yellow", "red"),
    [
        ("2021-02-04", "2021-02-07", "2021-02-10", "2021-02-09", "2021-02-18"),
        ("2021-02-06", "2021-02-08", "2021-02-18", "2021-02-10", "2021-02-19"),
        ("2021-09-17", "2021-09-22", "2021-09-26", "2021-09-24", "2021-09-27"),
        ("2025-01-24", "2025-01-27", "2025-02-07", "2025-02-06", "2025-02-08"),
        ("2026-02-13", "2026-02-24", "2026-02-27", "2026-02-26", "2026-02-28"),
    ],
)
def test_the_dates_to_hold_against(day: str, returned_by: str, due: str, yellow: str, red: str) -> None:
    trigger = at(f"{day}T10:00")
    deadline = handle(trigger)
    assert give_back(trigger).deadline_at == end_of(returned_by)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (end_of(due), end_of(yellow), end_of(red))


def test_a_deadline_keeps_what_it_was_counted_from() -> None:
    deadline = handle(MONDAY_TEN)
    assert deadline == terms.Deadline(
        kind=Kind.HANDLE,
        article=Article(11, 3),
        trigger_at=MONDAY_TEN,
        n=5,
        unit=Unit.WORKING_DAY,
        deadline_at=end_of("2025-06-23"),
        yellow_at=end_of("2025-06-20"),
        red_at=end_of("2025-06-24"),
        provisional=False,
        calendar_revision=NATIONAL.revision,
        edition="zibo-2021",
    )
    instants = (deadline.trigger_at, deadline.deadline_at, deadline.yellow_at, deadline.red_at)
    assert all(each is not None and each.tzinfo is dt.UTC for each in instants)


def test_a_trigger_at_a_cut_off_belongs_to_its_own_local_date() -> None:
    assert handle(at("2021-02-05T00:00")).deadline_at == end_of("2021-02-18")
    assert handle(at("2021-02-04T23:59:59.999999")).deadline_at == end_of("2021-02-10")


def test_the_local_date_counts_whatever_the_zone_of_the_trigger() -> None:
    assert handle(dt.datetime(2021, 2, 4, 16, tzinfo=dt.UTC)) == handle(at("2021-02-05T00:00"))


def test_a_city_s_close_of_business_is_the_cut_off() -> None:
    deadline = handle(at("2021-02-04T18:00"), policy=OFFICE_HOURS)
    assert deadline.deadline_at == at("2021-02-10T17:30")
    assert deadline.yellow_at == at("2021-02-09T17:30")
    assert deadline.red_at == at("2021-02-18T17:30")


@pytest.mark.parametrize("source", Source)
def test_dispatch_within_one_working_day_without_lights(source: Source) -> None:
    deadline = dispatch(at("2025-06-13T23:00"), source=source)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (end_of("2025-06-16"), None, None)


def test_handle_is_five_working_days_for_the_province_too() -> None:
    assert handle(MONDAY_TEN, source=Source.PROVINCIAL) == handle(MONDAY_TEN)


def test_red_offset_is_the_city_s_choice() -> None:
    assert handle(MONDAY_TEN, policy=Policy(red_offset_days=3)).red_at == end_of("2025-06-26")


@pytest.mark.parametrize("urgent", [False, True])
def test_return_within_two_working_days_of_the_province_s_one(urgent: bool) -> None:  # noqa: FBT001 - pytest gives it
    assert give_back(MONDAY_TEN, urgent=urgent).deadline_at == end_of("2025-06-18")
    provincial = give_back(MONDAY_TEN, source=Source.PROVINCIAL, urgent=urgent)
    assert (provincial.deadline_at, provincial.n) == (end_of("2025-06-17"), 1)
    assert (provincial.yellow_at, provincial.red_at) == (None, None)


def test_rework_is_a_fresh_term_from_redelivery() -> None:
    deadline = rework(MONDAY_TEN)
    assert (deadline.kind, deadline.article, deadline.n) == (Kind.REWORK, Article(11, 9), 5)
    fresh = handle(MONDAY_TEN)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (fresh.deadline_at, fresh.yellow_at, fresh.red_at)
    assert rework(MONDAY_TEN, policy=Policy(rework_days=2)).deadline_at == end_of("2025-06-18")
    assert rework(MONDAY_TEN, urgent=True) == result(MONDAY_TEN)


def test_deficient_reply_is_due_a_working_day_after_the_decision_or_at_the_old_deadline() -> None:
    old = handle(MONDAY_TEN)
    assert deficient(old, at("2025-06-18T15:00")) is old
    later = deficient(old, at("2025-06-23T15:00"))
    assert (later.kind, later.article, later.n) == (Kind.DEFICIENT, Article(11, 8), 1)
    assert (later.deadline_at, later.yellow_at, later.red_at) == (end_of("2025-06-24"), end_of("2025-06-23"), end_of("2025-06-25"))


@pytest.mark.parametrize(
    ("delivered", "due"),
    [("2025-06-16T11:00", "2025-06-20"), ("2025-06-20T11:00", "2025-06-23"), ("2025-06-23T11:00", "2025-06-23")],
)
def test_assisting_unit_s_date_lies_before_the_lead_s_but_not_before_its_own_day(delivered: str, due: str) -> None:
    deadline = assist(handle(MONDAY_TEN), at(delivered))
    assert (deadline.deadline_at, deadline.article) == (end_of(due), Article(16))


def test_provisional_when_any_instant_touches_such_a_year() -> None:
    christmas_eve = at("2026-12-24T10:00")
    assert handle(christmas_eve).deadline_at == end_of("2026-12-31")
    assert handle(christmas_eve).provisional, "its red light"
    assert not give_back(at("2026-12-29T10:00")).provisional, "ends with the last day of 2026"
    assert not handle(at("2026-12-23T10:00")).provisional
    assert first_report(at("2026-12-31T23:00")).provisional
    assert dispatch(at("2027-03-01T10:00")).provisional


def test_a_year_without_a_calendar_is_refused() -> None:
    for ask in (dispatch, handle, give_back, first_report):
        with pytest.raises(NoCalendar, match="2028"):
            ask(at("2028-01-03T10:00"))
    with pytest.raises(NoCalendar, match="2028"):
        handle(at("2027-12-24T10:00"))
    with pytest.raises(NoCalendar, match="2028"):
        first_report(at("2027-12-31T23:00"))
    assert give_back(at("2027-12-29T10:00")).deadline_at == end_of("2027-12-31"), "no lights, so 2028 is not asked for"


def test_an_earlier_trigger_has_no_edition() -> None:
    with pytest.raises(NotAllowed, match="第二十三条"):
        handle(at("2021-02-03T23:00"))
    with pytest.raises(NotAllowed, match="第二十三条"):
        handle(at("2023-02-06T10:00"), policy=Policy(continued_by=""))


def test_a_ticket_keeps_the_edition_it_was_received_under() -> None:
    kept = Edition("earlier", dt.date(2015, 1, 1), dt.date(2016, 12, 31))
    assert handle(MONDAY_TEN, edition=kept).edition == "earlier"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="缺少时区"):
        handle(dt.datetime(2025, 6, 16, 10))  # noqa: DTZ001 - the mistake itself


def test_the_table_has_one_line_for_each_case_and_its_article() -> None:
    for row in TABLE:
        sources = [row.source] if row.source else list(Source)
        urgencies = [row.urgent] if row.urgent is not None else [False, True]
        assert all(ROWS[row.kind, source, urgent] is row for source in sources for urgent in urgencies)
    assert {row.kind for row in TABLE} == set(Kind)
    assert [kind.article.code for kind in Kind] == ["11-2", "11-3", "11-4", "11-6", "11-7", "11-8", "11-9", "13", "13"]


def test_a_case_without_a_line_is_not_allowed() -> None:
    with pytest.raises(NotAllowed, match="第十三条：非紧急工单没有初步处置情况反馈期限"):
        terms.row_for(Kind.FIRST_REPORT, Source.ORDINARY, urgent=False)
