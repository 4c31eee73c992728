"""16: rung by rung, none over another, and the government from any."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from regulation.articles import NotAllowed
from regulation.policy import Policy
from services.assessment.rules.ladder import ORDER, RUNGS, Outcome, Rung, Supervised, check_outcome, check_raise
from services.assessment.rules.supervision import State

DUE = datetime(2025, 3, 18, 16, tzinfo=UTC)
ANSWERED, ISSUED = Supervised(State.ANSWERED, DUE), Supervised(State.ISSUED, DUE)
UNSETTLED = Outcome.UNSETTLED


def may(outcomes: dict[Rung, Outcome], rung: Rung, supervised: Supervised = ANSWERED, now: datetime = DUE) -> bool:
    try:
        check_raise(supervised, outcomes, rung, now)
    except NotAllowed as refused:
        return refused.article.number != 16
    return True


@pytest.mark.parametrize("height", range(len(ORDER) + 1))
def test_only_the_next_rung_may_follow_and_the_government_from_any(height: int) -> None:
    outcomes: dict[Rung, Outcome] = dict.fromkeys(ORDER[:height], UNSETTLED)
    allowed = [rung for rung in Rung if may(outcomes, rung)]
    assert allowed == [*ORDER[height : height + 1], Rung.GOVERNMENT]
    # Once reported, the ladder goes on, and is not reported again.
    assert [rung for rung in Rung if may({**outcomes, Rung.GOVERNMENT: UNSETTLED}, rung)] == list(ORDER[height : height + 1])


def test_nothing_follows_a_rung_that_is_open_or_settled() -> None:
    for outcome, rung in itertools.product((Outcome.OPEN, Outcome.SETTLED), Rung):
        assert not may({Rung.COORDINATION: outcome}, rung)


def test_an_unanswered_supervision_is_raised_once_its_term_is_over() -> None:
    assert not may({}, Rung.COORDINATION, ISSUED, DUE)
    assert may({}, Rung.COORDINATION, ISSUED, DUE + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("rung", "number", "day", "lacks"),
    [
        (Rung.CONFIRMATION, "", "2025-03-20", "outside_number"), (Rung.CONFIRMATION, "编办〔2025〕3号", "", "outside_day"),
        (Rung.CONFIRMATION, "编办〔2025〕3号", "2025-03-20", ""),
        (Rung.SPECIAL_REPORT, "", "", "outside_day"), (Rung.COORDINATION, "", "", ""),
    ],
)  # fmt: skip
def test_an_outcome_has_the_others_document(rung: Rung, number: str, day: str, lacks: str) -> None:
    assert check_outcome(rung, number, day) == lacks


def test_every_rung_has_its_words_and_its_term() -> None:
    assert set(RUNGS) == set(Rung)
    assert [rung.days(Policy()) for rung in Rung] == [5, 10, 5, 10, 30, 15]
    assert Rung.GOVERNMENT.days(Policy(ladder_government_days=1)) == 1
