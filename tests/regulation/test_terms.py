from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from regulation import terms
from regulation.articles import Article, Edition, NotAllowed
from regulation.calendar import NoCalendar
from regulation.policy import Policy
from regulation.table import ROWS, TABLE
from regulation.terms import Kind, Source, Unit
from tests.regulation.instants import NATIONAL, OFFICE_HOURS, POLICY, at, end_of

dispatch = partial(terms.dispatch_deadline, calendar=NATIONAL, policy=POLICY)
handle = partial(terms.handle_deadline, calendar=NATIONAL, policy=POLICY)
extend = partial(terms.extension_deadline, calendar=NATIONAL, policy=POLICY)
ask_by = partial(terms.extension_ask_by, calendar=NATIONAL, policy=POLICY)
give_back = partial(terms.return_deadline, calendar=NATIONAL, policy=POLICY)
promise = partial(terms.promise_deadline, calendar=NATIONAL, policy=POLICY)
rework = partial(terms.rework_deadline, calendar=NATIONAL, policy=POLICY)
first_report = partial(terms.first_report_deadline, calendar=NATIONAL, policy=POLICY)
result = partial(terms.result_deadline, calendar=NATIONAL, policy=POLICY)
upgrade = partial(terms.upgraded_result_deadline, calendar=NATIONAL, policy=POLICY)
deficient = partial(terms.deficient_deadline, calendar=NATIONAL, policy=POLICY)
assist = partial(terms.assisting_deadline, calendar=NATIONAL, policy=POLICY)

MONDAY_TEN = at("2025-06-16T10:00")


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


@pytest.mark.parametrize("source", Source)
def test_dispatch_of_an_urgent_one_at_once(source: Source) -> None:
    deadline = dispatch(at("2025-06-14T03:00"), source=source, urgent=True)
    assert (deadline.deadline_at, deadline.n, deadline.unit) == (at("2025-06-14T03:15"), 15, Unit.MINUTE)
    assert (deadline.yellow_at, deadline.red_at) == (None, None)


def test_handle_is_five_working_days_for_the_province_too() -> None:
    assert handle(MONDAY_TEN, source=Source.PROVINCIAL) == handle(MONDAY_TEN)


def test_handle_of_an_urgent_one_is_its_result() -> None:
    assert handle(MONDAY_TEN, urgent=True) == result(MONDAY_TEN, days=3)
    assert handle(MONDAY_TEN, urgent=True, days=1, source=Source.PROVINCIAL) == result(MONDAY_TEN, days=1)


def test_red_offset_is_the_city_s_choice() -> None:
    assert handle(MONDAY_TEN, policy=Policy(red_offset_days=3)).red_at == end_of("2025-06-26")


@pytest.mark.parametrize(
    ("old", "days", "due"),
    [
        ("2021-02-11T00:00", 1, "2021-02-18"),
        ("2021-02-11T00:00", 5, "2021-02-23"),
        ("2021-02-10T09:30", 1, "2021-02-18"),
        ("2021-02-10T23:59:59.999999", 1, "2021-02-18"),
        ("2021-02-11T00:00:00.000001", 1, "2021-02-18"),
        ("2025-06-15T00:00", 1, "2025-06-16"),
    ],
)
def test_extension_counts_after_the_day_the_old_deadline_closes(old: str, days: int, due: str) -> None:
    assert extend(at(old), days).deadline_at == end_of(due)


def test_extension_at_close_of_business() -> None:
    deadline = extend(at("2021-02-10T17:30"), 1, policy=OFFICE_HOURS)
    assert deadline.deadline_at == at("2021-02-18T17:30")


def test_extension_has_lights_of_its_own() -> None:
    deadline = extend(at("2021-02-11T00:00"), 2)
    assert deadline.trigger_at == at("2021-02-11T00:00")
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2021-02-18"), end_of("2021-02-20"))


def test_extension_beyond_five_days_needs_a_supervisor() -> None:
    assert not terms.extension_needs_supervisor(5)
    assert terms.extension_needs_supervisor(6)
    assert extend(at("2021-02-11T00:00"), 6).deadline_at == end_of("2021-02-24")


@pytest.mark.parametrize("days", [0, -1])
def test_extension_of_less_than_a_day_is_not_allowed(days: int) -> None:
    with pytest.raises(NotAllowed, match=r"第十一条第\(四\)项"):
        extend(MONDAY_TEN, days)


def test_extension_is_asked_for_by_the_deadline() -> None:
    assert ask_by(at("2021-02-11T00:00"), Source.ORDINARY) == at("2021-02-11T00:00")


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        ("2021-02-11T00:00", "2021-02-09"),
        ("2021-02-19T00:00", "2021-02-10"),
        ("2021-02-18T12:00", "2021-02-10"),
        ("2025-06-17T00:00", "2025-06-13"),
    ],
)
def test_extension_of_the_province_s_is_asked_for_a_working_day_earlier(deadline: str, last: str) -> None:
    assert ask_by(at(deadline), Source.PROVINCIAL) == end_of(last)


@pytest.mark.parametrize("urgent", [False, True])
def test_return_within_two_working_days_of_the_province_s_one(urgent: bool) -> None:  # noqa: FBT001 - pytest gives it
    assert give_back(MONDAY_TEN, urgent=urgent).deadline_at == end_of("2025-06-18")
    provincial = give_back(MONDAY_TEN, source=Source.PROVINCIAL, urgent=urgent)
    assert (provincial.deadline_at, provincial.n) == (end_of("2025-06-17"), 1)
    assert (provincial.yellow_at, provincial.red_at) == (None, None)


