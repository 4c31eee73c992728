"""The book's arithmetic against dates counted by hand from the notice of 2025."""

import pytest

from regulation.articles import NotAllowed
from regulation.instants import closing_day
from regulation.terms import Kind, Source
from simulator.book.story import Story
from tests.simulator.stories import MORNING, at, end_of, handled, lights, story

ANSWERED = ("2025-02-07 13:00", "reply")


def due(told: Story) -> tuple[str, ...]:
    """The last days of deadline, yellow and red."""
    deadline = told.standing().due.deadline
    return tuple(str(closing_day(each)) for each in (deadline.deadline_at, deadline.yellow_at, deadline.red_at) if each)


def test_five_working_days_over_the_spring_festival() -> None:
    assert due(handled()) == ("2025-02-07", "2025-02-06", "2025-02-08")


def test_an_answer_on_the_last_day_keeps_its_yellow_and_is_never_red() -> None:
    assert lights(handled(ANSWERED)) == [("HANDLE", "YELLOW", end_of("2025-02-06"))]


def test_an_answer_before_the_yellow_keeps_the_order_dark() -> None:
    assert lights(handled(("2025-01-26 09:00", "reply"))) == []


def test_overdue_before_red_is_yellow_alone() -> None:
    told = handled(("2025-02-08 10:00", "reply"))
    assert told.standing().due.late
    assert lights(told) == [("HANDLE", "YELLOW", end_of("2025-02-06"))]


def test_unanswered_turns_red_a_working_day_after_the_date() -> None:
    assert lights(handled(), "2025-02-08 23:59") == [("HANDLE", "YELLOW", end_of("2025-02-06"))]
    assert lights(handled(), "2025-02-09 00:00")[1:] == [("HANDLE", "RED", end_of("2025-02-08"))]


def test_an_extension_counts_from_the_old_date() -> None:
    told = handled(("2025-02-06 10:00", "request_extension", {"days": 5}), ("2025-02-07 10:00", "grant_extension"))
    assert due(told) == ("2025-02-13", "2025-02-12", "2025-02-14")
    assert told.standing().round.extensions == 1
    assert lights(told, "2025-02-12 00:00") == [("HANDLE", "YELLOW", end_of("2025-02-06"))]


def test_an_undecided_extension_holds_the_red_and_not_the_yellow() -> None:
    told = handled(("2025-02-06 10:00", "request_extension", {"days": 5}))
    assert told.standing().due.state == "HELD"
    assert lights(told) == [("HANDLE", "YELLOW", end_of("2025-02-06"))]


def test_an_extension_refused_late_lets_the_red_fall_on_its_day() -> None:
    told = handled(("2025-02-07 23:00", "request_extension", {"days": 3}), ("2025-02-10 09:00", "refuse_extension"))
    assert lights(told)[1:] == [("HANDLE", "RED", end_of("2025-02-08"))]


def test_answered_while_undecided_and_granted_was_on_time() -> None:
    told = handled(
        ("2025-02-07 23:00", "request_extension", {"days": 3}), ("2025-02-08 10:00", "reply"), ("2025-02-08 15:00", "grant_extension")
    )
    standing = told.standing()
    assert not standing.due.late
    assert [kept.state for kept in standing.dates if kept.kind in {Kind.HANDLE, Kind.EXTENSION}] == ["VOID", "STOPPED"]


def test_answered_while_undecided_and_refused_was_late_without_a_red() -> None:
    told = handled(
        ("2025-02-07 23:00", "request_extension", {"days": 3}), ("2025-02-08 10:00", "reply"), ("2025-02-08 15:00", "refuse_extension")
    )
    assert told.standing().due.late
    assert lights(told) == [("HANDLE", "YELLOW", end_of("2025-02-06"))]


