"""7(2): inner orders in the book: the outer date is theirs, and they end with the round they served."""

from simulator.book.story import Story
from tests.simulator.stories import LAW, at, handled


def handed_on() -> tuple[Story, Story]:
    outer = handled()
    outer.enter("hand_on", at("2025-01-26 10:00"))
    return outer, outer.begin_inner("inner", "zhangdian", LAW, at("2025-01-26 10:00"), "town")


def test_the_inner_date_is_the_outer_one() -> None:
    outer, inner = handed_on()
    assert inner.standing().due.deadline == outer.standing().due.deadline


def test_the_inner_order_lapses_when_the_district_answers_without_it() -> None:
    outer, inner = handed_on()
    outer.enter("reply", at("2025-01-27 10:00"))
    assert (inner.standing().state, inner.standing().closing) == ("CLOSED", "LAPSED")


def test_an_answered_inner_order_closes_with_the_outer_one() -> None:
    outer, inner = handed_on()
    inner.enter("sign_in", at("2025-01-26 11:00"))
    inner.enter("reply", at("2025-01-26 12:00"))
    inner.enter("pass_review", at("2025-01-26 13:00"))
    outer.enter("reply", at("2025-01-26 14:00"))
    outer.enter("pass_review", at("2025-01-26 15:00"))
    assert inner.standing().state == "CALLING_BACK"
    outer.enter("record_ratings", at("2025-01-27 10:00"), process="FAIR", result="FAIR", via="PHONE")
    outer.enter("close_satisfied", at("2025-01-27 10:00"))
    assert (inner.standing().state, inner.standing().closing) == ("CLOSED", "SATISFIED")


def test_a_deficient_inner_reply_gets_no_day_beyond_the_outer_date() -> None:
    outer, inner = handed_on()
    inner.enter("sign_in", at("2025-02-06 11:00"))
    inner.enter("reply", at("2025-02-07 12:00"))
    inner.enter("send_back_reply", at("2025-02-07 13:00"))
    assert inner.standing().due.deadline.deadline_at == outer.standing().due.deadline.deadline_at


def test_a_story_takes_the_instants_of_the_journal() -> None:
    outer, _ = handed_on()
    instants = [step.at.replace(minute=30) for step in outer.steps]
    assert [step.at for step in outer.timed(instants, None).steps] == instants
    assert outer.verbs == ["dispatch", "sign_in", "hand_on"]
