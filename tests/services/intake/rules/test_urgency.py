"""Which texts speak for an urgent ticket (Art. 13), and by which words."""

import pytest

from regulation.urgency import UrgentKind
from services.intake.rules.urgency import urgency_of


@pytest.mark.parametrize(
    ("text", "kind", "words", "scale"),
    [
        ("全小区停水，没人管", UrgentKind.WATER, ("停水",), ("全小区", "小区停水")),
        ("我们这一片停水了，大约三百户受影响", UrgentKind.WATER, ("停水",), ("三百户",)),
        ("柳泉路爆管，附近小区都没水了", UrgentKind.WATER, ("爆管", "没水"), ("附近小区", "小区都没水")),
        ("福邸雅苑小区停电，数千人酷暑难耐", UrgentKind.POWER, ("停电",), ("小区停电", "数千人")),
        ("昨晚起120余户停电", UrgentKind.POWER, ("停电",), ("120户",)),
        ("整个片区停气，做不了饭", UrgentKind.GAS, ("停气",), ("整个片区", "片区停气")),
        ("零下十度，全村停暖", UrgentKind.HEAT, ("停暖",), ("全村", "村停暖")),
        ("村后山体滑坡，堵了路", UrgentKind.DISASTER, ("山体滑坡",), ()),
        ("学校里多人发热呕吐", UrgentKind.EPIDEMIC, ("多人发热",), ()),
        ("河里突然大量死鱼，水发臭", UrgentKind.POLLUTION, ("死鱼",), ()),
        ("楼下饭店爆炸了", UrgentKind.PUBLIC_SAFETY, ("爆炸",), ()),
    ],
)
def test_what_happened_to_many_is_urgent(text: str, kind: UrgentKind, words: tuple[str, ...], scale: tuple[str, ...]) -> None:
    sign = next(each for each in urgency_of(text) if each.kind is kind)
    assert (sign.words, sign.scale) == (words, scale)


@pytest.mark.parametrize(
    "text",
    [
        "我家停水了",
        "幸福小区3号楼我家停水，请派人来看",
        "小区没有停水，是水压低",
        "全小区从未停水，谢谢",
        "全小区经常停水，每到夏天就停",
        "小区停水！全小区经常停水",
        "修路请求" + "，路面坑洼不平已久" * 20 + "，还会引来山体滑坡",
        "全小区停水已恢复，感谢",
        "请问全小区停水通知在哪里看",
        "二十九户停电",
        "建议学校多组织地震演练",
        "担心发生爆炸",
        "疫情期间的补贴怎么领",
        "噪音污染严重，常年扰民",
        "咨询医保报销比例",
        "",
    ],
)
def test_one_household_a_denial_a_nuisance_or_a_question_is_not(text: str) -> None:
    assert urgency_of(text) == []


def test_a_text_may_speak_of_several_kinds_in_the_order_of_the_article() -> None:
    kinds = [sign.kind for sign in urgency_of("地震后全镇停水停电")]
    assert kinds == [UrgentKind.WATER, UrgentKind.POWER, UrgentKind.DISASTER]


@pytest.mark.parametrize(
    ("number", "urgent"),
    [
        ("三十户", True),
        ("二十九户", False),
        ("29户", False),
        ("30户", True),
        ("两百人", True),
        ("九十九人", False),
        ("一千二百户", True),
        ("十户", False),
    ],
)
def test_how_many_are_many(number: str, urgent: bool) -> None:  # noqa: FBT001 - the row says what is expected
    assert bool(urgency_of(f"停水，影响{number}")) is urgent
