from __future__ import annotations

import pytest

from regulation.articles import Article, NotAllowed
from regulation.declining import DECLINES, DeclineCode, EmergencyNumber, Needs
from regulation.grounds import Ground
from regulation.natures import Channel, Nature


def test_natures_and_channels_are_those_of_articles_2_and_3() -> None:
    assert [each.term for each in Nature] == ["咨询", "求助", "投诉", "举报", "意见建议"]
    assert all(each.term in Article(3).words() for each in Nature)
    assert len(Channel) == 7
    for channel in Channel:
        law = channel.term.removeprefix("12345").replace("直播12345·周末对话", "《直播12345·周末对话》")
        assert law in Article(2).words()


@pytest.mark.parametrize("code", DeclineCode)
def test_every_code_has_its_article_and_words_to_say(code: DeclineCode) -> None:
    decline = DECLINES[code]
    words = decline.words("滨州市12345热线" if decline.needs is not Needs.NOTHING else "")
    assert decline.article in {Article(3), Article(11, 1)}
    assert words.startswith("您")
    assert words.endswith("。")
    assert "{" not in words


def test_what_a_code_needs_is_asked_for() -> None:
    assert "请您联系滨州市12345热线反映" in DECLINES[DeclineCode.OUTSIDE_TERRITORY].words(" 滨州市12345热线 ")
    for code in (DeclineCode.OUTSIDE_TERRITORY, DeclineCode.IN_PROGRESS, DeclineCode.REPEAT):
        with pytest.raises(NotAllowed, match="须写明"):
            DECLINES[code].words("  ")


def test_a_repeat_is_declined_by_11_1_with_its_concluded_ticket() -> None:
    repeat = DECLINES[DeclineCode.REPEAT]
    assert (repeat.article, repeat.needs) == (Article(11, 1), Needs.CONCLUDED_TICKET)
    assert "原工单ZB20250616001" in repeat.words("ZB20250616001")


def test_a_real_emergency_is_passed_to_110_119_or_120() -> None:
    assert [each.value for each in EmergencyNumber] == ["110", "119", "120"]
    assert all(each.value in each.words() and each.term in each.words() for each in EmergencyNumber)


def test_grounds_are_the_items_of_article_15() -> None:
    assert [each.article for each in Ground] == [Article(15, item) for item in range(1, 7)]
    assert [each for each in Ground if each.entered_by_person] == [Ground.OTHER]
