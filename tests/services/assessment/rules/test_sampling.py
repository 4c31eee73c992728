"""20: a sample is what follows from its seed, by hand and whatever order things come in; results are held against the hub's own."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.assessment.rules.results import Format, read
from services.assessment.rules.sampling import TERMS, Plan, Said, check_plan, check_seed, differ, draw, figures, heard, ranked

SEED = "0123456789abcdef0123456789abcdef"
GOOD, FAIR, BAD = "satisfied", "fair", "dissatisfied"
FRAMES = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 500).map("o-{}:1".format), max_size=40, unique=True))


def test_draw_is_what_anybody_computes_by_hand() -> None:
    # printf '%s' 'o-1:1' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef, and so on.
    # 0de0823c for o-2:1, 61e50862 for o-2:2, 9ec61d0a for o-3:1, c2bda01c for o-1:1.
    by_rank = ["o-2:1", "o-2:2", "o-3:1", "o-1:1"]
    assert draw(SEED, {"water": ["o-1:1", "o-2:1", "o-2:2", "o-3:1"]}, Plan(50, 1)) == {"water": by_rank[:2]}
    assert draw(SEED, {"water": ["o-3:1", "o-2:2", "o-1:1", "o-2:1"], "heat": ["o-1:1"]}, Plan(1, 3)) == {
        "heat": ["o-1:1"], "water": by_rank[:3],
    }  # fmt: skip


@given(FRAMES, st.integers(0, 100), st.integers(1, 20), st.randoms(use_true_random=False))
def test_draw_is_free_of_order_and_takes_what_was_planned(
    frame: dict[str, list[str]], percent: int, minimum: int, chance: random.Random
) -> None:
    plan = Plan(percent, minimum)
    drawn = draw(SEED, frame, plan)
    shuffled = {unit: chance.sample(rounds, len(rounds)) for unit, rounds in reversed(frame.items())}
    assert draw(SEED, shuffled, plan) == drawn
    for unit, rounds in frame.items():
        assert len(drawn[unit]) == min(len(rounds), max(minimum, -(-percent * len(rounds) // 100)))
        assert set(drawn[unit]) <= set(rounds)
        # More of the same unit keeps whoever was drawn; another seed draws others.
        assert ranked(SEED, rounds)[: len(drawn[unit])] == drawn[unit]


def test_a_seed_and_its_plan_are_held_to_what_was_committed() -> None:
    hashed = hashlib.sha256(SEED.encode()).hexdigest()
    check_seed(SEED, hashed)
    check_plan(hashed, Plan(5, 5))
    for seed in ("another" * 9, SEED[:31]):
        with pytest.raises(NotAllowed):
            check_seed(seed, hashlib.sha256(seed.encode()).hexdigest() if seed == SEED[:31] else hashed)
    usual = Plan(5, 5)
    for seed_hash, plan in ((hashed.upper(), usual), ("", usual), (hashed, Plan(101, 5)), (hashed, Plan(5, 0)), (hashed, Plan(5, 1001))):
        with pytest.raises(Invalid):
            check_plan(seed_hash, plan)


def test_results_are_held_against_the_hub_s_own() -> None:
    good, bad, none = Said(GOOD, GOOD), Said(GOOD, BAD), Said()
    assert [differ(*each) for each in ((good, Said(FAIR, FAIR)), (good, bad), (none, good))] == [False, True, True]
    found = {each.rate: (each.hits, each.counted) for each in figures([(good, good, 3), (good, bad, 2), (none, good, 1), (good, none, 4)])}
    assert found == {
        "answered": (6, 10), "process_agreement": (5, 5), "result_agreement": (3, 5), "process_satisfaction": (6, 6),
        "result_satisfaction": (4, 6), "hub_process_satisfaction": (9, 9), "hub_result_satisfaction": (9, 9),
    }  # fmt: skip
    assert [each.value for each in figures([])] == [None] * len(TERMS)
    assert [heard(digits) for digits in ("13", "132", "1", "19", "")] == [Said(GOOD, BAD), Said(GOOD, BAD), None, None, None]


def test_a_file_is_read_line_by_line() -> None:
    told = read(Format.CSV, "item_id,process,result\ni-1,满意,不满意\ni-2,fair,\ni-3,满意\n\n,满意,满意\n".encode())
    assert [(line.number, line.item_id) for line in told] == [(2, "i-1"), (3, ""), (4, ""), (6, "")]
    assert [bool(line.reason) for line in told] == [False, True, True, True]
    assert told[0].said == Said(GOOD, BAD)
    lines = '{"item_id": "i-1", "process": "满意", "result": "基本满意"}\n[]\n{\n{"item_id": 1}\n{"phone": "1"}\n'
    assert [(line.number, bool(line.reason)) for line in read(Format.JSON_LINES, lines.encode())] == [
        (1, False), (2, True), (3, True), (4, True), (5, True),
    ]  # fmt: skip
    broken = read(Format.CSV, 'item_id,process,result\ni-1,满意,满意\n"i-2,满意,满意\n'.encode())
    assert [bool(line.reason) for line in broken] == [False, True]
    for kind, content in (
        (None, b"x"),
        (Format.CSV, b"\xff\xff"),
        (Format.CSV, b"item_id,process,result,phone\n"),
        (Format.JSON_LINES, b"\n"),
    ):
        with pytest.raises(Invalid):
            read(kind, content)
