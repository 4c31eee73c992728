"""Rates: what they count of a round, whatever order it was told in; their definition is what docs/rates.md says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.dispatch.v1 import events_pb2 as dispatch
from services.assessment.rules.rates import Figure, definition, facts_of, page, read
from services.assessment.rules.rounds import rounds_of
from services.assessment.rules.told import Order, take_all
from services.assessment.rules.upkeep import Upkeep, take_upkeep, upkeep_facts
from services.assessment.words import told_of
from tests.services.assessment.telling import (
    BAD,
    BEGIN,
    DAY,
    DEFICIENT,
    EXTENSION,
    FAIR,
    GOOD,
    HANDLE,
    HELD,
    HOUR,
    REPORT,
    RESULT,
    REWORK,
    STOPPED,
    VOID,
    Life,
    closed,
)  # fmt: skip

ROOT = Path(__file__).parents[4]
# 24:00 of Monday the 10th.
DUE = BEGIN.replace(hour=16) + 7 * DAY


def order_of(events: Sequence[dispatch.OrderChanged]) -> Order:
    order = take_all(None, [told_of(event) for event in events])
    assert order is not None
    return order


def facts(life: Life, ratings: Life | None = None) -> dict[tuple[int, str], tuple[str, bool]]:
    """Day and hit by round and rate."""
    outer = order_of(ratings.events).ratings if ratings else ()
    found = facts_of(life.order_id, rounds_of(order_of(life.events), definition().terms, outer), definition())
    return {(each.round, each.rate): (each.day.isoformat(), each.hit) for each in found}


def test_the_page_is_what_the_data_say() -> None:
    assert (ROOT / "docs" / "rates.md").read_text(encoding="utf-8") == page(definition())


@pytest.mark.parametrize("spoilt", ['of = ["counted", "happy"]', 'day = "someday"'])
def test_a_definition_that_speaks_of_what_there_is_not_is_refused(spoilt: str) -> None:
    text = 'version = "x"\nsign_in_hours = 1\ngood = []\n[r]\nterm = ""\narticle = "20"\nhits = []\nnumerator = ""\ndenominator = ""\n'
    rest = 'day = "due"\n' if spoilt.startswith("of") else "of = []\n"
    with pytest.raises(ValueError, match="which there is not"):
        read(text + rest + spoilt)


@pytest.mark.parametrize(("counted", "hits", "value"), [(0, 0, None), (3, 2, Decimal("0.666667")), (2, 1, Decimal("0.500000"))])
def test_a_figure_of_nothing_is_absent(counted: int, hits: int, value: Decimal | None) -> None:
    assert Figure("on_time", counted, hits).value == value


def test_a_life_that_went_well() -> None:
    life = Life("o").deliver(BEGIN, DUE).do("sign_in", BEGIN + 24 * HOUR).reply(DUE, DUE).close(DUE + HOUR, GOOD, FAIR)
    assert facts(life) == {
        (1, "on_time"): ("2025-03-10", True),
        (1, "completion"): ("2025-03-10", True),
        (1, "extension"): ("2025-03-10", False),
        (1, "sign_in"): ("2025-03-03", True),
        (1, "return"): ("2025-03-03", False),
        (1, "deficient_reply"): ("2025-03-11", False),
        (1, "process_satisfaction"): ("2025-03-11", True),
        (1, "result_satisfaction"): ("2025-03-11", True),
        (1, "unreachable"): ("2025-03-11", False),
        (1, "rework"): ("2025-03-11", False),
        (1, "recurrence"): ("2025-03-11", False),
    }


ANSWERED = Life("o").deliver(BEGIN, DUE)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("life", "rate", "expected"),
    [
        (Life("unanswered").deliver(BEGIN, DUE), "on_time", ("2025-03-10", False)),
        (Life("unanswered").deliver(BEGIN, DUE), "completion", ("2025-03-10", False)),
        (Life("late").deliver(BEGIN, DUE).reply(DUE + SECOND, DUE), "on_time", ("2025-03-10", False)),
        (Life("late").deliver(BEGIN, DUE).reply(DUE + SECOND, DUE), "completion", ("2025-03-10", True)),
        (Life("slow").deliver(BEGIN, DUE).do("sign_in", BEGIN + 24 * HOUR + SECOND), "sign_in", ("2025-03-03", False)),
        # 11(4): undecided, it is not judged; refused, the date stands; granted, the new one counts.
        (Life("asked").deliver(BEGIN, DUE).date(HANDLE, DUE, state=HELD).do("request_extension", BEGIN + DAY), "on_time", None),
        (
            Life("granted").deliver(BEGIN, DUE).date(HANDLE, DUE, state=VOID).date(EXTENSION, DUE + 7 * DAY, 2)
            .do("grant_extension", BEGIN + DAY).reply(DUE + DAY, DUE + 7 * DAY, EXTENSION, 2),
            "on_time", ("2025-03-17", True),
        ),
        # 11(6): a round given back is out, but for a late return, which is one overdue round.
        (
            Life("back").deliver(BEGIN, DUE).do("request_return", BEGIN + DAY).date(HANDLE, DUE, state=VOID)
            .do("grant_return", BEGIN + 2 * DAY, unit_id=""),
            "on_time", None,
        ),
        (
            Life("late back").deliver(BEGIN, DUE).do("request_return", BEGIN + 5 * DAY, late=True).date(HANDLE, DUE, state=VOID)
            .do("grant_return", BEGIN + 6 * DAY, unit_id=""),
            "on_time", ("2025-03-10", False),
        ),
        (
            Life("late back").deliver(BEGIN, DUE).do("request_return", BEGIN + 5 * DAY, late=True).do("refuse_return", BEGIN + 6 * DAY)
            .reply(DUE, DUE),
            "on_time", ("2025-03-10", False),
        ),
        (Life("recalled").deliver(BEGIN, DUE).date(HANDLE, DUE, state=VOID).do("recall", BEGIN + DAY, unit_id=""), "return", None),
        # 11(8): the passing reply is held against the later date; the first one is forgotten, but counted as deficient.
        (
            Life("sent back").deliver(BEGIN, DUE).reply(DUE, DUE).date(DEFICIENT, DUE + DAY, 2).do("send_back_reply", DUE + HOUR)
            .reply(DUE + DAY, DUE + DAY, DEFICIENT, 2).do("pass_review", DUE + 2 * DAY),
            "on_time", ("2025-03-11", True),
        ),
        (
            Life("sent back").deliver(BEGIN, DUE).reply(DUE, DUE).date(DEFICIENT, DUE + DAY, 2).do("send_back_reply", DUE + HOUR)
            .reply(DUE + DAY, DUE + DAY, DEFICIENT, 2).do("pass_review", DUE + 2 * DAY),
            "deficient_reply", ("2025-03-13", True),
        ),
        # 13: the first report, and what a downgrade does not erase.
        (
            Life("urgent").deliver(BEGIN, DUE, RESULT).date(REPORT, BEGIN + 2 * HOUR).do("supplement", BEGIN),
            "first_report", ("2025-03-03", False),
        ),
        (
            Life("urgent").deliver(BEGIN, DUE, RESULT).date(REPORT, BEGIN + 2 * HOUR, 1, STOPPED, BEGIN + 2 * HOUR)
            .do("submit_first_report", BEGIN + 2 * HOUR),
            "first_report", ("2025-03-03", True),
        ),
        (
            Life("down").deliver(BEGIN, BEGIN + DAY, RESULT).date(RESULT, BEGIN + DAY, 1, STOPPED, BEGIN + 2 * DAY).date(HANDLE, DUE, 2)
            .do("downgrade", BEGIN + 2 * DAY, late=True).reply(DUE, DUE, HANDLE, 2),
            "on_time", ("2025-03-10", False),
        ),
        # 11(8): unreachable stands apart.
        (Life("away").deliver(BEGIN, DUE).reply(DUE, DUE).do("find_unreachable", DUE + DAY), "unreachable", ("2025-03-12", True)),
        (Life("away").deliver(BEGIN, DUE).reply(DUE, DUE).do("find_unreachable", DUE + DAY), "result_satisfaction", None),
    ],
)  # fmt: skip
def test_what_a_rate_makes_of_a_round(life: Life, rate: str, expected: tuple[str, bool] | None) -> None:
    assert facts(life).get((1, rate)) == expected


def test_rework_is_judged_round_by_round() -> None:
    life = Life("o").deliver(BEGIN, DUE).reply(DUE + HOUR, DUE).do("pass_review", DUE + DAY)
    life.do("record_ratings", DUE + DAY, process=GOOD, result=BAD)
    life.deliver(DUE + 2 * DAY, DUE + 9 * DAY, REWORK, "rework").reply(DUE + 8 * DAY, DUE + 9 * DAY, REWORK).close(DUE + 9 * DAY)
    found = facts(life)
    assert (found[1, "on_time"][1], found[2, "on_time"][1]) == (False, True)
    assert (found[1, "result_satisfaction"], found[1, "rework"]) == (("2025-03-12", False), ("2025-03-13", True))
    assert (found[2, "result_satisfaction"][1], found[2, "rework"][1]) == (True, False)


def test_an_inner_order_is_rated_by_what_its_outer_one_obtained() -> None:
    outer = closed("outer", result=BAD)
    inner = Life("inner", "town", outer_order_id="outer").deliver(BEGIN + HOUR, DUE, verb="hand_on").reply(DUE, DUE)
    assert (1, "result_satisfaction") not in facts(inner)
    assert facts(inner, outer)[1, "result_satisfaction"] == ("2025-03-11", False)


LONG = (
    Life("o")
    .deliver(BEGIN, DUE)
    .do("request_return", BEGIN + DAY)
    .date(HANDLE, DUE, state=VOID)
    .do("grant_return", BEGIN + 2 * DAY, unit_id="")
)
LONG.unit_id = "power"
LONG.deliver(BEGIN + 3 * DAY, DUE + 3 * DAY).date(HANDLE, DUE + 3 * DAY, state=HELD).do("request_extension", BEGIN + 4 * DAY)
LONG.date(HANDLE, DUE + 3 * DAY, state=VOID).date(EXTENSION, DUE + 5 * DAY, 2).do("grant_extension", BEGIN + 5 * DAY)
LONG.reply(DUE + 5 * DAY, DUE + 5 * DAY, EXTENSION, 2).close(DUE + 6 * DAY, result=BAD)


@given(st.lists(st.sampled_from(LONG.events), max_size=6), st.permutations(LONG.events))
def test_events_late_doubled_and_out_of_order_come_to_the_same(
    doubled: list[dispatch.OrderChanged], shuffled: list[dispatch.OrderChanged]
) -> None:
    assert order_of([*doubled, *shuffled]) == order_of(LONG.events)


@pytest.mark.parametrize(("done", "hit"), [(None, False), (BEGIN + DAY, True), (BEGIN + DAY + SECOND, False)])
def test_knowledge_is_fresh_that_was_kept_up_by_its_term(done: object, hit: bool) -> None:  # noqa: FBT001 - a case
    asked, finished = Upkeep("u", "water", due_at=BEGIN + DAY), Upkeep("u", "water", done_at=done)  # type: ignore[arg-type]  # a case
    for first, second in ((asked, finished), (finished, asked)):
        (fact,) = upkeep_facts(take_upkeep(first, second), definition())
        assert (fact.rate, fact.unit_id, fact.day.isoformat(), fact.hit) == ("knowledge_freshness", "water", "2025-03-04", hit)