def test_return_is_capped_at_the_result() -> None:
    capped = give_back(MONDAY_TEN, urgent=True, result_at=result(MONDAY_TEN, days=1).deadline_at)
    assert (capped.deadline_at, capped.n, capped.kind) == (end_of("2025-06-17"), 1, Kind.RETURN)
    uncapped = give_back(MONDAY_TEN, urgent=True, result_at=result(MONDAY_TEN, days=3).deadline_at)
    assert uncapped == give_back(MONDAY_TEN)


def test_promise_ends_with_the_promised_day_and_has_lights_of_its_own() -> None:
    deadline = promise(dt.date(2025, 7, 2), asked_at=MONDAY_TEN, old_deadline_at=end_of("2025-06-23"))
    assert (deadline.kind, deadline.article, deadline.n) == (Kind.PROMISE, Article(11, 7), 12)
    assert deadline.deadline_at == end_of("2025-07-02")
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2025-07-01"), end_of("2025-07-03"))


def test_promise_of_a_day_off_stands_as_it_was_told() -> None:
    deadline = promise(dt.date(2025, 6, 28), asked_at=MONDAY_TEN)
    assert (deadline.deadline_at, deadline.n) == (end_of("2025-06-28"), 9)
    assert (deadline.yellow_at, deadline.red_at) == (end_of("2025-06-27"), end_of("2025-06-30"))


@pytest.mark.parametrize(("day", "why"), [("2025-06-23", "过早"), ("2025-06-15", "过早"), ("2025-07-29", "过远")])
def test_promise_of_a_day_too_early_or_too_far_is_not_allowed(day: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=rf"第十一条第\(七\)项.*{why}"):
        promise(dt.date.fromisoformat(day), asked_at=MONDAY_TEN, old_deadline_at=end_of("2025-06-23"))


def test_promise_reaches_thirty_working_days() -> None:
    assert promise(dt.date(2025, 7, 28), asked_at=MONDAY_TEN).n == 30


def test_promise_before_the_day_of_asking_is_not_allowed() -> None:
    assert promise(dt.date(2025, 6, 16), asked_at=MONDAY_TEN).n == 0
    with pytest.raises(NotAllowed, match="过早"):
        promise(dt.date(2025, 6, 15), asked_at=MONDAY_TEN)


def test_urgent_orders_are_neither_extended_nor_promised() -> None:
    with pytest.raises(NotAllowed, match="第十三条：紧急工单不得延期"):
        extend(MONDAY_TEN, 1, urgent=True)
    with pytest.raises(NotAllowed, match="第十三条：紧急工单不得续报"):
        promise(dt.date(2025, 7, 2), asked_at=MONDAY_TEN, urgent=True)
    lenient = Policy(urgent_may_postpone=True)
    assert extend(MONDAY_TEN, 1, urgent=True, policy=lenient) == extend(MONDAY_TEN, 1)


def test_rework_is_a_fresh_term_from_redelivery() -> None:
    deadline = rework(MONDAY_TEN)
    assert (deadline.kind, deadline.article, deadline.n) == (Kind.REWORK, Article(11, 9), 5)
    fresh = handle(MONDAY_TEN)
    assert (deadline.deadline_at, deadline.yellow_at, deadline.red_at) == (fresh.deadline_at, fresh.yellow_at, fresh.red_at)
    assert rework(MONDAY_TEN, policy=Policy(rework_days=2)).deadline_at == end_of("2025-06-18")
    assert rework(MONDAY_TEN, urgent=True) == result(MONDAY_TEN)


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


def test_deficient_reply_is_due_a_working_day_after_the_decision_or_at_the_old_deadline() -> None:
    old = handle(MONDAY_TEN)
    assert deficient(old, at("2025-06-18T15:00")) is old
    later = deficient(old, at("2025-06-23T15:00"))
    assert (later.kind, later.article, later.n) == (Kind.DEFICIENT, Article(11, 8), 1)
    assert (later.deadline_at, later.yellow_at, later.red_at) == (end_of("2025-06-24"), end_of("2025-06-23"), end_of("2025-06-25"))


def test_deficient_reply_of_an_urgent_order_stays_red_at_once() -> None:
    later = deficient(result(MONDAY_TEN), at("2025-06-20T15:00"))
    assert (later.deadline_at, later.red_at) == (end_of("2025-06-23"), end_of("2025-06-23"))
    again = deficient(later, at("2025-06-25T15:00"))
    assert again.red_at == again.deadline_at == end_of("2025-06-26")


@pytest.mark.parametrize(
    ("delivered", "due"),
    [("2025-06-16T11:00", "2025-06-20"), ("2025-06-20T11:00", "2025-06-23"), ("2025-06-23T11:00", "2025-06-23")],
)
def test_assisting_unit_s_date_lies_before_the_lead_s_but_not_before_its_own_day(delivered: str, due: str) -> None:
    deadline = assist(handle(MONDAY_TEN), at(delivered))
    assert (deadline.deadline_at, deadline.article) == (end_of(due), Article(16))


def test_assisting_units_share_an_hour_limit() -> None:
    lead = first_report(MONDAY_TEN)
    assert assist(lead, at("2025-06-16T11:00")) == lead


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
