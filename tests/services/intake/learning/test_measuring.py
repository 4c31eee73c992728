"""How good answers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from services.intake.learning.measuring import Figures, measure


def test_accuracy_macro_f1_and_the_first_three() -> None:
    ranked = [["a", "b"], ["b", "a"], ["c", "b", "a", "d"], []]
    figures = measure(["a", "a", "d", "b"], ranked)
    assert (figures.rows, figures.accuracy, figures.among_three) == (4, 0.25, 0.5)
    assert figures.macro_f1 == pytest.approx((2 / 3 + 0 + 0) / 3)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1))
def test_it_agrees_with_another_source(pairs: list[tuple[str, str]]) -> None:
    decided, answered = [one for one, _ in pairs], [other for _, other in pairs]
    figures = measure(decided, [[each] for each in answered])
    occurring = sorted(set(decided))
    assert figures.accuracy == pytest.approx(accuracy_score(decided, answered))
    assert figures.macro_f1 == pytest.approx(f1_score(decided, answered, labels=occurring, average="macro", zero_division=0))


def test_no_worse_is_in_both() -> None:
    served = Figures(10, 0.8, 0.7, 0.9)
    assert served.no_worse_than(served)
    assert Figures(10, 0.81, 0.7, 0.1).no_worse_than(served)
    assert not Figures(10, 0.9, 0.69, 0.9).no_worse_than(served)
    assert not Figures(10, 0.79, 0.9, 0.9).no_worse_than(served)


def test_there_must_be_something_to_measure_on() -> None:
    with pytest.raises(ValueError, match="nothing"):
        measure([], [])
