"""15: what calls for supervision, at the edges of each threshold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from regulation.articles import NotAllowed
from regulation.grounds import Ground
from regulation.policy import Policy
from services.assessment.rules.grounds import Back, Evidence, Found, low_rates, negligent, overdue, recurrent
from services.assessment.rules.supervision import STEPS, State, step

POLICY = Policy()


def miss(subject: str, unit: str = "u", rate: str = "on_time", day: str = "2025-03-10", *, used: bool = False) -> Evidence:
    return Evidence(unit, rate, subject, 1, f"FZ-{subject}", day, used=used)


def subjects(found: Iterable[Found]) -> dict[str, list[str]]:
    return {each.unit_id: [one.subject_id for one in each.evidence] for each in found}


def test_overdue_is_a_proposal_a_unit_with_all_that_is_new() -> None:
    found = overdue([miss("b"), miss("a"), miss("c", "v"), miss("d", "v", used=True), miss("e", "w", used=True)])
    assert subjects(found) == {"u": ["a", "b"], "v": ["c"]}
    assert {each.ground for each in found} == {Ground.OVERDUE}


def test_the_second_rework_of_one_order_counts_and_not_two_of_two() -> None:
    one, other = miss("a", rate="rework"), miss("b", rate="rework")
    assert recurrent([one, other], [], {}, POLICY) == []
    assert subjects(recurrent([replace(one, used=True), replace(one, round=2), other], [], {}, POLICY)) == {"u": ["a"]}
    assert subjects(recurrent([one], [], {}, Policy(supervision_reworks=1))) == {"u": ["a"]}


@pytest.mark.parametrize(
    ("of", "recurs"),
    [(("t1", "t1", "t1"), True), (("t1", "t2", "t3"), True), (("t1", "t1", "x"), False), (("t1", "t2"), False)],
    ids=["all of the first", "each of the one before", "two matters", "two times"],
)
def test_three_recurrences_are_of_one_matter_whatever_they_name(of: tuple[str, ...], *, recurs: bool) -> None:
    back = [Back(f"t{number}", named, f"2025-03-{number:02}") for number, named in enumerate(of, 2)]
    closed = {"t1": miss("o-1", day="2025-02-01"), "t3": miss("o-3", "v", day="2025-03-01"), "x": miss("o-x")}
    found = recurrent([], back, closed, POLICY)
    # Held against whoever handled it last.
    unit = "v" if "t3" in of else "u"
    assert subjects(found) == ({unit: ["t2", "t3", "t4"]} if recurs else {})


def test_a_ring_of_recurrences_ends() -> None:
    back = [Back("a", "b", "2025-03-01"), Back("b", "a", "2025-03-02")]
    assert recurrent([], back, {"a": miss("o"), "b": miss("p")}, Policy(supervision_recurrences=1)) != []


@pytest.mark.parametrize(
    ("rate", "hits", "counted", "beyond"),
    [
        ("sign_in", 8, 10, False), ("sign_in", 7, 10, True), ("sign_in", 0, 9, False), ("sign_in", 799, 1000, True),
        ("first_report", 0, 1, True), ("first_report", 1, 1, False), ("first_report", 99, 100, True),
        ("deficient_reply", 3, 10, False), ("deficient_reply", 4, 10, True), ("deficient_reply", 9, 9, False),
    ],
)  # fmt: skip
def test_negligence_begins_beyond_each_threshold(rate: str, hits: int, counted: int, *, beyond: bool) -> None:
    found = negligent({("u", rate): (hits, counted)}, [miss("a", rate=rate), miss("b", "v", rate)], POLICY)
    assert subjects(found) == ({"u": ["a"]} if beyond else {})


def test_low_rates_need_a_group_of_seven_with_ten_orders_and_spare_who_is_first() -> None:
    units = {f"u{number}": "department" for number in range(7)}
    counted = {(unit, "completion"): (20 - number, 20) for number, unit in enumerate(units)}
    assert set(subjects(low_rates("2025-03", counted, units, POLICY))) == {"u4", "u5", "u6"}
    assert low_rates("2025-03", {**counted, ("u0", "completion"): (9, 9)}, units, POLICY) == []
    assert low_rates("2025-03", dict.fromkeys(counted, (20, 20)), units, POLICY) == [], "all are first"
    with_enterprise = {**units, "u0": "enterprise"}
    assert low_rates("2025-03", counted, with_enterprise, POLICY) == []


def test_every_step_leads_from_its_states_alone() -> None:
    assert step("issue_supervision", Ground.OVERDUE, State.PROPOSED) is State.ISSUED
    for verb, (before, _) in STEPS.items():
        for state in set(State) - before:
            with pytest.raises(NotAllowed, match=state.term):
                step(verb, Ground.OVERDUE, state)


def test_the_clauses_are_the_regulations_own_words_as_reasons() -> None:
    assert Ground.OVERDUE.clause == "超出办理时限未办理"
    assert Ground.OTHER.clause == "其他需要督办的事项"
    for ground in Ground:
        assert ground.article.words().startswith(ground.clause)
        assert not ground.clause.endswith(("的", ";"))