def test_a_promise_answers_the_old_date_when_it_was_asked_for() -> None:
    promised = {"promised_on": at("2025-02-20 00:00").date()}
    told = handled(("2025-02-06 10:00", "request_progress_report", promised), ("2025-02-07 10:00", "grant_progress_report"))
    assert due(told) == ("2025-02-20", "2025-02-19", "2025-02-21")
    assert lights(told, "2025-02-19 12:00") == []


def test_a_deficient_reply_gets_a_working_day_where_that_is_later() -> None:
    told = handled(ANSWERED, ("2025-02-08 10:00", "send_back_reply"))
    assert due(told) == ("2025-02-10", "2025-02-08", "2025-02-11")


def test_a_deficient_reply_sent_back_early_leaves_the_old_date() -> None:
    told = handled(("2025-01-26 09:00", "reply"), ("2025-01-26 15:00", "send_back_reply"))
    assert due(told) == ("2025-02-07", "2025-02-06", "2025-02-08")
    assert told.standing().round.deficient == 1


def test_a_rework_is_a_round_of_its_own_with_five_days() -> None:
    told = handled(
        ANSWERED,
        ("2025-02-07 15:00", "pass_review"),
        ("2025-02-08 10:00", "record_ratings", {"process": "FAIR", "result": "DISSATISFIED", "via": "PHONE"}),
        ("2025-02-08 10:01", "rework"),
    )
    assert due(told) == ("2025-02-14", "2025-02-13", "2025-02-17")
    assert [each.ending for each in told.standing().rounds] == ["REWORKED", "UNSPECIFIED"]
    assert told.standing().rounds[0].attempts == 1


@pytest.mark.parametrize(("source", "last"), [(Source.ORDINARY, "2025-01-27"), (Source.PROVINCIAL, "2025-01-26")])
def test_a_return_is_late_after_its_last_day(source: Source, last: str) -> None:
    in_time = handled((f"{last} 23:59", "request_return"), source=source)
    late = handled(("2025-02-05 09:00", "request_return"), source=source)
    assert not in_time.standing().round.late_return
    assert late.standing().round.late_return


def test_a_granted_return_voids_the_round_and_gives_the_hub_a_fresh_day() -> None:
    told = handled(("2025-01-26 10:00", "request_return"), ("2025-01-26 15:00", "grant_return"))
    standing = told.standing()
    assert (standing.state, standing.unit_id, standing.returns) == ("PENDING", "", 1)
    assert lights(told) == []
    assert standing.dates[-1].kind is Kind.DISPATCH
    assert standing.dates[-1].deadline.deadline_at == end_of("2025-01-27")


def test_a_recall_leaves_the_hubs_old_date() -> None:
    standing = handled(("2025-02-05 10:00", "recall")).standing()
    assert standing.dates[-1].deadline == standing.dates[0].deadline
    assert standing.round.ending == "RECALLED"


def test_an_urgent_order_reports_in_two_hours_and_is_red_at_once() -> None:
    told = story((MORNING, "dispatch", {"unit_id": "water", "result_days": 2}), urgent=True)
    assert lights(told, "2025-01-26 12:00") == [("FIRST_REPORT", "RED", at("2025-01-24 12:00"))]
    assert due(told) == ("2025-01-27", "2025-01-26", "2025-01-27")
    assert lights(told, "2025-01-28 00:00")[-1] == ("FIRST_REPORT", "RED", at("2025-01-24 12:00"))
    assert ("RESULT", "RED", end_of("2025-01-27")) in lights(told, "2025-01-28 00:00")


def test_an_urgent_order_is_not_extended() -> None:
    told = story((MORNING, "dispatch", {"unit_id": "water", "result_days": 3}), urgent=True)
    told.enter("request_extension", at("2025-01-26 10:00"), days=1)
    told.enter("grant_extension", at("2025-01-26 11:00"))
    with pytest.raises(NotAllowed):
        told.standing()


def test_withdrawn_leaves_no_light() -> None:
    told = handled(("2025-02-20 10:00", "withdraw"))
    assert told.standing().closing == "WITHDRAWN"
    assert lights(told) == []
