"""20: a score to the last digit, a ranking with ties, the last three, and three months on end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.assessment.rules.comparing import Change, Scored, changes
from services.assessment.rules.entered import is_month
from services.assessment.rules.ranking import Place, Standing, calls_for_interview, rank, run_around, shifted
from services.assessment.rules.scoring import Given, read, rounded, scheme, score_of


def given(**parts: tuple[str, str]) -> dict[str, Given]:
    return {name: Given(name, Decimal(hits), Decimal(counted)) for name, (hits, counted) in parts.items()}


def test_the_parts_are_those_of_the_law_and_a_hundred_points_together() -> None:
    assert list(scheme().parts) == ["on_time", "process_satisfaction", "result_satisfaction", "institution", "mechanism", "improvement"]
    with pytest.raises(ValueError, match="a hundred"):
        read('version = "x"\n[[parts]]\nname = "a"\nterm = "b"\npoints = "99.5"\n')


@pytest.mark.parametrize(
    ("parts", "score"),
    [
        ({}, None),
        ({"on_time": ("0", "7")}, "0.0000"),
        ({"on_time": ("2", "3")}, "66.6667"),
        # (2/3·30 + 1/3·20) / 50: what there is no figure of is left out of the hundred.
        ({"on_time": ("2", "3"), "process_satisfaction": ("1", "3")}, "53.3333"),
        (
            {
                "on_time": ("1", "1"), "process_satisfaction": ("1", "1"), "result_satisfaction": ("1", "1"),
                "institution": ("4.5", "5"), "mechanism": ("5", "5"), "improvement": ("7.25", "10"),
            },
            "96.7500",
        ),
    ],
)  # fmt: skip
def test_a_score_is_of_what_there_is(parts: dict[str, tuple[str, str]], score: str | None) -> None:
    assert score_of(scheme(), given(**parts)) == (None if score is None else Decimal(score))


@drawn(st.fractions(min_value=0, max_value=100))
def test_rounding_is_half_up_and_exact(exact: Fraction) -> None:
    kept = Fraction(rounded(exact))
    assert kept - Fraction(1, 20000) <= exact < kept + Fraction(1, 20000)
    assert rounded(Fraction(1, 20000)) == Decimal("0.0001")


def standings(*scores: str | None, orders: int = 10, group: str = "department") -> list[Standing]:
    return [Standing(f"u-{at}", group, orders, None if score is None else Decimal(score)) for at, score in enumerate(scores)]


def places(*scores: str | None) -> list[Place]:
    return list(rank(standings(*scores), min_group=7, min_orders=10).values())


def test_equal_scores_share_a_rank_and_who_has_no_score_is_not_ranked() -> None:
    assert [place.rank for place in places("90", "95", None, "90", "80")] == [2, 1, 0, 2, 4]
    assert places("90", None) == [Place(1, 1, last=False), Place()]


@pytest.mark.parametrize(
    ("scores", "last"),
    [
        # Six are too few; seven are enough.
        (("9", "8", "7", "6", "5", "4"), []),
        (("9", "8", "7", "6", "5", "4", "3"), [4, 5, 6]),
        # A tie at the third from the end is in.
        (("9", "8", "5", "6", "5", "4", "3"), [2, 4, 5, 6]),
        (("9", "8", "7", "3", "3", "3", "3"), [3, 4, 5, 6]),
    ],
)
def test_the_last_three_with_ties_of_groups_that_are_large_enough(scores: tuple[str, ...], last: list[int]) -> None:
    assert [at for at, place in enumerate(places(*scores)) if place.last] == last


def test_groups_are_ranked_apart_and_units_with_few_orders_are_dropped_first() -> None:
    few = [Standing("few", "department", 9, Decimal(1))]
    found = rank([*standings("9", "8", "7", "6", "5", "4"), *few, *standings("1", group="district")], min_group=7, min_orders=10)
    assert found["few"] == Place()
    assert not any(place.last for place in found.values())


def test_months_follow_one_another_across_a_years_end() -> None:
    assert [shifted("2025-12", by) for by in (-12, -11, 0, 1, 2)] == ["2024-12", "2025-01", "2025-12", "2026-01", "2026-02"]
    assert [is_month(text) for text in ("2025-03", "2025-13", "25-03", "2025-3", "2025-03-01")] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("last_in", "month", "already", "called"),
    [
        ({"2025-11": True, "2025-12": True, "2026-01": True}, "2026-01", [], ("2025-11", "2025-12", "2026-01")),
        # A month that was published late completes a run.
        ({"2025-11": True, "2025-12": True, "2026-01": True}, "2025-12", [], ("2025-11", "2025-12", "2026-01")),
        ({"2025-11": True, "2025-12": False, "2026-01": True, "2026-02": True}, "2026-02", [], ()),
        # A month without a score breaks the run.
        ({"2025-11": True, "2026-01": True, "2026-02": True}, "2026-02", [], ()),
        # One a run, however long it goes on.
        ({"2025-11": True, "2025-12": True, "2026-01": True, "2026-02": True}, "2026-02", ["2025-11", "2025-12", "2026-01"], ()),
        ({"2025-11": True, "2025-12": True, "2026-01": False}, "2026-01", [], ()),
    ],
)
def test_three_consecutive_months_call_for_an_interview_once_a_run(
    last_in: dict[str, bool], month: str, already: list[str], called: tuple[str, ...]
) -> None:
    assert calls_for_interview(run_around(month, last_in), "department", already) == called
    assert calls_for_interview(run_around(month, last_in), "enterprise", already) == ()


def test_a_correction_says_what_changed() -> None:
    was = Scored("water", "水务局", "department", 3, given(on_time=("2", "3")), Decimal("66.6667"), Place(2, 7, last=True))
    is_ = Scored("water", "水务局", "department", 3, given(on_time=("3", "3")), Decimal("100.0000"), Place(1, 7, last=False))
    assert changes({"water": was}, {"water": was}) == []
    assert changes({"water": was}, {"water": is_}) == [
        Change("water", "on_time", "2/3", "3/3"),
        Change("water", "score", "66.6667", "100.0000"),
        Change("water", "rank", "2", "1"),
        Change("water", "last", "yes", "no"),
    ]
