from __future__ import annotations

import datetime as dt
from functools import partial

from regulation import terms
from regulation.deadlines import Deadline
from regulation.holidays import HolidayYear
from regulation.redating import redate
from tests.regulation.instants import NATIONAL, OFFICE_HOURS, POLICY, at, end_of

NOTICE = HolidayYear(2027, {dt.date(2027, 1, 1): "元旦", dt.date(2027, 1, 4): "元旦"}, {dt.date(2027, 1, 9): "元旦"})
NOTICED = NATIONAL.with_notice("national-2027", NOTICE)
again = partial(redate, calendar=NOTICED, policy=POLICY)
TRIGGER = at("2026-12-30T10:00")
HANDLE = terms.handle_deadline(TRIGGER, calendar=NATIONAL, policy=POLICY)


def test_redate_follows_the_notice() -> None:
    (renewed,) = again([HANDLE])
    assert renewed == terms.handle_deadline(TRIGGER, calendar=NOTICED, policy=POLICY)
    assert (HANDLE.deadline_at, HANDLE.provisional) == (end_of("2027-01-07"), True)
    assert (renewed.deadline_at, renewed.provisional) == (end_of("2027-01-08"), False)
    assert renewed.red_at == end_of("2027-01-09"), "the make-up day"


def test_redate_moves_an_extension_with_the_date_it_extended() -> None:
    extended = terms.extension_deadline(HANDLE.deadline_at, 2, calendar=NATIONAL, policy=POLICY)
    first, second = again([HANDLE, extended])
    assert second.trigger_at == first.deadline_at == end_of("2027-01-08")
    assert second.deadline_at == end_of("2027-01-11")


def test_redate_leaves_a_promised_day_as_it_was_told() -> None:
    promised = terms.promise_deadline(dt.date(2027, 1, 4), asked_at=TRIGGER, calendar=NATIONAL, policy=POLICY)
    (renewed,) = again([promised])
    assert renewed.deadline_at == promised.deadline_at == end_of("2027-01-04")
    assert (promised.red_at, renewed.red_at) == (end_of("2027-01-05"), end_of("2027-01-05"))
    assert (promised.yellow_at, renewed.yellow_at) == (end_of("2026-12-31"), end_of("2026-12-31"))


def test_redate_a_deficient_reply_and_an_upgrade_by_their_rules() -> None:
    deficient = terms.deficient_deadline(HANDLE, at("2027-01-07T10:00"), calendar=NATIONAL, policy=POLICY)
    assert again([HANDLE, deficient])[1].deadline_at == end_of("2027-01-08")
    upgraded_at = at("2026-12-31T10:00")
    upgraded = terms.upgraded_result_deadline(HANDLE.deadline_at, upgraded_at=upgraded_at, calendar=NATIONAL, policy=POLICY)
    assert upgraded.deadline_at == end_of("2027-01-06")
    assert again([HANDLE, upgraded])[1].deadline_at == end_of("2027-01-07")


def test_redate_does_not_move_what_the_clock_counts() -> None:
    report = terms.first_report_deadline(at("2026-12-31T23:00"), calendar=NATIONAL, policy=POLICY)
    urgent = terms.dispatch_deadline(at("2026-12-31T23:50"), urgent=True, calendar=NATIONAL, policy=POLICY)
    for old in (report, urgent):
        (renewed,) = again([old])
        assert (renewed.deadline_at, renewed.red_at, renewed.provisional) == (old.deadline_at, old.red_at, False)
        assert renewed.calendar_revision == "national-2027"


def test_redate_keeps_the_cut_off_and_the_edition_it_was_stamped_under() -> None:
    stamped = terms.handle_deadline(TRIGGER, calendar=NATIONAL, policy=OFFICE_HOURS)
    assert again([stamped])[0].deadline_at == at("2027-01-08T17:30")
    assert again([HANDLE])[0].edition == "zibo-2021"


def test_redate_by_the_same_calendar_changes_nothing() -> None:
    history: list[Deadline] = [HANDLE]
    history.append(terms.extension_deadline(HANDLE.deadline_at, 3, calendar=NATIONAL, policy=POLICY))
    history.append(terms.deficient_deadline(history[-1], at("2027-01-20T10:00"), calendar=NATIONAL, policy=POLICY))
    for each in (history, [terms.result_deadline(TRIGGER, days=2, calendar=NATIONAL, policy=POLICY)]):
        assert redate(each, calendar=NATIONAL, policy=POLICY) == tuple(each)
