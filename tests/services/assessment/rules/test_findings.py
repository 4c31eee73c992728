"""19: signs at the edges of their thresholds, and which step may follow which."""

from __future__ import annotations

import pytest

from regulation.articles import NotAllowed
from regulation.policy import Policy
from services.assessment.rules.findings import STEPS, Sign, State, copies, reopened, returns, sameness, step
from services.assessment.rules.grounds import Evidence

POLICY = Policy()


def of(subject: str, unit: str = "u", rate: str = "return", *, used: bool = False) -> Evidence:
    return Evidence(unit, rate, subject, 1, f"FZ-{subject}", "2025-03-10", used=used)


@pytest.mark.parametrize(
    ("hits", "counted", "found"), [(2, 10, False), (3, 10, True), (9, 9, False), (201, 1000, True), (200, 1000, False)]
)
def test_many_returns_are_a_share_of_ten_or_more(hits: int, counted: int, *, found: bool) -> None:
    signs = returns({("u", "return"): (hits, counted)}, [of("a"), of("b", "v")], POLICY)
    assert [(each.sign, each.unit_id, each.reason) for each in signs] == (
        [(Sign.RETURNS, "u", f"{counted}件中有{hits}件，超过20%")] if found else []
    )


def test_a_share_without_anything_new_is_no_sign_again() -> None:
    assert returns({("u", "return"): (9, 10)}, [of("a", used=True)], POLICY) == []
    (sign,) = reopened({("u", "recurrence"): (2, 10)}, [of("a", rate="recurrence"), of("b", rate="recurrence", used=True)], POLICY)
    assert [each.subject_id for each in sign.evidence] == ["a"]
    assert reopened({("u", "recurrence"): (1, 10)}, [of("a", rate="recurrence")], POLICY) == []


def test_copies_are_many_orders_of_one_unit_with_one_reply() -> None:
    five = [of(name, rate="deficient_reply") for name in "abcde"]
    (sign,) = copies({("u", "x"): five, ("v", "x"): five[:4], ("w", "y"): [five[0]] * 5}, POLICY)
    assert (sign.sign, sign.unit_id, len(sign.evidence)) == (Sign.COPIES, "u", 5)
    assert copies({("u", "x"): five}, Policy(finding_copies=6)) == []


def test_replies_are_compared_without_figures_marks_and_placeholders() -> None:
    one = "经核查，〔姓名1〕反映的路灯已于3月5日修复3盏，恢复正常照明。"
    assert sameness(one) == sameness("经核查,〔姓名2〕反映的路灯已于11月15日修复12盏,恢复正常照明")
    assert sameness(one) != sameness(one.replace("路灯", "井盖"))
    assert sameness("已恢复供水，请放心使用。") == ""


def test_every_step_leads_from_its_state_alone() -> None:
    for verb, (before, after) in STEPS.items():
        assert step(verb, before) is after
        for state in set(State) - {before}:
            with pytest.raises(NotAllowed, match=state.term):
                step(verb, state)
