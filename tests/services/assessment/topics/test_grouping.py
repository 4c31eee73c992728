"""Calls grouped by likeness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.assessment.rules.topics import Told
from services.assessment.topics.grouping import group
from services.assessment.topics.matrix import matrix_of, neighbours

BEGAN = datetime(2025, 3, 3, tzinfo=UTC)
OTHERS = ("医保报销比例怎么查询", "公交车不按时发车", "地铁站出口什么时候开通", "孩子入学需要什么材料", "公园里没有厕所")
MIXER = (
    "丽发新城旁边建搅拌站噪音扰民",
    "投诉丽发新城附近搅拌站噪音",
    "丽发新城小区搅拌站灰尘污染",
    "丽发新城搅拌站粉尘噪音严重",
    "举报丽发新城附近非法搅拌站",
)


def calls(titles: tuple[str, ...], place: str = "") -> list[Told]:
    return [Told(f"{place}{at}", BEGAN + timedelta(hours=at), title, "", place) for at, title in enumerate(titles)]


def test_calls_of_one_matter_are_a_topic_and_the_rest_is_none() -> None:
    found = group(calls(OTHERS + MIXER))
    assert [[each.title for each in topic.told] for topic in found] == [list(MIXER)]
    assert found[0].title in MIXER


def test_the_same_words_of_two_places_are_two_topics() -> None:
    text = "小区旁边的搅拌站噪音扰民灰尘污染严重"
    found = group(calls(OTHERS) + [replace(each, text=text) for place in ("东镇", "西镇") for each in calls(MIXER, place)])
    assert [{each.place for each in topic.told} for topic in found] == [{"东镇"}, {"西镇"}]


def test_fewer_than_a_topic_needs_are_none() -> None:
    assert group(calls(OTHERS + MIXER[:4])) == []
    assert len(group(calls(OTHERS + MIXER[:4]), fewest=4)) == 1


def test_nothing_and_texts_that_say_nothing_are_no_topic() -> None:
    assert group([]) == []
    assert group(calls(("〔手机号〕", "！！", "", "。", "。", "。"))) == []


def test_a_text_is_no_neighbour_of_its_own() -> None:
    said = ["停水三天了", "停水三天了", "〔手机号〕"]
    assert list(neighbours(matrix_of(said, said), 0.9)) == [1, 1, 0]
