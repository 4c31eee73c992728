"""How like two texts are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.likeness import MOST_CHARACTERS
from services.intake.rules.likeness import REPEAT, SAME, likeness, shared_runs

MIXER = "丽发新城小区旁边建搅拌站，噪音和扬尘严重"
OTHERS = ["A2区丽发新城附近修建搅拌厂，严重污染环境", "医保报销比例怎么查询", "公交车不按时发车", "地铁站出口什么时候开通"]


def test_the_same_is_wholly_alike_and_nothing_shared_is_not_at_all() -> None:
    assert likeness(MIXER, [MIXER, "〔手机号〕", ""]) == [100, 0, 0]
    assert likeness("", [MIXER]) == [0]


def test_the_same_matter_in_other_words_stands_out() -> None:
    found = likeness(MIXER, OTHERS)
    assert found[0] >= SAME > max(found[1:])
    assert found[0] < REPEAT


def test_what_everybody_says_weighs_less_than_what_few_say() -> None:
    polite = [f"尊敬的领导您好，我要反映{each}" for each in OTHERS]
    with_shared_words = likeness(f"尊敬的领导您好，我要反映{MIXER}", polite)
    assert with_shared_words[0] > max(with_shared_words[1:])


def test_punctuation_and_placeholders_change_nothing() -> None:
    assert likeness("停水，三天了！", ["停水三天了〔手机号〕"]) == [100]


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5))
def test_it_is_a_percentage_and_goes_both_ways(text: str, others: list[str]) -> None:
    assert all(0 <= each <= 100 for each in likeness(text, others))
    if len(others) == 1:
        assert likeness(text, others) == likeness(others[0], [text])


@pytest.mark.parametrize("length", [MOST_CHARACTERS + 1, 20_000])
def test_a_long_text_is_compared_by_its_beginning(length: int) -> None:
    text = "停水三天没人管" * 4000
    assert likeness(text[:length], [text[:MOST_CHARACTERS]]) == [100]


def test_shared_runs_are_the_longest_that_both_have() -> None:
    assert shared_runs("丽发新城旁的搅拌站扰民", "投诉搅拌站，在丽发新城") == ["丽发新城", "搅拌站"]
    assert shared_runs("停水", "停水") == []
